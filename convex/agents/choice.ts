// Which model this desk drafts with. Apart from models.ts, so that a query can say it without loading the AI packages.

import { v, type Infer } from "convex/values";

export const vModelChoice = v.union(
  v.object({ kind: v.literal("template") }),
  v.object({ kind: v.literal("openai"), model: v.string() }),
);
export type ModelChoice = Infer<typeof vModelChoice>;

/** Used when OPENAI_MODEL names none. */
const DEFAULT_MODEL = "gpt-4o-mini";

/** The OpenAI-compatible server's model where a key is set, otherwise the built-in template model. */
export function modelChoice(): ModelChoice {
  if (!process.env.OPENAI_API_KEY) return { kind: "template" };
  return { kind: "openai", model: process.env.OPENAI_MODEL || DEFAULT_MODEL };
}
