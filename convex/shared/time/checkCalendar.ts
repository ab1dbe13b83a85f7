// What is refused when a calendar or a duration is saved. Working hours in an hour that one day of the year skips are
// fine: on that day they are not worked.

import { Temporal } from "temporal-polyfill";
import {
  type Calendar,
  DURATION_MINUTES_MAX,
  type Duration,
  type Holiday,
  HOLIDAY_NAME_MAX,
  HOLIDAYS_MAX,
  HORIZON_MS,
  type Interval,
  INTERVALS_PER_DAY_MAX,
  minutesOfClock,
  TIME_ZONE_MAX,
  WEEKDAYS,
} from "./calendar";
import type { Problem } from "./problem";
import { workedBy } from "./workingTime";

/** Everything wrong with a calendar, with paths such as "workingHours.monday[1].to"; empty when it can be used. */
export function checkCalendar({ timeZone, workingHours, holidays }: Calendar): Problem[] {
  const problems = checkTimeZone(timeZone, "timeZone");
  for (const weekday of WEEKDAYS) problems.push(...checkIntervals(workingHours[weekday], `workingHours.${weekday}`));
  if (WEEKDAYS.every((weekday) => workingHours[weekday].length === 0)) {
    problems.push({
      field: "workingHours",
      reason: "No day has working hours, so no business deadline could ever end.",
    });
  }
  return [...problems, ...checkHolidays(holidays)];
}

/** What is wrong with the name of a time zone: at most one problem, at `field`. Offsets such as "+02:00" are no zones. */
export function checkTimeZone(timeZone: string, field: string): Problem[] {
  if (timeZone === "") return [{ field, reason: "The time zone is missing." }];
  if (timeZone.length <= TIME_ZONE_MAX && /^[A-Za-z][\w+/-]*$/.test(timeZone)) {
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
      return [];
    } catch {
      // Temporal throws for a name it does not know, and has no other way of asking.
    }
  }
  const name = JSON.stringify(timeZone.slice(0, TIME_ZONE_MAX));
  return [{ field, reason: `${name} is not the name of a time zone, such as "Europe/Berlin".` }];
}

/**
 * What is wrong with a duration that counts from `fromMs` (ms since 1970; on saving, now): at most one problem, at
 * `field`. A business duration must end within five years on the calendar, which must have passed `checkCalendar`.
 */
export function checkDuration(duration: Duration, calendar: Calendar, fromMs: number, field: string): Problem[] {
  const { minutes } = duration;
  if (!(Number.isInteger(minutes) && minutes >= 1 && minutes <= DURATION_MINUTES_MAX)) {
    const reason = `The time must be a whole number of minutes between 1 and ${DURATION_MINUTES_MAX} (two years).`;
    return [{ field: `${field}.minutes`, reason }];
  }
  if (duration.kind === "business" && workedBy(fromMs, minutes, fromMs + HORIZON_MS, calendar) === null) {
    const reason = `The calendar does not have ${minutes} working minutes in the next five years, so this time would never end.`;
    return [{ field: `${field}.minutes`, reason }];
  }
  return [];
}

function checkIntervals(intervals: readonly Interval[], field: string): Problem[] {
  if (intervals.length > INTERVALS_PER_DAY_MAX) {
    return [{ field, reason: `A day can have at most ${INTERVALS_PER_DAY_MAX} intervals, not ${intervals.length}.` }];
  }
  const problems: Problem[] = [];
  const sound: { from: number; to: number; index: number }[] = [];
  for (const [index, interval] of intervals.entries()) {
    const [from, to] = [minutesOfClock(interval.from), minutesOfClock(interval.to)];
    if (from === null || interval.from === "24:00") {
      problems.push({ field: `${field}[${index}].from`, reason: "The start must be a time from 00:00 to 23:59." });
    }
    if (to === null) {
      problems.push({ field: `${field}[${index}].to`, reason: "The end must be a time from 00:01 to 24:00." });
    }
    if (from === null || to === null || interval.from === "24:00") continue;
    if (from < to) sound.push({ from, to, index });
    else {
      const reason = `The end ${interval.to} is not after the start ${interval.from}; work past midnight ends at 24:00 and goes on at 00:00 of the next day.`;
      problems.push({ field: `${field}[${index}].to`, reason });
    }
  }
  sound.sort((a, b) => a.from - b.from || a.index - b.index);
  let longest = sound[0];
  for (const next of sound.slice(1)) {
    if (longest !== undefined && next.from < longest.to) {
      const other = intervals[longest.index];
      const reason = `This interval overlaps the one from ${other?.from} to ${other?.to}.`;
      problems.push({ field: `${field}[${next.index}].from`, reason });
    }
    if (longest === undefined || next.to > longest.to) longest = next;
  }
  return problems;
}

function checkHolidays(holidays: readonly Holiday[]): Problem[] {
  if (holidays.length > HOLIDAYS_MAX) {
    const reason = `A calendar can have at most ${HOLIDAYS_MAX} holidays, not ${holidays.length}.`;
    return [{ field: "holidays", reason }];
  }
  const problems: Problem[] = [];
  const names = new Map<string, string>();
  for (const [index, { date, name }] of holidays.entries()) {
    const field = `holidays[${index}]`;
    const earlier = names.get(date);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) {
      problems.push({
        field: `${field}.date`,
        reason: "The date must be written as year-month-day, such as 2027-12-25.",
      });
    } else if (!dateExists(date)) {
      problems.push({ field: `${field}.date`, reason: `${date} is not in the calendar: there is no such day.` });
    } else if (earlier !== undefined) {
      problems.push({
        field: `${field}.date`,
        reason: `${date} is already in the list as ${JSON.stringify(earlier)}.`,
      });
    } else names.set(date, name);
    if (name.trim() === "") problems.push({ field: `${field}.name`, reason: "The holiday has no name." });
    if (name.length > HOLIDAY_NAME_MAX) {
      problems.push({ field: `${field}.name`, reason: `The name is longer than ${HOLIDAY_NAME_MAX} characters.` });
    }
  }
  return problems;
}

/** Whether "YYYY-MM-DD" is a day of the Gregorian calendar. */
function dateExists(date: string): boolean {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
}
