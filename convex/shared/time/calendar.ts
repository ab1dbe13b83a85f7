// The business calendar: what a policy stores. `checkCalendar` says whether one can be used, `workingTime` counts on
// it, `deadline` turns durations into instants.

import { v, type Infer } from "convex/values";

/** From `from` (included) to `to` (not included), both "HH:MM" on the clock of the calendar's zone; `to` can be "24:00". */
export const vInterval = v.object({ from: v.string(), to: v.string() });
export type Interval = Infer<typeof vInterval>;

const vIntervals = v.array(vInterval);
export const vWorkingHours = v.object({
  monday: vIntervals,
  tuesday: vIntervals,
  wednesday: vIntervals,
  thursday: vIntervals,
  friday: vIntervals,
  saturday: vIntervals,
  sunday: vIntervals,
});
export type WorkingHours = Infer<typeof vWorkingHours>;

/** A whole day without work: `date` is "YYYY-MM-DD" in the calendar's zone. */
export const vHoliday = v.object({ date: v.string(), name: v.string() });
export type Holiday = Infer<typeof vHoliday>;

/**
 * `timeZone` is an IANA name such as "Europe/Berlin". Work past midnight is two intervals: to "24:00" on one day, from
 * "00:00" on the next.
 */
export const vCalendar = v.object({
  timeZone: v.string(),
  workingHours: vWorkingHours,
  holidays: v.array(vHoliday),
});
export type Calendar = Infer<typeof vCalendar>;

/** A length of time in whole minutes: as the clock runs, or only while the calendar works. */
export const vDuration = v.union(
  v.object({ kind: v.literal("elapsed"), minutes: v.number() }),
  v.object({ kind: v.literal("business"), minutes: v.number() }),
);
export type Duration = Infer<typeof vDuration>;

/** Monday first, as ISO 8601 counts. */
export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const satisfies readonly (keyof WorkingHours)[];

/** A working day in more pieces than this is a mistake. */
export const INTERVALS_PER_DAY_MAX = 12;
/** Ten years of forty holidays: enough for every country, little enough to read on every count. */
export const HOLIDAYS_MAX = 400;
export const HOLIDAY_NAME_MAX = 100;
/** Longest name of a time zone, in characters; the longest in use has 32. */
export const TIME_ZONE_MAX = 64;

export const MINUTE_MS = 60_000;
export const DAY_MINUTES = 24 * 60;
export const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** The longest duration a policy can name: two years, in minutes. */
export const DURATION_MINUTES_MAX = 2 * 366 * DAY_MINUTES;
/** How far a count of working time looks, in ms: what five years cannot hold is refused. */
export const HORIZON_MS = 5 * 366 * DAY_MS;

/** Minutes since midnight of "HH:MM" ("24:00" included), or null for any other text. */
export function minutesOfClock(text: string): number | null {
  if (text === "24:00") return DAY_MINUTES;
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

/** A length in minutes as whole ms. Throws a RangeError for what is no length of time (negative, NaN, infinite). */
export function msOfMinutes(minutes: number): number {
  if (!(Number.isFinite(minutes) && minutes >= 0)) throw new RangeError(`${minutes} is no number of minutes.`);
  return Math.round(minutes * MINUTE_MS);
}
