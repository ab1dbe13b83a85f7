import { isDeepStrictEqual } from "node:util";
import { mutateJsonText, mutateText } from "../mutate.ts";
import type { Random } from "../random.ts";

/** Something that parses what comes from outside, and how to make inputs for it. */
export interface Target {
  name: string;
  /** How often it is chosen in proportion to others, a whole number. */
  weight: number;
  /** A changed input: texts and bytes, or an object of them. */
  make(random: Random): unknown;
  /**
   * Parses the input. Gives what came of it, the same for the same input; null when it is no such thing. Throws what the
   * parser throws, and an error of its own when what was accepted does not survive being written and read again.
   */
  take(input: unknown): unknown;
  /** How many cases an input counts for; one when absent. */
  cases?(input: unknown): number;
}

/** A target with its input's type; `make` and `take` fit together. */
export function target<I>(o: { name: string; weight: number; make(random: Random): I; take(input: I): unknown; cases?(input: I): number }): Target {
  return o as unknown as Target;
}

const DEEP = '"@deep@"';

/** Changed JSON text of one of the samples; now and then with very deep or very long parts. */
export function changedJson(random: Random, sample: unknown): string {
  const text = mutateJsonText(random, sample);
  if (random.chance(0.996)) return text;
  if (random.chance(0.5)) return stretched(random, text);
  const withHole = mutateJsonText(random, sample).replace(/:(?:\d+|"[^"]*"|null)/, `:${DEEP}`);
  const levels = random.pick([40, 100, 5_000, 12_000, 49_000, 60_000]);
  return withHole.replace(DEEP, () => (random.chance(0.5) ? `${"[".repeat(levels)}${"]".repeat(levels)}` : `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`));
}

/** Changed JSON text as JSON.stringify writes it: JSON in any case, and not deeper than that can go. */
export function changedValue(random: Random, sample: unknown): string {
  for (;;) {
    const text = mutateJsonText(random, sample);
    try {
      JSON.parse(text);
      return text;
    } catch {
      // Not this one.
    }
  }
}

/** A changed text, seldom the text itself; now and then with a part repeated so often that a parser which goes back and forth is noticed. */
export function changedText(random: Random, sample: string): string {
  if (random.chance(0.1)) return sample;
  let text = mutateText(random, sample);
  while (random.chance(0.4)) text = mutateText(random, text);
  return random.chance(0.005) ? stretched(random, text) : text;
}

function stretched(random: Random, text: string): string {
  const at = random.int(text.length + 1);
  const piece = random.chance(0.5) ? text.slice(at, at + 1 + random.int(4)) : random.pick(["/", ".", " ", "\\", '"', "a", "0", "-", ",", "_", "%", "\n", "\t", "_components/"]);
  return text.slice(0, at) + piece.repeat(Math.floor(60_000 / Math.max(1, piece.length))) + text.slice(at);
}

/** Whether two things are equal; what is nested too deep to be compared counts as such. */
export function isSame(a: unknown, b: unknown): boolean {
  try {
    return isDeepStrictEqual(a, b);
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** Throws when two things that must be the same are not. */
export function insist(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(what);
}
