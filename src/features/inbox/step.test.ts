import { describe, expect, it } from "vitest";
import { step } from "./step";

const ids = ["a", "b", "c"];

describe("step", () => {
  it("starts at the top when nothing is selected", () => {
    expect(step(ids, undefined, 0, 1)).toBe("a");
    expect(step(ids, undefined, 0, -1)).toBe("a");
  });

  it("moves down and up, and stops at the ends", () => {
    expect(step(ids, "a", 0, 1)).toBe("b");
    expect(step(ids, "b", 1, -1)).toBe("a");
    expect(step(ids, "c", 2, 1)).toBeUndefined();
    expect(step(ids, "a", 0, -1)).toBeUndefined();
  });

  it("goes on from the place of a task that has left the list", () => {
    expect(step(ids, "gone", 1, 1)).toBe("b");
    expect(step(ids, "gone", 1, -1)).toBe("a");
    expect(step(ids, "gone", 3, 1)).toBe("c");
  });

  it("has nowhere to go in an empty list", () => {
    expect(step([], undefined, 0, 1)).toBeUndefined();
    expect(step([], "gone", 2, 1)).toBeUndefined();
  });
});
