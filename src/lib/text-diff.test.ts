import { describe, expect, it } from "vitest";
import { type DiffPart, textDiff } from "./text-diff";

const side = (parts: DiffPart[], without: DiffPart["kind"]) =>
  parts
    .filter((part) => part.kind !== without)
    .map((part) => part.text)
    .join("");

describe("textDiff", () => {
  it("names what was added and removed, word by word", () => {
    expect(textDiff("We refund you today.", "We will refund you within a week.")).toEqual(
      expect.arrayContaining([
        { kind: "removed", text: "today" },
        { kind: "added", text: "will " },
      ]),
    );
  });

  it.each([
    ["", ""],
    ["", "new"],
    ["old", ""],
    ["a\n\nb  c", "a\nb c\n"],
    ["<b>x</b> & y", "<i>x</i> &amp; y"],
    ["Grüße, 你好 👋🏽", "Grüße! 你好 👋"],
  ])("gives both texts back: %j → %j", (before, after) => {
    const parts = textDiff(before, after);
    expect(side(parts, "added")).toBe(before);
    expect(side(parts, "removed")).toBe(after);
  });

  it("falls back to whole texts when they are long and have nothing in common", () => {
    const before = Array.from({ length: 6000 }, (_, i) => `a${i}`).join(" ");
    const after = Array.from({ length: 6000 }, (_, i) => `b${i}`).join(",");
    const parts = textDiff(before, after);
    expect(parts).toEqual([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  });
});
