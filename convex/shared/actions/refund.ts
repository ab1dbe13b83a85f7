import { v, type Infer } from "convex/values";
import { BODY_MAX, FROM_MAX, ORDER_ID_MAX, REFUND_MAX_CENTS } from "../limits";
import { dollars } from "../money";
import { choicesOf } from "./fields";
import { actionShape } from "./shape";

export const vRefundReason = v.union(
  v.literal("defect"),
  v.literal("late"),
  v.literal("duplicatePayment"),
  v.literal("goodwill"),
  v.literal("other"),
);
export const vRefundMethod = v.union(v.literal("originalPayment"), v.literal("voucher"));

/** Money back for one order, with a note to the customer. The amount is in US cents. */
export const vRefund = v.object({
  to: v.string(),
  orderId: v.string(),
  amountCents: v.number(),
  reason: vRefundReason,
  method: vRefundMethod,
  message: v.string(),
});
export type Refund = Infer<typeof vRefund>;
export type RefundReason = Infer<typeof vRefundReason>;
export type RefundMethod = Infer<typeof vRefundMethod>;

const REASONS: Record<RefundReason, string> = {
  defect: "Defect",
  late: "Late delivery",
  duplicatePayment: "Duplicate payment",
  goodwill: "Goodwill",
  other: "Other",
};
const METHODS: Record<RefundMethod, string> = {
  originalPayment: "To the original payment",
  voucher: "As a voucher",
};

/** The kind of action of the playbook "refund". */
export const refundShape = actionShape({
  validator: vRefund,
  fields: [
    { name: "amountCents", label: "Amount", widget: "money", max: REFUND_MAX_CENTS },
    { name: "to", label: "To", widget: "line", max: FROM_MAX, fixed: true },
    { name: "orderId", label: "Order", widget: "line", max: ORDER_ID_MAX },
    { name: "reason", label: "Reason", widget: "choice", choices: choicesOf(REASONS) },
    { name: "method", label: "Paid back", widget: "choice", choices: choicesOf(METHODS) },
    { name: "message", label: "Note to the customer", widget: "text", max: BODY_MAX },
  ],
  head: ({ to, orderId, amountCents }) => ({
    title: `Refund of ${dollars(amountCents)} for order ${orderId}`,
    detail: `To ${to}`,
  }),
});

/** The first thing wrong with a refund as a sentence, or null. */
export function checkRefund(action: Refund): string | null {
  return refundShape.problems(action)[0]?.text ?? null;
}
