import { describe, expect, it } from "vitest";
import { fromLocalInput, toLocalInput } from "./local-input";

describe("the value of a local date and time", () => {
  it("is on the reader's own clock, with leading zeros", () => {
    expect(toLocalInput(new Date(2026, 2, 4, 5, 6).getTime())).toBe("2026-03-04T05:06");
  });

  it("names the moment it was made from, to the minute", () => {
    const at = new Date(2026, 11, 31, 23, 59).getTime();
    expect(fromLocalInput(toLocalInput(at))).toBe(at);
  });

  it.each(["", "2026-03-04", "2026-13-04T05:06", "soon"])("is none: “%s”", (value) => {
    expect(fromLocalInput(value)).toBeNull();
  });
});
