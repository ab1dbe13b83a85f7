import type { Scale } from "../../agents/offline/classify";
import { personalData } from "../../shared/personalData";
import { INTERNAL } from "./reading";

/** The categories of announcements, the riskiest first. */
export const CATEGORIES = [
  "safety",
  "security",
  "legal",
  "privacy",
  "outage",
  "prices",
  "other",
  "product",
  "company",
] as const;
export type AnnouncementCategory = (typeof CATEGORIES)[number];

/** How announcements are sorted: by what a wrong word in public would cost. */
export const SCALE: Scale<AnnouncementCategory> = {
  signs: [
    {
      category: "safety",
      weight: 8,
      words: /\b(?:recall\w*|overheat\w*|fire|burn\w*|injur\w*|stop using|unplug\w*|safety notice)\b/gi,
    },
    {
      category: "security",
      weight: 8,
      words: /\b(?:breach\w*|leaked|attack\w*|vulnerab\w*|passwords?|ignore (?:all |your )*previous|system note)\b/gi,
    },
    { category: "legal", weight: 6, words: /\b(?:court|lawsuit|settlement|authorit(?:y|ies)|regulator)\b/gi },
    { category: "privacy", weight: 6, words: /\b(?:privacy|personal data|gdpr)\b/gi },
    { category: "outage", weight: 5, words: /\b(?:outage|offline|disruption|not reachable|went down)\b/gi },
    { category: "prices", weight: 4, words: /\bprices?\b|\bcosts?\b|\$\d|\bpercent off\b/gi },
    { category: "product", weight: 3, words: /\b(?:version|app|feature|update|launch\w*|new sensors?)\b/gi },
    { category: "company", weight: 2, words: /\b(?:open day|visit\w*|fair|hiring|anniversary|greenhouse|opening)\b/gi },
  ],
  base: {
    safety: { score: 85, reason: "people may come to harm where a word is wrong" },
    security: { score: 80, reason: "concerns an attack, or looks like one on the desk" },
    legal: { score: 75, reason: "has legal weight" },
    privacy: { score: 65, reason: "concerns customers' data" },
    outage: { score: 48, reason: "admits that something did not work" },
    prices: { score: 42, reason: "promises prices in public" },
    other: { score: 30, reason: "fits no known kind of announcement" },
    product: { score: 15, reason: "news of a product" },
    company: { score: 10, reason: "news of the company" },
  },
  otherwise: "other",
  raises: [
    {
      by: 10,
      reason: "goes to the press",
      found: (text) => /press release|(?:for|to) the press|journalists/i.test(text),
    },
    { by: 10, reason: "holds what is marked as internal", found: (text) => INTERNAL.test(text) },
    { by: 8, reason: "holds a customer's data", found: (text) => personalData(text) !== null },
  ],
};
