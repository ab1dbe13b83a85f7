// Out-of-office delegation: who acts for somebody who is away, and for their delegate who is away too.

import { v, type Infer } from "convex/values";
import type { Problem } from "./problem";

/**
 * `personId` is away from `from` (included) to `until` (not included), both in ms since 1970. Meanwhile `delegateId`
 * acts for them; null when nobody does.
 */
export const vAbsence = v.object({
  personId: v.string(),
  from: v.number(),
  until: v.number(),
  delegateId: v.union(v.string(), v.null()),
});
export type Absence = Infer<typeof vAbsence>;

/** How many absences are looked at together: those of one desk that are not over. */
export const ABSENCES_MAX = 1_000;

/** How many delegates are followed. Whoever is reached over more of them knows nothing of the matter. */
export const DELEGATES_MAX = 10;

/**
 * Who acts for a person. `via` lists the people passed over, in order, from the person on; in a loop its last id is
 * the one that came up for the second time.
 */
export type Delegation =
  | { kind: "present"; personId: string; via: string[] }
  | { kind: "absent"; via: string[] }
  | { kind: "loop"; via: string[] };

/**
 * Who acts for `personId` at `atMs` (ms since 1970): the person, if they are not away, or else who their delegates lead
 * to. "absent" when nobody is at the end: no delegate, somebody who no longer works here (`isActive` says so), or more
 * than ten delegates. Of absences that overlap (which `checkAbsences` refuses) the first in the list counts.
 */
export function resolveDelegate(
  personId: string,
  atMs: number,
  absences: readonly Absence[],
  isActive: (personId: string) => boolean,
): Delegation {
  const via: string[] = [];
  let current = personId;
  while (via.length <= DELEGATES_MAX) {
    if (via.includes(current)) return { kind: "loop", via: [...via, current] };
    const absence = absenceOf(current, atMs, absences);
    const active = isActive(current);
    if (active && absence === undefined) return { kind: "present", personId: current, via };
    via.push(current);
    const delegateId = active ? absence?.delegateId : null;
    if (delegateId === null || delegateId === undefined) return { kind: "absent", via };
    current = delegateId;
  }
  return { kind: "absent", via };
}

/**
 * Everything wrong with a list of absences, with paths such as "absences[1].until"; empty when it can be saved.
 * Refused: an end that is not after the start, two absences of one person at a time, delegating to oneself, delegates
 * who lead back in a circle while all of them are away, chains of more than ten, and more than 1,000 absences.
 * `nameOf` gives the names for the reasons.
 */
export function checkAbsences(absences: readonly Absence[], nameOf = (personId: string) => personId): Problem[] {
  if (absences.length > ABSENCES_MAX) {
    const reason = `There can be at most ${ABSENCES_MAX} absences at once, not ${absences.length}.`;
    return [{ field: "absences", reason }];
  }
  return absences.flatMap((absence, index) => {
    const field = `absences[${index}]`;
    const { personId, from, until, delegateId } = absence;
    if (!(Number.isFinite(from) && Number.isFinite(until) && from < until)) {
      return [{ field: `${field}.until`, reason: `The absence of ${nameOf(personId)} must end after it starts.` }];
    }
    const problems: Problem[] = [];
    const earlier = absences
      .slice(0, index)
      .findIndex((other) => other.personId === personId && overlap(other, absence));
    if (earlier !== -1) {
      const reason = `${nameOf(personId)} is already away at that time: it overlaps absences[${earlier}].`;
      problems.push({ field: `${field}.from`, reason });
    }
    if (delegateId === personId) {
      const reason = `${nameOf(personId)} cannot be their own delegate.`;
      return [...problems, { field: `${field}.delegateId`, reason }];
    }
    const reason = chainProblem(absence, index, absences, nameOf);
    return reason === null ? problems : [...problems, { field: `${field}.delegateId`, reason }];
  });
}

/**
 * What is wrong with the delegates that an absence leads to at the moment it starts, or null. That moment is enough:
 * absences that form a circle are all going on when the last of them starts, and it is the one that is refused.
 */
function chainProblem(
  absence: Absence,
  index: number,
  absences: readonly Absence[],
  nameOf: (personId: string) => string,
): string | null {
  const via = [absence.personId];
  const passed = new Set([index]);
  let current = absence.delegateId;
  while (current !== null) {
    via.push(current);
    if (via.length - 1 > DELEGATES_MAX) return `More than ${DELEGATES_MAX} delegates would follow one another.`;
    if (current === absence.personId) {
      // Of absences that start together, the last in the list is the one refused.
      const last = [...passed].every((other) => other <= index || absences[other]?.from !== absence.from);
      return last ? `The delegates would lead back in a circle: ${via.map(nameOf).join(", ")}.` : null;
    }
    const next = absenceOf(current, absence.from, absences);
    if (next === undefined || passed.has(absences.indexOf(next))) return null;
    passed.add(absences.indexOf(next));
    current = next.delegateId;
  }
  return null;
}

function absenceOf(personId: string, atMs: number, absences: readonly Absence[]): Absence | undefined {
  return absences.find((absence) => absence.personId === personId && absence.from <= atMs && atMs < absence.until);
}

function overlap(a: Absence, b: Absence): boolean {
  return a.from < b.until && b.from < a.until;
}
