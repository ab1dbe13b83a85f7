import type { PlaybookAgent } from "../agents/side";
import type { ActionKind } from "../shared/actions";
import { announcementAgent } from "./announcement/agent";
import { customerReplyAgent } from "./customerReply/agent";
import { refundAgent } from "./refund/agent";

const AGENTS: Readonly<Record<ActionKind, PlaybookAgent>> = {
  customerReply: customerReplyAgent,
  refund: refundAgent,
  announcement: announcementAgent,
};

/** The agents' side of a playbook. Throws for a name that is none: requests exist only for the desk's playbooks. */
export function agentOf(playbook: string): PlaybookAgent {
  const agent = Object.entries(AGENTS).find(([name]) => name === playbook)?.[1];
  if (agent === undefined) throw new Error(`The playbook ${playbook.slice(0, 100)} has no agents.`);
  return agent;
}
