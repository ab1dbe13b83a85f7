import { v, type Infer } from "convex/values";
import { BODY_MAX, REFUND_MAX_CENTS, SUBJECT_MAX } from "./limits";

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
 * What the playbook "customerReply" performs: one e-mail to the customer. `refundAmountCents` is there exactly when the
 * resolution is a refund, `escalateTo` exactly when it is an escalation (`checkCustomerReply` holds this).
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

/** Every action the desk knows: one member per playbook. */
export const vAction = vCustomerReply;
export type Action = Infer<typeof vAction>;

/** The first thing wrong with a customer reply as a sentence, or null. */
export function checkCustomerReply(action: CustomerReply): string | null {
  if (action.to.trim() === "") return "The reply has no recipient.";
  if (action.subject.trim() === "") return "The reply has no subject.";
  if (action.subject.length > SUBJECT_MAX) return `The subject is longer than ${SUBJECT_MAX} characters.`;
  if (/[\r\n]/.test(action.subject) || /[\r\n]/.test(action.to)) return "Subject and recipient must be one line each.";
  if (action.body.trim() === "") return "The reply has no text.";
  if (action.body.length > BODY_MAX) return `The reply is longer than ${BODY_MAX} characters.`;
  if (!`${action.to}${action.subject}${action.body}`.isWellFormed()) return "The reply holds broken characters.";
  const cents = action.refundAmountCents;
  if ((action.resolution === "refund") !== (cents !== undefined)) {
    return "A refund needs an amount, and nothing else may carry one.";
  }
  if (cents !== undefined && !(Number.isInteger(cents) && cents > 0 && cents <= REFUND_MAX_CENTS)) {
    return `The refund must be a whole number of cents between 1 and ${REFUND_MAX_CENTS}.`;
  }
  if ((action.resolution === "escalate") !== (action.escalateTo !== undefined)) {
    return "An escalation needs a team, and nothing else may name one.";
  }
  return null;
}
