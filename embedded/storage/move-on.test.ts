import { describe, expect, it } from "vitest";
import type { JsonObject } from "../values/json.ts";
import { pluck, range, scan, schemaOf, search, TestStore } from "./test-store.ts";
import type { Transaction } from "./transaction.ts";

const COMMIT_TS = { $commitTs: null };
const user = { isSystem: false };

const schema = schemaOf(
  {
    rows: { indexes: { by_n: ["n"] } },
    texts: { searchIndexes: [{ indexDescriptor: "by_body", searchField: "body", filterFields: [] }] },
  },
  false,
);

/** Rows 0 to 9 in the tables "rows" and "texts", and a transaction that has begun after them. */
function begun(): { test: TestStore; ids: string[]; long: Transaction } {
  const test = new TestStore();
  test.mutate((txn) => txn.atFlush(({ catalog }) => void catalog.applySchema(0, schema)));
  const ids = test.mutate((txn) => {
    txn.insert(0, "texts", { body: "one two" });
    return Array.from({ length: 10 }, (_, n) => txn.insert(0, "rows", { n }));
  });
  return { test, ids, long: test.begin() };
}

/** What others do, and whether it concerns `long`. */
function isTouched({ test, long }: ReturnType<typeof begun>, others: (txn: Transaction) => unknown): boolean {
  const txn = test.begin();
  others(txn);
  test.commit(txn);
  return long.touchedBy(txn.writes()) !== undefined;
}

describe("a transaction that others overtake", () => {
  it.each<[string, (long: Transaction, ids: string[]) => unknown, (txn: Transaction, ids: string[]) => unknown]>([
    ["read what is changed", (long, ids) => long.get(0, ids[3]!, user), (txn, ids) => txn.patch(0, ids[3]!, { n: 30 })],
    ["read what is deleted", (long, ids) => long.get(0, ids[3]!, user), (txn, ids) => txn.remove(0, ids[3]!)],
    ["wrote what is changed", (long, ids) => long.patch(0, ids[3]!, { m: 1 }), (txn, ids) => txn.patch(0, ids[3]!, { n: 30 })],
    ["read a range that gets one more", (long) => long.query(0, range("rows.by_n", [["Gte", "n", 5]])).collect(), (txn) => txn.insert(0, "rows", { n: 7 })],
    ["is in a range that gets one more", (long) => nextOf(long.query(0, range("rows.by_n", [["Gte", "n", 5]])), 3), (txn) => txn.insert(0, "rows", { n: 6.5 })],
    ["counted", (long) => long.count(0, "rows"), (txn) => txn.insert(0, "rows", { n: 7 })],
    ["looked for a table", (long) => long.query(0, scan("new")).collect(), (txn) => txn.insert(0, "new", {})],
    ["searched a text, and one that does not match comes", (long) => long.query(0, search("texts.by_body", "body", "two")).collect(), (txn) => txn.insert(0, "texts", { body: "three" })],
  ])("F33: is touched when it %s", (_, reads, writes) => {
    const b = begun();
    reads(b.long, b.ids);
    expect(isTouched(b, (txn) => writes(txn, b.ids))).toBe(true);
  });

  it.each<[string, (long: Transaction, ids: string[]) => unknown, (txn: Transaction, ids: string[]) => unknown]>([
    ["another document", (long, ids) => long.patch(0, ids[3]!, { m: 1 }), (txn, ids) => txn.patch(0, ids[4]!, { n: 40 })],
    ["another range", (long) => long.query(0, range("rows.by_n", [["Lt", "n", 5]])).collect(), (txn) => txn.insert(0, "rows", { n: 5 })],
    ["what its scan has not come to", (long) => nextOf(long.query(0, range("rows.by_n", [["Gte", "n", 5]])), 2), (txn) => txn.insert(0, "rows", { n: 6.5 })],
    ["a table it only inserted into", (long) => long.insert(0, "rows", { n: 1 }), (txn) => txn.insert(0, "rows", { n: 1 })],
  ])("F33: goes on when others change %s", (_, reads, writes) => {
    const b = begun();
    reads(b.long, b.ids);
    expect(isTouched(b, (txn) => writes(txn, b.ids))).toBe(false);
    expect(b.long.moveOn()).toBe(true);
    b.long.insert(0, "rows", { n: 100 });
    b.test.commit(b.long);
    expect(b.test.store.db.lastTs()).toBe(b.long.ts);
  });

  it("F33: sees from then on what others committed, and commits behind them", () => {
    const { test, ids, long } = begun();
    const before = long.ts;
    const mine = long.insert(0, "rows", { n: -1 });
    const theirs = test.begin();
    theirs.patch(0, ids[9]!, { n: 90 });
    const between = theirs.insert(0, "rows", { n: 50 });
    test.commit(theirs);
    expect(long.snapshotTs).toBeLessThan(theirs.ts);
    expect(long.moveOn()).toBe(true);
    expect([long.snapshotTs, long.ts > theirs.ts, long.ts > before]).toEqual([theirs.ts, true, true]);
    expect(long.get(0, ids[9]!, user)).toMatchObject({ n: 90 });
    const later = long.insert(0, "rows", { n: -2 });
    test.commit(long);
    const times = [mine, between, later].map((id) => test.read().get(0, id, user)?.["_creationTime"] as number);
    // What it created before keeps its time (S11).
    expect([times[0]! <= times[1]!, times[1]! < times[2]!]).toEqual([true, true]);
    expect(test.mutate((txn) => txn.ts)).toBeGreaterThan(long.ts);
  });

  it.each(["asc", "desc"] as const)("F33: a scan in the middle reads on in the newest commit (%s)", (order) => {
    const { test, ids, long } = begun();
    const cursor = long.query(0, range("rows.by_n", [["Gte", "n", 0]], order));
    const first = nextOf(cursor, 2);
    const others = test.begin();
    others.remove(0, ids[5]!);
    others.insert(0, "rows", { n: 4.5 });
    test.commit(others);
    expect(long.touchedBy(others.writes())).toBeUndefined();
    expect(long.moveOn()).toBe(true);
    const all = [...first, ...cursor.collect()].map(({ n }) => n);
    const expected = [0, 1, 2, 3, 4, 4.5, 6, 7, 8, 9];
    expect(all).toEqual(order === "asc" ? expected : expected.toReversed());
    // The part read after it counts as well.
    const again = test.begin();
    again.insert(0, "rows", { n: 4.7 });
    test.commit(again);
    expect(long.touchedBy(again.writes())).toMatchObject({ table: "rows" });
  });

  it.each<[string, (long: Transaction) => unknown]>([
    ["a document with its commit timestamp", (long) => long.insert(0, "rows", { at: COMMIT_TS })],
    ["a query for its commit timestamp", (long) => long.query(0, range("rows.by_n", [["Eq", "n", COMMIT_TS]])).collect()],
    ["a value with its commit timestamp", (long) => long.fillTs({ at: [COMMIT_TS] })],
    ["the time of its snapshot", (long) => long.showSnapshotTs()],
  ])("F33: cannot go on when it was shown %s, unless nobody committed", (_, shown) => {
    const { test, long } = begun();
    shown(long);
    const ts = long.ts;
    expect([long.moveOn(), long.ts]).toEqual([true, ts]);
    test.mutate((txn) => txn.insert(0, "texts", { body: "elsewhere" }));
    expect(long.moveOn()).toBe(false);
  });

  it("F33: cannot go on when tables, indexes or schemas changed meanwhile, or a group was taken back", () => {
    const changes: ((test: TestStore) => void)[] = [
      (test) => test.mutate((txn) => txn.insert(0, "fresh", {})),
      (test) => test.mutate((txn) => txn.atFlush(({ catalog }) => void catalog.applySchema(0, null))),
      (test) => test.mutate((txn) => txn.atFlush(({ catalog }) => void catalog.submitSchema(0, schemaOf({ other: {} })))),
      (test) => void test.store.catalog.ensureNamespace("component"),
      ({ store }) => {
        store.begin();
        store.rollback();
      },
    ];
    for (const change of changes) {
      const { test, long } = begun();
      long.insert(0, "rows", { n: 1 });
      change(test);
      expect(long.moveOn()).toBe(false);
    }
  });

  it("F33: cannot go on when an index of a table it wrote to is being filled; others can", () => {
    const { test, long } = begun();
    test.mutate((txn) => Array.from({ length: 3000 }, (_, n) => txn.insert(0, "rows", { n })));
    const wanted = schemaOf({ rows: { indexes: { by_n: ["n"], by_m: ["m"] } } }, false);
    test.mutate((txn) => txn.atFlush(({ catalog }) => void catalog.prepareIndexes(0, wanted, { inSlices: true })));
    expect(long.moveOn()).toBe(false);
    const [writer, reader] = [test.begin(), test.begin()];
    writer.insert(0, "rows", { n: 1 });
    reader.query(0, range("rows.by_n", [["Lt", "n", 0]])).collect();
    expect(test.store.catalog.buildsLeft(0)).toBe(true);
    test.mutate((txn) => txn.atFlush(({ catalog }) => void catalog.work(0)));
    expect([writer.moveOn(), reader.moveOn()]).toEqual([false, true]);
  });

  it("F33: its writes are gone with the process that ends before its commit", () => {
    const { test, long } = begun();
    long.insert(0, "rows", { n: 100 });
    test.mutate((txn) => txn.insert(0, "rows", { n: 10 }));
    long.moveOn();
    long.insert(0, "rows", { n: 101 });
    test.reopen();
    expect(pluck(test.read().query(0, scan("rows")).collect(), "n")).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

function nextOf(cursor: { next(): JsonObject | null }, count: number): JsonObject[] {
  return Array.from({ length: count }, () => cursor.next()!);
}
