import type { Category, Input } from "../../shared/records";

/** How a playbook's messages are sorted by their words alone. */
export type Scale<C extends Category = Category> = {
  /** How strongly words point to a category, strongest first; the sum decides. The expressions are global. */
  signs: readonly { category: C; weight: number; words: RegExp }[];
  /** Every category the playbook knows: its risk from 0 to 100, and why. */
  base: Readonly<Record<C, { score: number; reason: string }>>;
  /** The category of what shows no sign. */
  otherwise: C;
  /** What raises the risk, whatever the category. */
  raises: readonly { by: number; reason: string; found: (text: string) => boolean }[];
};

/** What triage finds: a category, a risk from 0 to 100, and its reasons. */
export type Sorted<C extends Category = Category> = { category: C; riskScore: number; reasons: string[] };

/** Sorts an input by the words of its subject and message. */
export function classify<C extends Category>(scale: Scale<C>, { subject, message }: Input): Sorted<C> {
  const text = `${subject}\n${message}`;
  let category = scale.otherwise;
  let best = 0;
  for (const { category: candidate, weight, words } of scale.signs) {
    const strength = weight * (text.match(words)?.length ?? 0);
    if (strength > best) [category, best] = [candidate, strength];
  }
  const { score, reason } = scale.base[category];
  const raised = scale.raises.filter(({ found }) => found(text));
  const riskScore = Math.min(
    100,
    raised.reduce((sum, { by }) => sum + by, score),
  );
  return { category, riskScore, reasons: [reason, ...raised.map((each) => each.reason)] };
}

/** A stored category as one of the scale's own; what the scale does not know is what shows no sign. */
export function known<C extends Category>(scale: Scale<C>, category: Category): C {
  return category in scale.base ? (category as C) : scale.otherwise;
}
