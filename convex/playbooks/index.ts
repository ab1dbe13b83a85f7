import { announcement } from "./announcement/playbook";
import { customerReply } from "./customerReply/playbook";
import type { Playbook } from "./playbook";
import { refund } from "./refund/playbook";

export type { Playbook, Sample, Words } from "./playbook";

/** Every playbook, in the order in which the desk shows them. */
export const PLAYBOOKS: readonly Playbook[] = [customerReply, refund, announcement];

/** The playbook with a name, or null. */
export function playbookOf(name: string): Playbook | null {
  return PLAYBOOKS.find((playbook) => playbook.name === name) ?? null;
}
