import { expect, it } from "vitest";
import { type Call, contradictions, rowKey } from "./ledger.ts";

/** The judge of the kill loop is tried itself: it must see every kind of loss. */
const calls: Call[] = [
  { kind: "write", call: "a/1", repeats: true, answer: "done" },
  { kind: "plan", call: "a/2", repeats: true, answer: "done" },
  { kind: "act", call: "a/3", repeats: false, answer: "lost" },
];
const rows = (...keys: string[]) => {
  const counted = new Map<string, number>();
  for (const key of keys) counted.set(key, (counted.get(key) ?? 0) + 1);
  return counted;
};
const good = [rowKey("write", "a/1"), rowKey("plan", "a/2"), rowKey("planned", "a/2")];

it("D6: what the clients know and what is stored may differ only where nobody was answered", () => {
  expect(contradictions(calls, rows(...good))).toEqual([]);
  expect(contradictions(calls, rows(...good, rowKey("act", "a/3"), rowKey("planned action", "a/2")))).toEqual([]);
});

it.each([
  ["lost", good.slice(1), "write a/1 (answer: done) is lost"],
  ["done twice", [...good, good[0]!], "write a/1 (answer: done) was done 2 times"],
  ["a job that did not run", good.slice(0, 2), "the mutation scheduled by plan a/2 (answer: done) ran 0 times"],
  ["a job that ran twice", [...good, good[2]!], "the mutation scheduled by plan a/2 (answer: done) ran 2 times"],
  ["an action begun twice", [...good, rowKey("act", "a/3"), rowKey("act", "a/3")], "act a/3 (answer: lost) was done 2 times"],
  ["out of nothing", [...good, rowKey("write", "b/1")], "1 rows nobody asked for: write b/1"],
])("D6: it is told: %s", (_, keys, told) => {
  expect(contradictions(calls, rows(...keys))).toEqual([told]);
});
