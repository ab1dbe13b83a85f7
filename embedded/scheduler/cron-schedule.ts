import type { CronSchedule } from "../push/crons.ts";
import { nextOfExpression } from "./cron-expression.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type CalendarSchedule = Exclude<CronSchedule, { type: "interval" | "cron" }>;

/** Why a push with this cron expression is refused (J14), or null. */
export function checkCronExpression(expression: string): string | null {
  try {
    return nextOfExpression(expression, Date.now()) === null ? "it never comes true" : null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** When a new cron runs first, in ms since 1970: an interval at once, others at their next time (SPEC J11). */
export function firstRunMs(schedule: CronSchedule, nowMs: number): number {
  return schedule.type === "interval" ? nowMs : occurrenceAfter(schedule, nowMs);
}

/** When a cron due at `dueMs` is due next: always after `nowMs`, what was missed is skipped (SPEC J12). */
export function followingRunMs(schedule: CronSchedule, dueMs: number, nowMs: number): number {
  if (schedule.type !== "interval") return occurrenceAfter(schedule, Math.max(dueMs, nowMs));
  const intervalMs = schedule.seconds * 1000;
  const passed = Math.max(0, Math.floor((nowMs - dueMs) / intervalMs));
  return dueMs + (passed + 1) * intervalMs;
}

function occurrenceAfter(schedule: CronSchedule, afterMs: number): number {
  if (schedule.type === "interval") throw new Error("an interval has no place in the calendar");
  if (schedule.type !== "cron") return calendarAfter(schedule, afterMs);
  // The push made sure that there is a next time.
  return nextOfExpression(schedule.cronExpr, afterMs) ?? Number.MAX_SAFE_INTEGER;
}

/** The first time of the calendar, UTC, strictly after `afterMs`. */
function calendarAfter(schedule: CalendarSchedule, afterMs: number): number {
  const after = new Date(afterMs);
  const minuteMs = schedule.minuteUTC * MINUTE_MS;
  const midnight = Date.UTC(after.getUTCFullYear(), after.getUTCMonth(), after.getUTCDate());
  switch (schedule.type) {
    case "hourly":
      return stepUntilAfter(Math.floor(afterMs / HOUR_MS) * HOUR_MS + minuteMs, HOUR_MS, afterMs);
    case "daily":
      return stepUntilAfter(midnight + schedule.hourUTC * HOUR_MS + minuteMs, DAY_MS, afterMs);
    case "weekly": {
      const days = (schedule.dayOfWeek - after.getUTCDay() + 7) % 7;
      return stepUntilAfter(midnight + days * DAY_MS + schedule.hourUTC * HOUR_MS + minuteMs, 7 * DAY_MS, afterMs);
    }
    case "monthly":
      for (let month = after.getUTCMonth(); ; month++) {
        const first = new Date(Date.UTC(after.getUTCFullYear(), month, 1));
        const day = new Date(Date.UTC(after.getUTCFullYear(), month, schedule.day));
        // A month without that day is left out.
        if (day.getUTCMonth() !== first.getUTCMonth()) continue;
        const at = day.getTime() + schedule.hourUTC * HOUR_MS + minuteMs;
        if (at > afterMs) return at;
      }
    default:
      return schedule satisfies never;
  }
}

function stepUntilAfter(atMs: number, stepMs: number, afterMs: number): number {
  return atMs > afterMs ? atMs : atMs + stepMs;
}
