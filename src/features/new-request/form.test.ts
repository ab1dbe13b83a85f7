import { describe, expect, it } from "vitest";
import { deadlineChoices, fieldOf, formProblems } from "./form";

const limits = { from: 320, subject: 200, message: 20_000 };
const good = { from: "Maria Lopez <maria@example.com>", subject: "Hello", message: "Where is my order?" };

describe("formProblems", () => {
  it("finds nothing wrong with a good form, with or without a name before the address", () => {
    expect(formProblems(good, limits)).toEqual({});
    expect(formProblems({ ...good, from: "maria@example.com" }, limits)).toEqual({});
  });

  it("names every field that is empty or white space", () => {
    expect(Object.keys(formProblems({ from: " ", subject: "", message: "\n\t" }, limits))).toEqual([
      "from",
      "subject",
      "message",
    ]);
  });

  it.each([["maria"], ["maria@"], ["maria@example"], ["a b@example.com"], ["Maria <maria>"], ["<a@b.c> more"]])(
    "refuses %j as a sender",
    (from) => {
      expect(formProblems({ ...good, from }, limits).from).toMatch(/e-mail address/);
    },
  );

  it("takes the longest message and refuses one character more, saying how many are too many", () => {
    expect(formProblems({ ...good, message: "x".repeat(20_000) }, limits)).toEqual({});
    expect(formProblems({ ...good, message: "x".repeat(20_001) }, limits).message).toMatch(/: 1 too many/);
    expect(formProblems({ ...good, message: "x".repeat(1_048_576) }, limits).message).toMatch(/too many/);
  });
});

describe("fieldOf", () => {
  it.each([
    ["fromInvalid", "from"],
    ["subjectInvalid", "subject"],
    ["messageTooLong", "message"],
    ["unknownPlaybook", undefined],
  ])("%s is about %s", (code, field) => {
    expect(fieldOf(code)).toBe(field);
  });
});

describe("deadlineChoices", () => {
  const hours = 3_600_000;

  it("offers half a minute in a demo only", () => {
    expect(deadlineChoices({ deadlineMs: 4 * hours, minDeadlineMs: 10_000 }, true)).toEqual([
      30_000,
      900_000,
      4 * hours,
      24 * hours,
    ]);
    expect(deadlineChoices({ deadlineMs: 4 * hours, minDeadlineMs: 10_000 }, false)[0]).toBe(900_000);
  });

  it("offers the playbook's own time and nothing below its minimum", () => {
    expect(deadlineChoices({ deadlineMs: 2 * hours, minDeadlineMs: hours }, true)).toEqual([
      2 * hours,
      4 * hours,
      24 * hours,
    ]);
  });
});
