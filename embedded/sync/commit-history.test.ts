import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { namedEntry } from "../storage/flush.ts";
import { ReadSet } from "../storage/read-set.ts";
import { CommitHistory } from "./commit-history.ts";

function readsOf(name: string): ReadSet {
  const reads = new ReadSet();
  reads.depend(name);
  return reads;
}

it("W9: a commit after the moment counts when it changed what was read, one before it does not", () => {
  const history = new CommitHistory(0n);
  history.push(1n, [namedEntry(["a"])], 0);
  history.push(2n, [namedEntry(["b"])], 0);
  expect([0n, 1n, 2n].map((ts) => history.touchedSince(ts, readsOf("a")))).toEqual([true, false, false]);
  expect([0n, 1n, 2n].map((ts) => history.touchedSince(ts, readsOf("b")))).toEqual([true, true, false]);
});

it("W9: what is forgotten counts as changed, and the newest two thousand commits are remembered", () => {
  const history = new CommitHistory(0n);
  for (let ts = 1n; ts <= 5_000n; ts++) history.push(ts, [namedEntry([`row ${ts}`])], 0);
  expect(history.touchedSince(2_999n, readsOf("nothing"))).toBe(true);
  expect(history.touchedSince(3_000n, readsOf("nothing"))).toBe(false);
  expect(history.touchedSince(3_000n, readsOf("row 3001"))).toBe(true);
  expect(history.touchedSince(3_000n, readsOf("row 3000"))).toBe(false);
});

it("W9: commits older than half a minute are forgotten, the newest one never", () => {
  const history = new CommitHistory(0n);
  history.push(1n, [namedEntry(["a"])], 0);
  history.push(2n, [namedEntry(["b"])], 40_000);
  expect(history.touchedSince(0n, readsOf("nothing"))).toBe(true);
  expect(history.touchedSince(1n, readsOf("b"))).toBe(true);
  expect(history.touchedSince(1n, readsOf("nothing"))).toBe(false);
});

it("W9: many documents in few commits are forgotten as soon, the newest commit never", () => {
  const history = new CommitHistory(0n);
  const large = (name: string) => Array.from({ length: 20_000 }, (_, i) => namedEntry([`${name} ${i}`]));
  for (let ts = 1n; ts <= 4n; ts++) history.push(ts, large(`commit ${ts}`), 0);
  expect(history.touchedSince(1n, readsOf("nothing"))).toBe(true);
  expect(history.touchedSince(2n, readsOf("nothing"))).toBe(false);
  expect(history.touchedSince(2n, readsOf("commit 3 7"))).toBe(true);
  history.push(5n, Array.from({ length: 60_000 }, () => namedEntry(["huge"])), 0);
  expect(history.touchedSince(4n, readsOf("huge"))).toBe(true);
  expect(history.touchedSince(4n, readsOf("nothing"))).toBe(false);
});

it("W9: what is forgotten takes no memory", async () => {
  const history = new CommitHistory(0n);
  const held = new WeakRef(pushed(history));
  history.push(2n, [namedEntry(["b"])], 40_000);
  await new Promise((resolve) => setImmediate(resolve));
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  expect(held.deref()).toBeUndefined();
});

/** The only other reference to what was pushed goes with this function. */
function pushed(history: CommitHistory): object {
  const entry = namedEntry(["a"]);
  history.push(1n, [entry], 0);
  return entry;
}
