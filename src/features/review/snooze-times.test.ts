import { expect, it } from "vitest";
import { inAnHour, tomorrowAtNine } from "./snooze-times";

it("an hour is an hour", () => {
  expect(inAnHour(1_000)).toBe(3_601_000);
});

it.each([
  ["on a usual day", new Date(2026, 5, 15, 23, 59), new Date(2026, 5, 16, 9)],
  ["early in the morning it is still the next day", new Date(2026, 5, 15, 0, 1), new Date(2026, 5, 16, 9)],
  ["at the end of a year", new Date(2026, 11, 31, 12), new Date(2027, 0, 1, 9)],
  ["on the day before a leap day", new Date(2028, 1, 28, 12), new Date(2028, 1, 29, 9)],
])("tomorrow at nine %s", (_, now, then) => {
  expect(tomorrowAtNine(now.getTime())).toBe(then.getTime());
});
