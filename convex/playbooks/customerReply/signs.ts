import type { Scale } from "../../agents/offline/classify";

/** The categories of customers' messages, the riskiest first. */
export const CATEGORIES = [
  "security",
  "legal",
  "chargeback",
  "complaint",
  "outage",
  "privacy",
  "accessibility",
  "billing",
  "other",
  "refund",
  "delivery",
  "sales",
  "praise",
] as const;
export type CustomerCategory = (typeof CATEGORIES)[number];

/** How customers' messages are sorted. */
export const SCALE: Scale<CustomerCategory> = {
  signs: [
    {
      category: "security",
      weight: 10,
      words:
        /ignore (?:all |your )*previous|system note|sign in here|without approval|card number|verify your account/gi,
    },
    {
      category: "legal",
      weight: 6,
      words: /\b(?:attorney|lawyer|solicitor|proceedings|our client|we act for|consumer authority|court)\b/gi,
    },
    { category: "chargeback", weight: 6, words: /\b(?:charge ?back|disput(?:e|ed|ing))\b/gi },
    { category: "privacy", weight: 5, words: /\b(?:gdpr|erasure|erase|personal data|delete my (?:data|account))\b/gi },
    {
      category: "accessibility",
      weight: 5,
      words: /\b(?:voiceover|talkback|screen ?reader|blind|wheelchair|accessib\w+)\b/gi,
    },
    {
      category: "outage",
      weight: 4,
      words: /\b(?:offline|outage|emergency|does not start|not working at all|down since)\b/gi,
    },
    {
      category: "complaint",
      weight: 4,
      words: /\b(?:had it with|robot answer|copy-paste|real human|review site|unacceptable|disgrace\w*|killed)\b/gi,
    },
    { category: "delivery", weight: 4, words: /\b(?:parcel|tracking|courier|shipment|delivered to)\b/gi },
    { category: "refund", weight: 3, words: /\b(?:refund|return|money back|send (?:it|them) back|\$[\d.,]+ back)\b/gi },
    { category: "billing", weight: 3, words: /\b(?:twice|payments?|invoice|charged|statement)\b/gi },
    {
      category: "sales",
      weight: 3,
      words: /\b(?:discount|before (?:i )?buy|how many|price list|quote|want to order)\b/gi,
    },
    {
      category: "praise",
      weight: 3,
      words: /\b(?:thank you for|say thanks|best crop|love your|spot on|well done|pass this on)\b/gi,
    },
  ],

  base: {
    security: { score: 80, reason: "looks like fraud or an attempt to steer the desk" },
    legal: { score: 75, reason: "comes from a lawyer or threatens legal steps" },
    chargeback: { score: 62, reason: "a bank dispute is open" },
    complaint: { score: 55, reason: "the customer is very angry" },
    outage: { score: 50, reason: "something the customer depends on has stopped" },
    privacy: { score: 42, reason: "a legal right with a time limit" },
    accessibility: { score: 38, reason: "the customer is locked out by a defect" },
    billing: { score: 32, reason: "concerns money already taken" },
    other: { score: 25, reason: "fits no known kind of message" },
    refund: { score: 18, reason: "asks for money back" },
    delivery: { score: 16, reason: "a parcel is missing" },
    sales: { score: 10, reason: "a question before buying" },
    praise: { score: 4, reason: "asks for nothing" },
  },
  otherwise: "other",
  raises: [
    { by: 12, reason: "written in capitals", found: (text) => (text.match(/\b[A-Z]{4,}\b/g)?.length ?? 0) >= 3 },
    {
      by: 10,
      reason: "threatens to go public",
      found: (text) => /review site|newspaper|journalist|social media/i.test(text),
    },
    { by: 10, reason: "an amount of $1,000 or more", found: (text) => /(?:[$€]\s?|\b)\d{1,3},\d{3}\b/.test(text) },
    { by: 8, reason: "carries a link", found: (text) => /https?:\/\//i.test(text) },
    {
      by: 5,
      reason: "sets a time limit",
      found: (text) => /within (?:seven|\d+) days|by (?:mon|tues|wednes|thurs|fri)day|emergency/i.test(text),
    },
  ],
};
