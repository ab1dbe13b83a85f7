// What the template model's texts share, whatever they are for.

import { firstNameOf, nameOf } from "../../playbooks/input";
import { REASONING_MAX } from "../../shared/limits";
import type { Changes } from "./feedback";

const SIGNED = "Fernhill customer care";

/** How a letter to the sender begins, in the tone asked for. */
export function greeting(from: string, { tone }: Pick<Changes, "tone">): string {
  const name = tone === "formal" ? nameOf(from) : firstNameOf(from);
  if (name === null) return tone === "formal" ? "Dear Sir or Madam," : `${tone === "warm" ? "Hello" : "Dear"},`;
  return `${tone === "warm" ? "Hello" : "Dear"} ${name},`;
}

/** How a letter ends, in the tone asked for. */
export function closing({ tone }: Pick<Changes, "tone">): string {
  if (tone === "formal") return `Yours sincerely,\n${SIGNED}`;
  return tone === "warm" ? `Warm wishes,\n${SIGNED}` : `Kind regards,\n${SIGNED}`;
}

/**
 * The reasoning of a draft: why, then what was not understood (nothing of it is in the draft itself), then what the
 * review changed. Within its limit, with a visible cut.
 */
export function reasoningOf(why: string, { notUnderstood }: Pick<Changes, "notUnderstood">, done: string[]): string {
  const lost = cut(notUnderstood.map((text) => `“${text}”`).join(", "), 500);
  const unclear = lost === "" ? "" : ` The template model did not understand: ${lost}.`;
  const after = done.length === 0 ? "" : ` After the review: ${done.join("; ")}`;
  return cut(`${why}${unclear}${after}`, REASONING_MAX);
}

/** What of the wishes that every text knows was followed, in words. */
export function followed(changes: Changes): string[] {
  return [
    changes.shorter ? "shortened" : "",
    changes.tone === null ? "" : `made more ${changes.tone}`,
    changes.apologize === null ? "" : changes.apologize ? "an apology added" : "no apology",
  ].filter((text) => text !== "");
}

/** What was added because a reviewer asked for it, in words. */
export function added({ additions }: Changes): string[] {
  return additions.length === 0 ? [] : [`added: ${additions.join(" ")}`];
}

/** A text of at most `max` UTF-16 units, with an ellipsis where it was cut. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
