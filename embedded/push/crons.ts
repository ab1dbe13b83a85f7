/** The crons of a component: what `export()` of crons.js gives, checked and normalised for the scheduler. */
import { createHash } from "node:crypto";
import type { Json } from "../values/json.ts";
import { parseFunctionPath } from "../values/names.ts";
import { pushError } from "./errors.ts";

/** When a cron runs, all times UTC: intervals in seconds, weekdays 0–6 with Sunday 0, minutes always chosen. */
export type CronSchedule =
  | { type: "interval"; seconds: number }
  | { type: "hourly"; minuteUTC: number }
  | { type: "daily"; hourUTC: number; minuteUTC: number }
  | { type: "weekly"; dayOfWeek: number; hourUTC: number; minuteUTC: number }
  | { type: "monthly"; day: number; hourUTC: number; minuteUTC: number }
  | { type: "cron"; cronExpr: string };

/** One cron: `udfPath` is `module.js:function` in its own component, `udfArgs` the list of one argument object. */
export interface CronSpec {
  identifier: string;
  spec: { udfPath: string; udfArgs: Json[]; cronSchedule: CronSchedule };
}

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const SECONDS = { seconds: 1, minutes: 60, hours: 3600 };

type Fields = Record<string, unknown>;

/**
 * The crons in the text that `export()` gave. Throws 400 `InvalidCron` naming the cron (P9).
 * `checkExpression` returns why a cron expression is refused, or null.
 */
export function parseCrons(text: string, checkExpression: (expression: string) => string | null): CronSpec[] {
  const exported = JSON.parse(text) as Record<string, Fields | null> | null;
  return Object.entries(exported ?? {}).map(([identifier, job]) => {
    if (!/^[ -~]*$/.test(identifier)) invalid(identifier, "its name may hold printable ASCII characters only");
    if (job === null || typeof job !== "object") return invalid(identifier, "it is not an object");
    const { name, args, schedule } = job;
    if (typeof name !== "string") invalid(identifier, "it names no function");
    if (!Array.isArray(args)) invalid(identifier, "its arguments are not a list");
    if (schedule === null || typeof schedule !== "object") invalid(identifier, "it has no schedule");
    const target = parseFunctionPath(name as string);
    const cronSchedule = normalise(identifier, schedule as Fields, checkExpression);
    return {
      identifier,
      spec: { udfPath: `${target.module}:${target.name}`, udfArgs: args as Json[], cronSchedule },
    };
  });
}

function normalise(id: string, raw: Fields, checkExpression: (expression: string) => string | null): CronSchedule {
  const hour = () => within(id, raw.hourUTC, "hourUTC", 0, 23);
  const minute = () => (raw.minuteUTC === undefined ? chosenMinute(id) : within(id, raw.minuteUTC, "minuteUTC", 0, 59));
  switch (raw.type) {
    case "interval": {
      const units = Object.entries(SECONDS).filter(([unit]) => raw[unit] !== undefined);
      const [unit] = units;
      if (!unit || units.length > 1) return invalid(id, "an interval needs exactly one of seconds, minutes, hours");
      return { type: "interval", seconds: within(id, raw[unit[0]], unit[0], 1, Number.MAX_SAFE_INTEGER) * unit[1] };
    }
    case "hourly":
      return { type: "hourly", minuteUTC: minute() };
    case "daily":
      return { type: "daily", hourUTC: hour(), minuteUTC: minute() };
    case "weekly": {
      const dayOfWeek = DAYS.indexOf(raw.dayOfWeek as string);
      if (dayOfWeek < 0) invalid(id, `dayOfWeek must be one of ${DAYS.join(", ")}`);
      return { type: "weekly", dayOfWeek, hourUTC: hour(), minuteUTC: minute() };
    }
    case "monthly":
      return { type: "monthly", day: within(id, raw.day, "day", 1, 31), hourUTC: hour(), minuteUTC: minute() };
    case "cron": {
      if (typeof raw.cron !== "string") return invalid(id, "its cron expression is not a string");
      const problem = checkExpression(raw.cron);
      return problem === null ? { type: "cron", cronExpr: raw.cron } : invalid(id, problem);
    }
    default:
      return invalid(id, `the schedule type ${JSON.stringify(raw.type)} is unknown`);
  }
}

/** The minute of a cron that leaves it open: spread over the hour, the same at every push. */
function chosenMinute(identifier: string): number {
  return createHash("sha256").update(identifier).digest().readUInt32BE(0) % 60;
}

function within(id: string, value: unknown, field: string, from: number, to: number): number {
  if (Number.isInteger(value) && (value as number) >= from && (value as number) <= to) return value as number;
  return invalid(
    id,
    `${field} must be a whole number from ${from}${to < Number.MAX_SAFE_INTEGER ? ` to ${to}` : " up"}`,
  );
}

function invalid(identifier: string, problem: string): never {
  throw pushError("InvalidCron", `Cron ${JSON.stringify(identifier)} is not valid: ${problem}.`);
}
