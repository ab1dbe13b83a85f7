import type { Category, Input } from "../../shared/records";

/** How strongly words point to a category, strongest first; the sum decides. */
const SIGNS: readonly { category: Category; weight: number; words: RegExp }[] = [
  {
    category: "security",
    weight: 10,
    words: /ignore (?:all |your )*previous|system note|sign in here|without approval|card number|verify your account/gi,
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
];

const BASE_SCORE: Record<Category, number> = {
  security: 80,
  legal: 75,
  chargeback: 62,
  complaint: 55,
  outage: 50,
  privacy: 42,
  accessibility: 38,
  billing: 32,
  other: 25,
  refund: 18,
  delivery: 16,
  sales: 10,
  praise: 4,
};

const REASONS: Record<Category, string> = {
  security: "looks like fraud or an attempt to steer the desk",
  legal: "comes from a lawyer or threatens legal steps",
  chargeback: "a bank dispute is open",
  complaint: "the customer is very angry",
  outage: "something the customer depends on has stopped",
  privacy: "a legal right with a time limit",
  accessibility: "the customer is locked out by a defect",
  billing: "concerns money already taken",
  other: "fits no known kind of message",
  refund: "asks for money back",
  delivery: "a parcel is missing",
  sales: "a question before buying",
  praise: "asks for nothing",
};

const RAISES: readonly { by: number; reason: string; found: (text: string) => boolean }[] = [
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
];

/** Category, risk from 0 to 100 and its reasons, from the words of a message alone. */
export function classify(input: Input): { category: Category; riskScore: number; reasons: string[] } {
  const text = `${input.subject}\n${input.message}`;
  let category: Category = "other";
  let best = 0;
  for (const { category: candidate, weight, words } of SIGNS) {
    const strength = weight * (text.match(words)?.length ?? 0);
    if (strength > best) [category, best] = [candidate, strength];
  }
  const raised = RAISES.filter(({ found }) => found(text));
  const riskScore = Math.min(
    100,
    raised.reduce((sum, { by }) => sum + by, BASE_SCORE[category]),
  );
  return { category, riskScore, reasons: [REASONS[category], ...raised.map(({ reason }) => reason)] };
}
