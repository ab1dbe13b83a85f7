import type { RefundMethod, RefundReason } from "../../shared/actions";
import { dollars } from "../../shared/money";
import type { Order } from "../records";

export type RefundTemplate = {
  /** The note's own words: why we refund. */
  because: string;
  sorry: string;
  /** Stands in the summary: "defect". */
  word: string;
  reasoning: string;
  /** The topic to look up, and the policy the refund rests on with the words in it that matter. */
  topic: string;
  rests: { id: string; words: string };
};

/** What the template model says per reason. */
export const TEMPLATES: Record<RefundReason, RefundTemplate> = {
  defect: {
    because: "What you got does not work as it should, so you get your money back.",
    sorry: "I am sorry that you got something from us that does not work.",
    word: "defect",
    reasoning: "The order is the sender's and was paid; opened goods that do not work are refunded or replaced.",
    topic: "refund defect",
    rests: { id: "P-01", words: "do not work" },
  },
  late: {
    because: "Your order came later than we had promised.",
    sorry: "I am sorry that you had to wait so long.",
    word: "late delivery",
    reasoning: "The records show that the order came more than three days late, for which the policy gives money back.",
    topic: "late",
    rests: { id: "P-13", words: "three days late" },
  },
  duplicatePayment: {
    because: "I can see both payments in our records. One of them should not be there.",
    sorry: "I am sorry that you had to find this yourself.",
    word: "duplicate payment",
    reasoning: "The records show two payments for the same period; the second is refunded in full without a form.",
    topic: "payment twice",
    rests: { id: "P-02", words: "refunded in full" },
  },
  goodwill: {
    because: "This is not how it should have reached you, and we would like to make up for it.",
    sorry: "I am sorry for the trouble.",
    word: "goodwill",
    reasoning: "Nothing has to be refunded here; as a gesture the policy allows up to a quarter of what was paid.",
    topic: "goodwill",
    rests: { id: "P-13", words: "quarter" },
  },
  other: {
    because: "You asked for your money back.",
    sorry: "I am sorry that it was not the right thing for you.",
    word: "no reason given that the template model knows",
    reasoning: "The order is the sender's and was paid; whether a refund is due is for a person to judge.",
    topic: "refund",
    rests: { id: "P-01", words: "refund" },
  },
};

/** What the policies allow to give back for an order, in cents; at most what was paid. */
export function allowedCents(reason: RefundReason, method: RefundMethod, order: Order): number {
  const { totalCents, paidCents } = order;
  switch (reason) {
    case "duplicatePayment":
      return paidCents > totalCents ? paidCents - totalCents : totalCents;
    case "late":
      return method === "voucher" ? Math.floor(totalCents / 2) : totalCents;
    case "goodwill":
      return Math.floor(paidCents / 4);
    case "defect":
    case "other":
      return Math.min(totalCents, paidCents);
    default:
      return reason satisfies never;
  }
}

/** The sentences of the note that say what the customer gets, and how. */
export function payment(cents: number, method: RefundMethod, { number, item }: Order): string[] {
  const what = `We are refunding ${dollars(cents)} for order ${number} (${item}).`;
  return method === "voucher"
    ? [what, "You get it as a voucher in your account. Vouchers are valid for two years."]
    : [what, "It goes back to the payment you used and reaches you within five working days."];
}
