// Counting working time. An instant is worked when the clock of the calendar's zone then shows a time within the working
// hours of a date that is no holiday. That one rule covers the days on which the clock changes: an hour that is skipped
// is never shown and so not worked, an hour that repeats is shown twice and worked twice, a date that a zone left out
// does not occur. While the zone's offset stays the same, it is arithmetic on days of 24 hours.

import { type Calendar, DAY_MS, HORIZON_MS, MINUTE_MS, minutesOfClock, msOfMinutes, WEEKDAYS } from "./calendar";
import { offsetSpans } from "./offsets";

/** The calendar holds too little working time: nothing can be counted on it. The message is for people. */
export class NoWorkingTimeError extends Error {
  override readonly name = "NoWorkingTimeError";
}

/**
 * The instant (ms since 1970) at which `minutes` of working time have passed since `startMs`: the first one, so a day's
 * last minute ends at closing time and not on the next morning. 0 minutes give `startMs`.
 * Throws a NoWorkingTimeError where the five years after `startMs` hold too little working time.
 */
export function addWorkingMinutes(startMs: number, minutes: number, calendar: Calendar): number {
  const at = workedBy(startMs, minutes, startMs + HORIZON_MS, calendar);
  if (at === null) throw noWorkingTime(minutes, "after", startMs);
  return at;
}

/**
 * The instant (ms since 1970) from which `minutes` of working time are left until `endMs`: the last one.
 * Throws a NoWorkingTimeError where the five years before `endMs` hold too little working time.
 */
export function subtractWorkingMinutes(endMs: number, minutes: number, calendar: Calendar): number {
  const at = leftFrom(endMs, minutes, endMs - HORIZON_MS, calendar);
  if (at === null) throw noWorkingTime(minutes, "before", endMs);
  return at;
}

/** As `addWorkingMinutes`, but null where the instant lies after `limitMs` (or past five years). */
export function workedBy(startMs: number, minutes: number, limitMs: number, calendar: Calendar): number | null {
  let leftMs = msOfMinutes(minutes);
  if (leftMs === 0) return startMs <= limitMs ? startMs : null;
  for (const { fromMs, toMs } of stretches(hoursOf(calendar), startMs, Math.min(limitMs, startMs + HORIZON_MS))) {
    if (toMs - fromMs >= leftMs) return fromMs + leftMs;
    leftMs -= toMs - fromMs;
  }
  return null;
}

/** As `subtractWorkingMinutes`, but null where the instant lies before `limitMs` (or five years back). */
export function leftFrom(endMs: number, minutes: number, limitMs: number, calendar: Calendar): number | null {
  let leftMs = msOfMinutes(minutes);
  if (leftMs === 0) return endMs >= limitMs ? endMs : null;
  for (const { fromMs, toMs } of stretchesBefore(hoursOf(calendar), endMs, Math.max(limitMs, endMs - HORIZON_MS))) {
    if (toMs - fromMs >= leftMs) return toMs - leftMs;
    leftMs -= toMs - fromMs;
  }
  return null;
}

/**
 * Working time from `fromMs` to `toMs` (ms since 1970) in minutes, with their fraction; 0 where `toMs` is not later.
 * Throws a RangeError for more than five years.
 */
export function workingMinutesBetween(fromMs: number, toMs: number, calendar: Calendar): number {
  if (toMs - fromMs > HORIZON_MS) throw new RangeError("Working time is counted over five years at most.");
  let workedMs = 0;
  for (const stretch of stretches(hoursOf(calendar), fromMs, toMs)) workedMs += stretch.toMs - stretch.fromMs;
  return workedMs / MINUTE_MS;
}

/** Whether an instant (ms since 1970) lies within working hours: opening time does, closing time does not. */
export function isWorkingTime(atMs: number, calendar: Calendar): boolean {
  return !stretches(hoursOf(calendar), atMs, atMs + 1).next().done;
}

/**
 * The next instant (ms since 1970) within working hours, `atMs` itself if it is.
 * Throws a NoWorkingTimeError where the next five years have none.
 */
export function nextWorkingTime(atMs: number, calendar: Calendar): number {
  const first = stretches(hoursOf(calendar), atMs, atMs + HORIZON_MS).next();
  if (first.done === true) throw noWorkingTime(1, "after", atMs);
  return first.value.fromMs;
}

/** A calendar as numbers: hours in ms since midnight for each weekday, Monday first; holidays in days since 1970. */
type Hours = {
  timeZone: string;
  days: readonly (readonly { openMs: number; closeMs: number }[])[];
  holidays: ReadonlySet<number>;
};

function hoursOf({ timeZone, workingHours, holidays }: Calendar): Hours {
  return {
    timeZone,
    days: WEEKDAYS.map((weekday) =>
      workingHours[weekday]
        .map(({ from, to }) => ({ openMs: clockMs(from), closeMs: clockMs(to) }))
        .sort((a, b) => a.openMs - b.openMs),
    ),
    holidays: new Set(holidays.map(({ date }) => Date.parse(date) / DAY_MS)), // a date alone is read as UTC
  };
}

function clockMs(text: string): number {
  const minutes = minutesOfClock(text);
  if (minutes === null) throw new Error(`The calendar was stored with the time ${JSON.stringify(text)}.`);
  return minutes * MINUTE_MS;
}

type Stretch = { fromMs: number; toMs: number };

/** The worked stretches between two instants, earliest first; neighbours may touch. */
function* stretches({ timeZone, days, holidays }: Hours, fromMs: number, toMs: number): Generator<Stretch> {
  if (days.every((intervals) => intervals.length === 0)) return;
  for (const { startMs, endMs, offsetMs } of offsetSpans(timeZone, fromMs, toMs)) {
    const lastDay = dayOf(endMs - 1 + offsetMs);
    for (let day = dayOf(startMs + offsetMs); day <= lastDay; day += 1) {
      if (holidays.has(day)) continue;
      for (const { openMs, closeMs } of days[weekdayOf(day)] ?? []) {
        const midnightMs = day * DAY_MS - offsetMs;
        const stretch = { fromMs: Math.max(midnightMs + openMs, startMs), toMs: Math.min(midnightMs + closeMs, endMs) };
        if (stretch.fromMs < stretch.toMs) yield stretch;
      }
    }
  }
}

/** How much is looked at first on the way back: a month, because most reminders come days before a deadline. */
const LOOK_BACK_MS = 30 * DAY_MS;

/** The worked stretches between two instants, latest first. Looks back in blocks, each twice as long as the last. */
function* stretchesBefore(hours: Hours, endMs: number, limitMs: number): Generator<Stretch> {
  let toMs = endMs;
  for (let blockMs = LOOK_BACK_MS; toMs > limitMs; blockMs *= 2) {
    const fromMs = Math.max(limitMs, toMs - blockMs);
    yield* [...stretches(hours, fromMs, toMs)].reverse();
    toMs = fromMs;
  }
}

/** Days since 1970 of a clock reading in ms. */
function dayOf(clockMs: number): number {
  return Math.floor(clockMs / DAY_MS);
}

/** 0 for Monday to 6 for Sunday: day 0, 1970-01-01, was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

function noWorkingTime(minutes: number, side: "after" | "before", atMs: number): NoWorkingTimeError {
  const count = minutes === 1 ? "one working minute" : `${minutes} working minutes`;
  return new NoWorkingTimeError(
    `The calendar does not have ${count} in the five years ${side} ${new Date(atMs).toISOString()}: its working hours are too few or its holidays too many.`,
  );
}
