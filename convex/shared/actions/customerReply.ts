import { v, type Infer } from "convex/values";
import { BODY_MAX, FROM_MAX, REFUND_MAX_CENTS, SUBJECT_MAX } from "../limits";
import { choicesOf } from "./fields";
import { actionShape } from "./shape";

/** The team a customer's matter is handed to. */
export const vTeam = v.union(
  v.literal("billing"),
  v.literal("legal"),
  v.literal("privacy"),
  v.literal("security"),
  v.literal("engineering"),
  v.literal("logistics"),
);
export const vResolution = v.union(
  v.literal("answer"),
  v.literal("refund"),
  v.literal("escalate"),
  v.literal("decline"),
);

/**
 * One e-mail to the customer. `refundAmountCents` is there exactly when the resolution is a refund, `escalateTo` exactly
 * when it is an escalation.
 */
export const vCustomerReply = v.object({
  to: v.string(),
  subject: v.string(),
  body: v.string(),
  resolution: vResolution,
  refundAmountCents: v.optional(v.number()),
  escalateTo: v.optional(vTeam),
});
export type CustomerReply = Infer<typeof vCustomerReply>;
export type Team = Infer<typeof vTeam>;
export type Resolution = Infer<typeof vResolution>;

const RESOLUTIONS: Record<Resolution, string> = {
  answer: "Answer",
  refund: "Refund",
  escalate: "Escalate",
  decline: "Decline",
};
const TEAMS: Record<Team, string> = {
  billing: "Billing",
  legal: "Legal",
  privacy: "Privacy",
  security: "Security",
  engineering: "Engineering",
  logistics: "Logistics",
};

/** The kind of action of the playbook "customerReply". */
export const customerReplyShape = actionShape({
  validator: vCustomerReply,
  fields: [
    { name: "to", label: "To", widget: "line", max: FROM_MAX, fixed: true },
    { name: "subject", label: "Subject", widget: "line", max: SUBJECT_MAX },
    { name: "resolution", label: "Resolution", widget: "choice", choices: choicesOf(RESOLUTIONS) },
    {
      name: "refundAmountCents",
      label: "Refund",
      widget: "money",
      max: REFUND_MAX_CENTS,
      onlyWith: {
        field: "resolution",
        value: "refund",
        problem: "A refund needs an amount, and nothing else may carry one.",
      },
    },
    {
      name: "escalateTo",
      label: "Escalate to",
      widget: "choice",
      choices: choicesOf(TEAMS),
      onlyWith: {
        field: "resolution",
        value: "escalate",
        problem: "An escalation needs a team, and nothing else may name one.",
      },
    },
    { name: "body", label: "Message", widget: "text", max: BODY_MAX },
  ],
  head: ({ to, subject }) => ({ title: subject, detail: `To ${to}` }),
});

/** The first thing wrong with a customer reply as a sentence, or null. */
export function checkCustomerReply(action: CustomerReply): string | null {
  return customerReplyShape.problems(action)[0]?.text ?? null;
}
