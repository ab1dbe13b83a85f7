import { describe, expect, it } from "vitest";
import { noteProblem } from "./note-problem";

describe("noteProblem", () => {
  it.each([
    ["", "empty"],
    [" \n\t ", "empty"],
    ["no", null],
    ["  12345  ", null],
    ["123456", "long"],
  ])("%j with at most 5 characters → %s", (text, problem) => {
    expect(noteProblem(text, 5)).toBe(problem);
  });
});
