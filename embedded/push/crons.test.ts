import { cronJobs, makeFunctionReference } from "convex/server";
import { describe, expect, it } from "vitest";
import { parseCrons } from "./crons.ts";

const tick = makeFunctionReference<"mutation">("jobs/work:tick");
const accept = () => null;

function exported(define: (crons: ReturnType<typeof cronJobs>) => void): string {
  const crons = cronJobs();
  define(crons);
  return (crons as unknown as { export(): string }).export();
}

const job = (schedule: unknown) => JSON.stringify({ job: { name: "m:f", args: [{}], schedule } });

describe("the crons of a push", () => {
  it("P9: intervals become seconds, weekdays numbers, and an open minute is chosen once and for all", () => {
    const text = exported((crons) => {
      crons.interval("every two hours", { hours: 2 }, tick, { a: 1n });
      crons.hourly("hourly", tick);
      crons.daily("daily", { hourUTC: 3, minuteUTC: 4 }, tick);
      crons.weekly("weekly", { dayOfWeek: "sunday", hourUTC: 5, minuteUTC: 6 }, tick);
      crons.monthly("monthly", { day: 31, hourUTC: 7, minuteUTC: 8 }, tick);
      crons.cron("five fields", "15 3 * * *", tick);
    });
    const parsed = parseCrons(text, accept);
    const schedules = Object.fromEntries(parsed.map(({ identifier, spec }) => [identifier, spec.cronSchedule]));
    expect(schedules).toEqual({
      "every two hours": { type: "interval", seconds: 7200 },
      hourly: { type: "hourly", minuteUTC: expect.any(Number) },
      daily: { type: "daily", hourUTC: 3, minuteUTC: 4 },
      weekly: { type: "weekly", dayOfWeek: 0, hourUTC: 5, minuteUTC: 6 },
      monthly: { type: "monthly", day: 31, hourUTC: 7, minuteUTC: 8 },
      "five fields": { type: "cron", cronExpr: "15 3 * * *" },
    });
    expect(parsed[0]?.spec).toMatchObject({
      udfPath: "jobs/work.js:tick",
      udfArgs: [{ a: { $integer: "AQAAAAAAAAA=" } }],
    });
    expect(parseCrons(text, accept)).toEqual(parsed);
  });

  it.each([
    ["two units", job({ type: "interval", seconds: 1, minutes: 1 })],
    ["no unit", job({ type: "interval" })],
    ["a zero interval", job({ type: "interval", seconds: 0 })],
    ["hour 24", job({ type: "daily", hourUTC: 24 })],
    ["minute 60", job({ type: "hourly", minuteUTC: 60 })],
    ["an unknown weekday", job({ type: "weekly", dayOfWeek: "Sunday", hourUTC: 1 })],
    ["day 32", job({ type: "monthly", day: 32, hourUTC: 1 })],
    ["an unknown type", job({ type: "yearly" })],
    ["a weekday that is no text", job({ type: "weekly", dayOfWeek: { toString: 1, valueOf: 2 }, hourUTC: 1 })],
    ["an entry that is none", JSON.stringify({ job: null })],
    [
      "a name that is not ASCII",
      JSON.stringify({ täglich: { name: "m:f", args: [{}], schedule: { type: "hourly" } } }),
    ],
  ])("P9: %s is refused with InvalidCron", (_why, text) => {
    expect(() => parseCrons(text, accept)).toThrowError(
      expect.objectContaining({ code: "InvalidCron", httpStatus: 400 }),
    );
  });

  it("P9: a refused cron expression is named with its reason", () => {
    const text = exported((crons) => crons.cron("odd", "whenever", tick));
    expect(() => parseCrons(text, () => "it has one field instead of five")).toThrowError(
      `Cron "odd" is not valid: it has one field instead of five.`,
    );
  });
});
