import type { Scale } from "../../agents/offline/classify";
import { amountsIn } from "./reading";

/** The categories of refund requests, the riskiest first. */
export const CATEGORIES = ["security", "chargeback", "complaint", "billing", "other", "delivery", "refund"] as const;
export type RefundCategory = (typeof CATEGORIES)[number];

/** How refund requests are sorted: by what happened, and by how much money it is about. */
export const SCALE: Scale<RefundCategory> = {
  signs: [
    {
      category: "security",
      weight: 10,
      words:
        /ignore (?:all |your )*previous|system note|without approval|\bIBAN\b|(?:other|another|different|new) (?:bank )?account|gift cards?|crypto|wire (?:it|the money)/gi,
    },
    { category: "chargeback", weight: 6, words: /\b(?:charge ?back|disput(?:e|ed|ing))\b/gi },
    {
      category: "complaint",
      weight: 4,
      words: /\b(?:had it with|unacceptable|disgrace\w*|review site|lawyer|newspaper|furious)\b/gi,
    },
    {
      category: "billing",
      weight: 4,
      words: /\b(?:(?:paid|charged|billed) twice|two payments|duplicate|second payment)\b/gi,
    },
    { category: "delivery", weight: 3, words: /\b(?:late|delay\w*|weeks after|days after|deliver\w+|courier)\b/gi },
    { category: "refund", weight: 2, words: /\b(?:refund|money back|broken|defect\w*|faulty|crack\w*|goodwill)\b/gi },
  ],
  base: {
    security: { score: 80, reason: "looks like fraud or an attempt to steer the desk" },
    chargeback: { score: 62, reason: "a bank dispute may be open" },
    complaint: { score: 45, reason: "the customer is very angry" },
    billing: { score: 25, reason: "concerns money already taken" },
    other: { score: 25, reason: "does not say what happened" },
    delivery: { score: 14, reason: "a delivery came late" },
    refund: { score: 14, reason: "asks for money back" },
  },
  otherwise: "other",
  raises: [
    { by: 50, reason: "an amount of $1,000 or more", found: between(100_000, Number.POSITIVE_INFINITY) },
    { by: 25, reason: "an amount of $500 or more", found: between(50_000, 100_000) },
    { by: 18, reason: "an amount of $100 or more", found: between(10_000, 50_000) },
    { by: 8, reason: "carries a link", found: (text) => /https?:\/\//i.test(text) },
  ],
};

/** Whether the largest amount in a text lies in a range of cents, its end not included. */
function between(from: number, to: number): (text: string) => boolean {
  return (text) => {
    const largest = Math.max(0, ...amountsIn(text));
    return largest >= from && largest < to;
  };
}
