import { DAY_MS } from "../../shared/time/calendar";
import type { Policy, Stage, Who } from "../../shared/policy/types";
import { FOUR_EYES, OFFICE } from "./office";

/** How long the rule that needs no person is in force: a rule like this is looked at again every quarter. */
const SMALL_REFUNDS_DAYS = 90;

/**
 * Refunds by amount: under $50 without a person, except one in ten and whatever is of high risk; up to $500 one
 * reviewer; above that a second pair of eyes of `second` (managers, or a finance group). `now`, in ms since 1970, is
 * when the policy is first saved: the rule without a person ends 90 days after the beginning of that day (UTC).
 */
export function refund(now: number, second: readonly Who[]): Policy {
  return {
    name: "Refund",
    calendar: OFFICE,
    stages: [REVIEW, { ...SECOND, candidates: [...second] }],
    rules: [
      {
        id: "small-refunds",
        name: "Small refunds",
        when: [
          { anyOf: [{ kind: "number", field: "action.amountCents", op: "less", value: 50_00 }] },
          { anyOf: [{ kind: "member", field: "risk.level", op: "isNoneOf", values: ["high"] }] },
        ],
        leadsTo: {
          kind: "approve",
          until: now - (now % DAY_MS) + SMALL_REFUNDS_DAYS * DAY_MS,
          samplePercent: 10,
          sampleStages: ["review"],
        },
      },
      {
        id: "usual-refunds",
        name: "Refunds up to $500",
        when: [{ anyOf: [{ kind: "number", field: "action.amountCents", op: "atMost", value: 500_00 }] }],
        leadsTo: { kind: "review", stages: ["review"] },
      },
    ],
    otherwise: ["review", "second"],
    approvalValid: { kind: "elapsed", minutes: 24 * 60 },
  };
}

const REVIEW: Stage = {
  key: "review",
  name: "Review",
  candidates: [{ kind: "role", role: "reviewer" }],
  quorum: { kind: "count", count: 1 },
  rejections: 1,
  fourEyes: FOUR_EYES,
  deadline: { kind: "elapsed", minutes: 8 * 60 },
  atDeadline: "escalate",
  // Not to the second stage: it would stand for both, and one person would decide about a large refund.
  escalateTo: null,
  reminders: [{ kind: "beforeDeadline", duration: { kind: "elapsed", minutes: 60 } }],
  ladder: [],
};

const SECOND: Omit<Stage, "candidates"> = {
  key: "second",
  name: "Second approval",
  quorum: { kind: "count", count: 1 },
  rejections: 1,
  fourEyes: FOUR_EYES,
  deadline: { kind: "elapsed", minutes: 24 * 60 },
  atDeadline: "escalate",
  escalateTo: null,
  reminders: [{ kind: "beforeDeadline", duration: { kind: "elapsed", minutes: 4 * 60 } }],
  ladder: [],
};
