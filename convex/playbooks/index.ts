import type { Action } from "../shared/actions";
import type { ErrorCode } from "../shared/errors";
import type { Input } from "../shared/records";
import { customerReply } from "./customerReply";

export type Sample = { id: string; from: string; subject: string; message: string; risk: string; tone: string };

/** A kind of work the desk can do. The agents' side of it (tools, prompts) is in `agents/`. */
export type Playbook = {
  name: string;
  title: string;
  description: string;
  deadlineMs: number;
  minDeadlineMs: number;
  samples: readonly Sample[];
  /** The input as it is stored, or the code of what is wrong with it. */
  checkInput: (input: Input) => { input: Input } | { error: ErrorCode };
  /** What is wrong with an action proposed for an input, or null. */
  checkAction: (input: Input, action: Action) => string | null;
};

/** Every playbook, in the order in which the desk shows them. */
export const PLAYBOOKS: readonly Playbook[] = [customerReply];

/** The playbook with a name, or null. */
export function playbookOf(name: string): Playbook | null {
  return PLAYBOOKS.find((playbook) => playbook.name === name) ?? null;
}
