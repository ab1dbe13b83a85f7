// Local times that people give: "snooze until", "auto-approval ends at", "absent from" and "until". Where the clock
// changes, a local time can name no instant or two; both are refused with what the clock does that day.

import { v, type Infer } from "convex/values";
import { Temporal } from "temporal-polyfill";
import { checkTimeZone } from "./checkCalendar";
import type { Problem } from "./problem";

/**
 * What a person's clock shows: `dateTime` is "YYYY-MM-DDTHH:MM" (seconds may follow), `timeZone` an IANA name. `offset`
 * ("+02:00") tells the two instants apart when the time happens twice.
 */
export const vLocalTime = v.object({ dateTime: v.string(), timeZone: v.string(), offset: v.optional(v.string()) });
export type LocalTime = Infer<typeof vLocalTime>;

/** `at` is in ms since 1970. */
export type LocalTimeResult = { kind: "instant"; at: number } | { kind: "refused"; problem: Problem };

/**
 * The instant a person's local time names. Refused, with `field` or the part of it that is wrong: text that is no date
 * and time, a day that does not exist, an unknown zone, a time the clock skips, one it shows twice (unless the offset
 * says which), an offset the zone does not have then.
 */
export function instantOf(local: LocalTime, field: string): LocalTimeResult {
  const { dateTime, timeZone, offset } = local;
  const [zoneProblem] = checkTimeZone(timeZone, `${field}.timeZone`);
  if (zoneProblem !== undefined) return { kind: "refused", problem: zoneProblem };
  const plain = plainOf(dateTime);
  if (plain === null) {
    return refused(`${field}.dateTime`, "This is not a date and time that exists, written such as 2027-03-28T14:30.");
  }
  if (offset !== undefined && !/^[+-]\d{2}:\d{2}(:\d{2})?$/.test(offset)) {
    return refused(`${field}.offset`, "The offset must be written as hours and minutes from UTC, such as +02:00.");
  }
  const candidates = candidatesOf(plain, timeZone);
  if (candidates.length === 0) {
    const { from, to } = changeNear(plain, timeZone);
    const reason = `The clock in ${timeZone} goes forward from ${from} to ${to}, so ${readable(plain)} does not exist.`;
    return refused(`${field}.dateTime`, reason);
  }
  if (offset === undefined && candidates.length > 1) {
    const { from, to } = changeNear(plain, timeZone);
    const [first, second] = candidates.map((candidate) => candidate.offset);
    const reason = `The clock in ${timeZone} goes back from ${from} to ${to}, so ${readable(plain)} happens twice: add the offset ${first} for the first or ${second} for the second.`;
    return refused(`${field}.dateTime`, reason);
  }
  const meant = candidates.find((candidate) => offset === undefined || candidate.offset === offset);
  if (meant === undefined) {
    const possible = candidates.map((candidate) => candidate.offset).join(" or ");
    return refused(`${field}.offset`, `The clock in ${timeZone} is at ${possible} then, not at ${offset}.`);
  }
  return { kind: "instant", at: meant.epochMilliseconds };
}

function refused(field: string, reason: string): LocalTimeResult {
  return { kind: "refused", problem: { field, reason } };
}

/** The date and time of a text, or null where it is none (2027-02-29, 24:00 and a 61st second are none). */
function plainOf(text: string): Temporal.PlainDateTime | null {
  if (!/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text)) return null;
  try {
    return Temporal.PlainDateTime.from(text);
  } catch {
    return null;
  }
}

/** The instants at which the zone's clock shows a time, in order: one, none (skipped) or two (repeated). */
function candidatesOf(plain: Temporal.PlainDateTime, timeZone: string): Temporal.ZonedDateTime[] {
  try {
    return [plain.toZonedDateTime(timeZone, { disambiguation: "reject" })];
  } catch {
    const both = (["earlier", "later"] as const).map((disambiguation) =>
      plain.toZonedDateTime(timeZone, { disambiguation }),
    );
    return both.filter((candidate) => candidate.toPlainDateTime().equals(plain));
  }
}

/** What the clock shows before and after the change that makes a local time skipped or repeated. */
function changeNear(plain: Temporal.PlainDateTime, timeZone: string): { from: string; to: string } {
  const before = plain.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  const after = before.getTimeZoneTransition("next");
  if (after === null) throw new Error(`${timeZone} has no change of its clock after ${before.toString()}.`);
  const to = after.toPlainDateTime();
  const from = to.add({ nanoseconds: before.offsetNanoseconds - after.offsetNanoseconds });
  return {
    from: readable(from),
    to: to.toPlainDate().equals(from.toPlainDate()) ? readable(to).slice(11) : readable(to),
  };
}

/** "2027-03-28 02:30", with seconds only where there are some. */
function readable(plain: Temporal.PlainDateTime): string {
  return plain.toString({ smallestUnit: plain.second === 0 ? "minute" : "second" }).replace("T", " ");
}
