// The policy a playbook has until an admin saves another.

import type { Policy, Who } from "../../shared/policy/types";
import { announcement } from "./announcement";
import { customerReply } from "./customerReply";
import { refund } from "./refund";

const REVIEWERS: Who = { kind: "role", role: "reviewer" };
const MANAGERS: Who = { kind: "role", role: "manager" };

/** A fresh desk has no groups, so these name roles only. */
const POLICIES: Readonly<Record<string, (now: number) => Policy>> = {
  customerReply: () => customerReply,
  refund: (now) => refund(now, [MANAGERS]),
  announcement: () =>
    announcement({ candidates: [REVIEWERS], quorum: { kind: "count", count: 2 }, joining: [MANAGERS] }),
};

/**
 * The policy that a playbook begins with; `now`, in ms since 1970, is where its rules' ends count from. Throws for a
 * playbook that has none.
 */
export function firstPolicyOf(playbook: string, now: number): Policy {
  const policy = POLICIES[playbook];
  if (policy === undefined) throw new Error(`The playbook "${playbook}" has no policy to begin with.`);
  return policy(now);
}

/** Ids of the demo company's groups, and of the person who decides for its legal department first. */
export type DemoGroups = { finance: string; legal: string; press: string; counsel: string };

/** The policies of the demo company, which has groups: by playbook. `now` as for `firstPolicyOf`. */
export function demoPolicies(now: number, { finance, legal, press, counsel }: DemoGroups): Record<string, Policy> {
  return {
    customerReply,
    refund: refund(now, [{ kind: "group", groupId: finance }, MANAGERS]),
    announcement: announcement({
      candidates: [
        { kind: "person", personId: counsel },
        { kind: "group", groupId: press },
      ],
      quorum: { kind: "oneFromEach", groupIds: [legal, press] },
      joining: [{ kind: "group", groupId: legal }],
    }),
  };
}
