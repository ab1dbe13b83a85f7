import type { AnnouncementCategory } from "./signs";

export type AnnouncementTemplate = {
  /** Names the kind where the agent says what it looks up. */
  word: string;
  headline: string;
  lead: string;
  sorry: string | null;
  summary: string;
  /** The topic to look up, and the policy the text rests on with the words in it that matter. */
  topic: string;
  rests: { id: string; words: string };
};

const STATEMENT = { topic: "announcement", rests: { id: "P-14", words: "handed over" } };

/** What the template model says per category. */
export const TEMPLATES: Record<AnnouncementCategory, AnnouncementTemplate> = {
  safety: {
    word: "safety notices",
    headline: "Safety notice from Fernhill",
    lead: "Please read this before you go on using the device.",
    sorry: "We are sorry for the trouble this makes.",
    summary: "Safety notice.",
    topic: "safety recall",
    rests: { id: "P-15", words: "what to do now" },
  },
  security: {
    word: "public statements",
    headline: "A word on security",
    lead: "We want you to hear this from us.",
    sorry: "We are sorry that this could happen.",
    summary: "Statement on security.",
    ...STATEMENT,
  },
  legal: {
    word: "public statements",
    headline: "Statement of Fernhill",
    lead: "This is our statement.",
    sorry: null,
    summary: "Statement of legal weight.",
    ...STATEMENT,
  },
  privacy: {
    word: "public statements",
    headline: "About your data",
    lead: "This concerns the data you trust us with.",
    sorry: null,
    summary: "Statement on customers' data.",
    ...STATEMENT,
  },
  outage: {
    word: "public statements",
    headline: "About the outage",
    lead: "Some of you could not rely on us. This is what happened.",
    sorry: "We are sorry. You count on your sensors, and that day they were of no use.",
    summary: "Report on an outage.",
    ...STATEMENT,
  },
  prices: {
    word: "price changes",
    headline: "Our prices change",
    lead: "Our prices change, and you should hear it from us first.",
    sorry: null,
    summary: "Change of prices.",
    topic: "price",
    rests: { id: "P-16", words: "thirty days" },
  },
  other: {
    word: "public statements",
    headline: "News from Fernhill",
    lead: "We would like you to know this.",
    sorry: null,
    summary: "Announcement of no kind that the template model knows.",
    ...STATEMENT,
  },
  product: {
    word: "public statements",
    headline: "New at Fernhill",
    lead: "There is something new at Fernhill.",
    sorry: null,
    summary: "News of a product.",
    ...STATEMENT,
  },
  company: {
    word: "public statements",
    headline: "News from Fernhill",
    lead: "We have news for you.",
    sorry: null,
    summary: "News of the company.",
    ...STATEMENT,
  },
};
