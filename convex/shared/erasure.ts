// What erasing somebody's personal content leaves of stored values: their form with `[erased]` in the places of words. Rules R1 to
// R4 in audit/README.md.

import type { Action } from "./actions";
import { ERASED } from "./audit/words";
import type { Verdict } from "./records";

/** The members of actions and questions that are text of or about a person; the others are amounts and choices. */
const TEXTS = ["to", "subject", "body", "headline", "message", "orderId", "question"];
/** The members that hold what somebody wrote, wherever in a review or a request's state they stand. */
const WRITTEN = ["reason", "feedback", "detail"];

/** An action without its texts. */
export function erasedAction(action: Action): Action {
  const members = Object.entries(action).map(([name, value]) => [name, TEXTS.includes(name) ? ERASED : value]);
  return Object.fromEntries(members) as Action;
}

/** A verdict without what was written with it. */
export function erasedVerdict(verdict: Verdict): Verdict {
  return erasedWritings(verdict);
}

/**
 * A stored value with everything erased that somebody wrote into it. With `personId` only what that person wrote: in the parts that
 * name them as who did it.
 */
export function erasedWritings<Value>(value: Value, personId?: string): Value {
  return erased(value, personId === undefined, personId) as Value;
}

function erased(value: unknown, isTheirs: boolean, personId: string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => erased(item, isTheirs, personId));
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  const theirs = isTheirs || (personId !== undefined && isBy(members, personId));
  const entries = Object.entries(members).map(([name, member]) => {
    if (typeof member === "string") return [name, theirs && WRITTEN.includes(name) ? ERASED : member];
    return [name, erased(member, theirs, personId)];
  });
  return Object.fromEntries(entries);
}

/** Whether a part of a review says that this person did it: a vote, an outcome, an escalation, a revocation. */
function isBy(members: Record<string, unknown>, personId: string): boolean {
  if (members["personId"] === personId) return true;
  const by = members["by"];
  return typeof by === "object" && by !== null && "personId" in by && by.personId === personId;
}
