import { describe, expect, it } from "vitest";
import { deadlineChoices, fieldOf, formProblems } from "./form";

const limits = { from: 320, subject: 200, message: 20_000 };
const labels = { from: "From", subject: "Subject", message: "Facts" };
const good = { from: "Maria Lopez <maria@example.com>", subject: "Hello", message: "Where is my order?" };

describe("formProblems", () => {
  it("finds nothing wrong with a good form, with or without a name before the address", () => {
    expect(formProblems(good, limits, labels)).toEqual({});
    expect(formProblems({ ...good, from: "maria@example.com" }, limits, labels)).toEqual({});
  });

  it("names every field that is empty or white space", () => {
    expect(Object.keys(formProblems({ from: " ", subject: "", message: "\n\t" }, limits, labels))).toEqual([
      "from",
      "subject",
      "message",
    ]);
  });

  it.each([["maria"], ["maria@"], ["maria@example"], ["a b@example.com"], ["Maria <maria>"], ["<a@b.c> more"]])(
    "refuses %j as a sender",
    (from) => {
      expect(formProblems({ ...good, from }, limits, labels).from).toMatch(/e-mail address/);
    },
  );

  it("says it in the playbook's words", () => {
    expect(formProblems({ ...good, message: "" }, limits, labels).message).toBe("“Facts” is empty.");
  });

  it("takes the longest message and refuses one character more, saying how many are too many", () => {
    expect(formProblems({ ...good, message: "x".repeat(20_000) }, limits, labels)).toEqual({});
    expect(formProblems({ ...good, message: "x".repeat(20_001) }, limits, labels).message).toMatch(/: 1 too many/);
    expect(formProblems({ ...good, message: "x".repeat(1_048_576) }, limits, labels).message).toMatch(/too many/);
  });
});

describe("fieldOf", () => {
  it.each([
    ["fromInvalid", "from"],
    ["subjectInvalid", "subject"],
    ["messageTooLong", "message"],
    ["attachmentGone", "files"],
    ["unknownPlaybook", undefined],
  ])("%s is about %s", (code, field) => {
    expect(fieldOf(code)).toBe(field);
  });
});

describe("deadlineChoices", () => {
  it("offers half a minute in a demo only", () => {
    expect(deadlineChoices(true)).toEqual([30_000, ...deadlineChoices(false)]);
    expect(deadlineChoices(false)[0]).toBe(900_000);
  });
});
