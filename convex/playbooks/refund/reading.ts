// What the template model reads out of a refund request: what happened, how much, how, and for which order.

import type { RefundMethod, RefundReason } from "../../shared/actions";
import { centsIn } from "../../shared/money";
import { orderNumbersIn } from "../../shared/personalData";
import type { Order } from "../records";

const AMOUNT = /\$\s?(\d+(?:,\d{3})*(?:\.\d{1,2})?)/g;

/** Every dollar amount in a text, in cents. */
export function amountsIn(text: string): number[] {
  return [...text.matchAll(AMOUNT)].flatMap(([, amount]) => centsIn(amount ?? "") ?? []);
}

/** The amount a customer asks for, in cents: the one beside words of paying back, else the only one; or null. */
export function askedCents(message: string): number | null {
  const beside =
    /(?:refund|back|credit|voucher|goodwill|compensat\w{1,6})[^.!?$\n]{0,40}(\$\s?\d+(?:,\d{3})*(?:\.\d{1,2})?)|(\$\s?\d+(?:,\d{3})*(?:\.\d{1,2})?)[^.!?$\n]{0,20}(?:back|refund|voucher|credit)/i.exec(
      message,
    );
  const asked = beside?.[1] ?? beside?.[2];
  if (asked !== undefined) return centsIn(asked);
  const all = new Set(amountsIn(message));
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

const REASONS: readonly { reason: RefundReason; words: RegExp }[] = [
  {
    reason: "duplicatePayment",
    words:
      /\b(?:(?:paid|charged|billed|taken)(?: \w+)? twice|two payments|double charge\w*|duplicate|second payment)\b/i,
  },
  {
    reason: "defect",
    words:
      /\b(?:broken|defect\w*|faulty|dead on arrival|stopped working|never worked|(?:does not|doesn't|do not|don't) work)\b/i,
  },
  { reason: "late", words: /\b(?:late|delay\w*|(?:days|weeks) (?:after|later))\b/i },
  {
    reason: "goodwill",
    words: /\b(?:goodwill|gesture|scratch\w*|crack\w*|something off|part of the (?:price|money))\b/i,
  },
];

/** What happened, by the message's words. */
export function reasonIn(text: string): RefundReason {
  return REASONS.find(({ words }) => words.test(text))?.reason ?? "other";
}

/** How the customer would like the money back: as a voucher only where they ask for one. */
export function methodIn(text: string): RefundMethod {
  return /\bvoucher|store credit|gift card/i.test(text) && !/\b(?:no|not a|instead of a) voucher/i.test(text)
    ? "voucher"
    : "originalPayment";
}

/** How a reviewer wants it paid back, where their last word on it is clear; else null. */
export function methodWished(feedback: readonly string[]): RefundMethod | null {
  for (const text of feedback.toReversed()) {
    if (/\b(?:not|no|n't|never|without|mention|say|add|explain)\b/i.test(text)) continue;
    if (/\b(?:as|by|with|in) (?:a )?vouchers?\b/i.test(text)) return "voucher";
    if (/\b(?:original payment|to (?:the|her|his|their) card|not as a voucher)\b/i.test(text)) return "originalPayment";
  }
  return null;
}

/**
 * The order a request is about, of those that are the sender's: the first one it names, or, where it names none, the
 * only one there is. Null where that leaves none.
 */
export function orderFor(text: string, orders: readonly Order[]): Order | null {
  const named = orderNumbersIn(text);
  if (named.length > 0) return orders.find(({ number }) => named.includes(number)) ?? null;
  return orders.length === 1 ? (orders[0] ?? null) : null;
}

/** Whether a request leaves open which of the sender's orders it is about: it names none, and there are several. */
export function isUnclear(text: string, orders: readonly Order[]): boolean {
  return orderNumbersIn(text).length === 0 && orders.length > 1;
}

/** The sender's order that the last answer with one names, or null. */
export function orderToldOf(told: readonly string[], orders: readonly Order[]): Order | null {
  for (const answer of told.toReversed()) {
    const named = orderNumbersIn(answer);
    const order = orders.find(({ number }) => named.includes(number));
    if (order !== undefined) return order;
  }
  return null;
}
