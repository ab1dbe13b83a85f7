import { describe, expect, it } from "vitest";
import { initialsOf } from "./initials";

describe("initialsOf", () => {
  it.each([
    ["maria.lopez@example.com", "ML"],
    ["Maria Lopez <m@example.com>", "ML"],
    ["<maria@example.com>", "M"],
    ["ops@example.com", "O"],
    ["Ana María de la Cruz", "AC"],
    ["张伟 <zw@example.com>", "张"],
    ["", "?"],
    ["@@@", "?"],
  ])("%j → %s", (from, initials) => {
    expect(initialsOf(from)).toBe(initials);
  });
});
