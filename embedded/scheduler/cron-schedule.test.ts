import { describe, expect, it } from "vitest";
import type { CronSchedule } from "../push/crons.ts";
import { checkCronExpression, firstRunMs, followingRunMs } from "./cron-schedule.ts";

const at = (text: string) => Date.parse(`${text}Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const following = (schedule: CronSchedule, due: string, now = due) =>
  text(followingRunMs(schedule, at(due), at(now)));

describe("schedules", () => {
  it("J11: an interval runs first at once, others at their next time", () => {
    const now = at("2024-02-28T10:30:00");
    expect(firstRunMs({ type: "interval", seconds: 60 }, now)).toBe(now);
    expect(text(firstRunMs({ type: "hourly", minuteUTC: 45 }, now))).toBe("2024-02-28T10:45:00");
    expect(text(firstRunMs({ type: "hourly", minuteUTC: 30 }, now))).toBe("2024-02-28T11:30:00");
    expect(text(firstRunMs({ type: "daily", hourUTC: 10, minuteUTC: 29 }, now))).toBe("2024-02-29T10:29:00");
    expect(text(firstRunMs({ type: "daily", hourUTC: 23, minuteUTC: 59 }, now))).toBe("2024-02-28T23:59:00");
  });

  it.each<[string, CronSchedule, string, string]>([
    ["hourly", { type: "hourly", minuteUTC: 0 }, "2024-12-31T23:00:00", "2025-01-01T00:00:00"],
    [
      "daily over a leap day",
      { type: "daily", hourUTC: 1, minuteUTC: 2 },
      "2024-02-28T01:02:00",
      "2024-02-29T01:02:00",
    ],
    [
      "weekly, Sunday is 0",
      { type: "weekly", dayOfWeek: 0, hourUTC: 5, minuteUTC: 0 },
      "2024-01-07T05:00:00",
      "2024-01-14T05:00:00",
    ],
    [
      "weekly, later the same day",
      { type: "weekly", dayOfWeek: 3, hourUTC: 5, minuteUTC: 0 },
      "2024-01-10T04:59:59",
      "2024-01-10T05:00:00",
    ],
    [
      "weekly, Monday after Saturday",
      { type: "weekly", dayOfWeek: 1, hourUTC: 0, minuteUTC: 0 },
      "2024-01-06T12:00:00",
      "2024-01-08T00:00:00",
    ],
    ["monthly", { type: "monthly", day: 1, hourUTC: 0, minuteUTC: 0 }, "2024-12-01T00:00:00", "2025-01-01T00:00:00"],
    [
      "monthly, months without the day are left out",
      { type: "monthly", day: 31, hourUTC: 9, minuteUTC: 0 },
      "2024-01-31T09:00:00",
      "2024-03-31T09:00:00",
    ],
    [
      "monthly on a leap day",
      { type: "monthly", day: 29, hourUTC: 9, minuteUTC: 0 },
      "2024-01-30T00:00:00",
      "2024-02-29T09:00:00",
    ],
    [
      "monthly without a leap day",
      { type: "monthly", day: 29, hourUTC: 9, minuteUTC: 0 },
      "2025-01-30T00:00:00",
      "2025-03-29T09:00:00",
    ],
  ])("J11: %s", (_name, schedule, due, expected) => {
    expect(following(schedule, due)).toBe(expected);
  });

  it("J12: an interval counts from when it was due, not from when it ran", () => {
    const everyMinute: CronSchedule = { type: "interval", seconds: 60 };
    expect(following(everyMinute, "2024-01-01T00:00:00", "2024-01-01T00:00:07")).toBe("2024-01-01T00:01:00");
  });

  it("J12: missed occurrences are left out", () => {
    const minutely: CronSchedule = { type: "interval", seconds: 60 };
    const daily: CronSchedule = { type: "daily", hourUTC: 3, minuteUTC: 0 };
    expect(following(minutely, "2024-01-01T00:00:00", "2024-01-01T05:00:30")).toBe("2024-01-01T05:01:00");
    expect(following(minutely, "2024-01-01T00:00:00", "2024-01-01T00:01:00")).toBe("2024-01-01T00:02:00");
    expect(following(daily, "2024-01-01T03:00:00", "2024-01-09T04:00:00")).toBe("2024-01-10T03:00:00");
  });

  it("J11: the next time is always later, whatever the time (every 37 hours through 3 years)", () => {
    const schedules: CronSchedule[] = [
      { type: "interval", seconds: 7 },
      { type: "hourly", minuteUTC: 59 },
      { type: "daily", hourUTC: 0, minuteUTC: 0 },
      { type: "weekly", dayOfWeek: 6, hourUTC: 23, minuteUTC: 59 },
      { type: "monthly", day: 30, hourUTC: 0, minuteUTC: 1 },
    ];
    for (const schedule of schedules) {
      for (let ms = at("2023-01-01T00:00:00"); ms < at("2026-01-01T00:00:00"); ms += 37 * 3_600_000) {
        const next = followingRunMs(schedule, ms, ms);
        expect(next).toBeGreaterThan(ms);
        expect(next - ms).toBeLessThan(62 * 86_400_000);
      }
    }
  });

  it.each([
    ["*/20 * * * *", "2026-01-01T00:20:00", "2026-01-01T00:40:00"],
    ["15 7 * * *", "2026-01-01T07:15:00", "2026-01-02T07:15:00"],
    ["0 12 * * 1,5", "2026-01-02T12:00:00", "2026-01-05T12:00:00"],
    ["0 0 * * sun", "2026-01-04T00:00:00", "2026-01-11T00:00:00"],
    ["30 22-1 * * *", "2026-01-01T00:30:00", "2026-01-01T01:30:00"],
    ["0 0 * * FRI-SUN", "2026-01-02T00:00:00", "2026-01-03T00:00:00"],
    ["0 0 13 * 5", "2026-01-02T00:00:00", "2026-01-09T00:00:00"],
    ["0 0 L * *", "2026-01-31T00:00:00", "2026-02-28T00:00:00"],
    ["0 0 LW * *", "2026-01-30T00:00:00", "2026-02-27T00:00:00"],
    ["0 0 15W * *", "2026-01-15T00:00:00", "2026-02-16T00:00:00"],
    ["0 0 * * 1#2", "2026-01-12T00:00:00", "2026-02-09T00:00:00"],
    ["0 0 * * 5L", "2026-01-30T00:00:00", "2026-02-27T00:00:00"],
    ["0 0 * * L", "2026-01-03T00:00:00", "2026-01-10T00:00:00"],
    ["0 0 29 FEB *", "2028-02-29T00:00:00", "2032-02-29T00:00:00"],
    ["5/25 3 * JUN-JUL/1 *", "2026-06-01T03:05:00", "2026-06-01T03:30:00"],
  ])("J14: %s, all times UTC", (cronExpr, first, second) => {
    const schedule: CronSchedule = { type: "cron", cronExpr };
    expect(checkCronExpression(cronExpr)).toBe(null);
    expect(text(firstRunMs(schedule, at("2026-01-01T00:00:00")))).toBe(first);
    expect(following(schedule, first)).toBe(second);
  });

  it.each([
    ["* * * *", "five fields"],
    ["0 * * * * *", "five fields"],
    [" * * * * *", "five fields"],
    ["@daily", "five fields"],
    ["60 * * * *", `"60" is not valid for the minute (0 to 59)`],
    ["*/60 * * * *", `"*/60" is not valid for the minute`],
    ["* 24 * * *", "for the hour (0 to 23)"],
    ["* * 0 * *", "for the day of the month (1 to 31)"],
    ["* * * 13 *", "for the month (1 to 12)"],
    ["0 12 * * 7", `"7" is not valid for the day of the week (0 to 6)`],
    ["0 0 * * 1#6", "for the day of the week"],
    ["1,* * * * *", `"1,*" is not valid`],
    ["a * * * *", `"a" is not valid`],
    ["0 0 ? * *", `"?" is not valid`],
    ["0 0 L-3 * *", "counted from the end of the month (L-3) are not supported by this server yet"],
    ["0 0 31 2 *", "it never comes true"],
  ])("J14: %s is refused", (expression, problem) => {
    expect(checkCronExpression(expression)).toContain(problem);
  });
});
