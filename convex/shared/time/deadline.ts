import { type Calendar, type Duration, msOfMinutes } from "./calendar";
import { addWorkingMinutes, leftFrom, workedBy } from "./workingTime";

/**
 * The deadline (ms since 1970) of what starts at `startMs` and may take `duration`. Never before `startMs`.
 * Throws a NoWorkingTimeError where the calendar holds too little working time (`checkDuration` finds that on saving).
 */
export function dueAt(startMs: number, duration: Duration, calendar: Calendar): number {
  switch (duration.kind) {
    case "elapsed":
      return startMs + msOfMinutes(duration.minutes);
    case "business":
      return addWorkingMinutes(startMs, duration.minutes, calendar);
    default:
      return duration satisfies never;
  }
}

/** The instant a duration after `startMs`, or null where that lies after `limitMs` (all in ms since 1970). */
export function momentAfter(startMs: number, duration: Duration, limitMs: number, calendar: Calendar): number | null {
  switch (duration.kind) {
    case "elapsed":
      return atMost(limitMs, startMs + msOfMinutes(duration.minutes));
    case "business":
      return workedBy(startMs, duration.minutes, limitMs, calendar);
    default:
      return duration satisfies never;
  }
}

/** The instant a duration before `endMs`, or null where that lies before `limitMs` (all in ms since 1970). */
export function momentBefore(endMs: number, duration: Duration, limitMs: number, calendar: Calendar): number | null {
  switch (duration.kind) {
    case "elapsed":
      return atLeast(limitMs, endMs - msOfMinutes(duration.minutes));
    case "business":
      return leftFrom(endMs, duration.minutes, limitMs, calendar);
    default:
      return duration satisfies never;
  }
}

function atMost(limitMs: number, atMs: number): number | null {
  return atMs <= limitMs ? atMs : null;
}

function atLeast(limitMs: number, atMs: number): number | null {
  return atMs >= limitMs ? atMs : null;
}
