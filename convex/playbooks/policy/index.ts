// The policy a playbook has until an admin saves another. It names roles only: a fresh desk has no groups.

import type { Policy } from "../../shared/policy/types";
import { customerReply } from "./customerReply";

const POLICIES: Readonly<Record<string, Policy>> = { customerReply };

/** The policy that a playbook begins with. Throws for one that has none. */
export function firstPolicyOf(playbook: string): Policy {
  const policy = POLICIES[playbook];
  if (policy === undefined) throw new Error(`The playbook "${playbook}" has no policy to begin with.`);
  return policy;
}
