import type { Duration } from "@convex/shared/time/calendar";
import { describe, expect, it } from "vitest";
import { durationOf, entryOf, UNITS } from "./duration";
import { parseHours } from "./hours";
import { instantFrom, localText } from "./until";

describe("a length of time", () => {
  it.each<[Duration, number, string]>([
    [{ kind: "elapsed", minutes: 45 }, 45, "minutes"],
    [{ kind: "elapsed", minutes: 240 }, 4, "hours"],
    [{ kind: "elapsed", minutes: 2880 }, 2, "days"],
    [{ kind: "business", minutes: 480 }, 8, "working hours"],
    [{ kind: "business", minutes: 90 }, 90, "working minutes"],
    [{ kind: "elapsed", minutes: 0 }, 0, "minutes"],
  ])("%j is shown in the largest unit that leaves no rest, and read back as it was", (duration, amount, unit) => {
    const entry = entryOf(duration);
    expect(entry).toEqual({ amount, unit });
    expect(durationOf(entry.amount, entry.unit)).toEqual(duration);
  });

  it("half an hour more is a part of an hour; what is no number stays none in every unit", () => {
    expect(durationOf(1.5, "hours")).toEqual({ kind: "elapsed", minutes: 90 });
    for (const { unit, kind } of UNITS) expect(durationOf(Number.NaN, unit)).toEqual({ kind, minutes: Number.NaN });
    expect(entryOf({ kind: "business", minutes: Number.NaN })).toEqual({ amount: Number.NaN, unit: "working minutes" });
  });
});

describe("a day's working hours", () => {
  it.each<[string, string[]]>([
    ["9:00–12:30, 13:30–17:30", ["09:00-12:30", "13:30-17:30"]],
    ["9-17", ["09:00-17:00"]],
    ["22 to 24", ["22:00-24:00"]],
    [" 08:15 - 12:00 ; 13-16:45 ", ["08:15-12:00", "13:00-16:45"]],
    ["", []],
    [" , ", []],
  ])("%j", (text, expected) => {
    expect(parseHours(text).map(({ from, to }) => `${from}-${to}`)).toEqual(expected);
  });

  it("what is no time is kept for the check to point at", () => {
    expect(parseHours("morning")).toEqual([{ from: "morning", to: "" }]);
    expect(parseHours("9-noon")).toEqual([{ from: "09:00", to: "noon" }]);
    expect(parseHours("9-12-13")).toEqual([{ from: "09:00", to: "12-13" }]);
  });
});

describe("an end on the policy's clock", () => {
  it("is the instant that the zone's clock shows, and reads back the same", () => {
    const { at } = instantFrom("2027-06-01T09:30", "Europe/Berlin");
    expect(at).toBe(Date.UTC(2027, 5, 1, 7, 30));
    expect(localText(at, "Europe/Berlin")).toBe("2027-06-01T09:30");
    expect(localText(at, "America/New_York")).toBe("2027-06-01T03:30");
  });

  it("a time that the clock skips is refused with what the clock does that day", () => {
    const { at, problem } = instantFrom("2027-03-28T02:30", "Europe/Berlin");
    expect(at).toBeNaN();
    expect(problem).toMatch(/goes forward .* does not exist/);
  });

  it("nothing entered, an instant that is none and a zone that is none are empty", () => {
    expect(instantFrom("", "Europe/Berlin")).toEqual({ at: Number.NaN, problem: undefined });
    expect(localText(Number.NaN, "Europe/Berlin")).toBe("");
    expect(localText(0, "Mars/Olympus")).toBe("");
  });
});
