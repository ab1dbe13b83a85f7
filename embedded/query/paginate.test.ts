import { describe, expect, it } from "vitest";
import { overlaps } from "../storage/read-set.ts";
import { pluck, range, scan, schemaOf, search, TestStore } from "../storage/test-store.ts";
import { ConvexFailure } from "../values/errors.ts";
import type { Json } from "../values/json.ts";
import { seededRandom } from "../values/random-value.ts";
import type { PageOptions } from "./paginate.ts";
import type { QueryJson } from "./plan.ts";

const numbers = (...n: number[]): TestStore => {
  const test = new TestStore();
  test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_n: ["n"] } } }));
  test.mutate((txn) => n.map((value) => txn.insert(0, "t", { n: value })));
  return test;
};
const byN = (order: "asc" | "desc" = "asc", ...operators: QueryJson["operators"]): QueryJson =>
  range("t.by_n", [], order, ...operators);
const page = (test: TestStore, q: QueryJson, o: Partial<PageOptions> = {}, journal: string | null = null) =>
  test.read().page(0, q, { cursor: null, pageSize: 2, ...o }, journal);
const isMultipleOf = (n: number): { filter: Json } => ({
  filter: { $eq: [{ $mod: [{ $field: "n" }, { $literal: n }] }, { $literal: 0 }] },
});

describe("pages", () => {
  it.each(["asc", "desc"] as const)("Q10: pages follow each other to the end (%s)", (order) => {
    const test = numbers(1, 2, 3, 4);
    const seen: unknown[] = [];
    const sizes: number[] = [];
    let cursor: string | null = null;
    for (;;) {
      const result = page(test, byN(order), { cursor });
      seen.push(...pluck(result.page, "n"));
      sizes.push(result.page.length);
      cursor = result.continueCursor;
      if (result.isDone) break;
    }
    expect(seen).toEqual(order === "asc" ? [1, 2, 3, 4] : [4, 3, 2, 1]);
    expect(sizes).toEqual([2, 2, 0]);
    expect(page(test, byN(order), { cursor })).toMatchObject({ page: [], isDone: true, continueCursor: cursor });
  });

  it("Q10: filters are applied before counting, and an unknown table is done at once", () => {
    const test = numbers(1, 2, 3, 4, 5, 6, 7);
    const first = page(test, byN("asc", isMultipleOf(2)));
    expect(pluck(first.page, "n")).toEqual([2, 4]);
    const second = page(test, byN("asc", isMultipleOf(2)), { cursor: first.continueCursor });
    expect([pluck(second.page, "n"), second.isDone]).toEqual([[6], true]);
    expect(page(test, scan("nowhere"))).toMatchObject({ page: [], isDone: true, splitCursor: null, pageStatus: null });
  });

  it("Q10: a page sees the pending writes of its transaction", () => {
    const test = numbers(1, 3, 5);
    const txn = test.begin();
    txn.insert(0, "t", { n: 2 });
    const first = txn.page(0, byN(), { cursor: null, pageSize: 2 }, null);
    expect(pluck(first.page, "n")).toEqual([1, 2]);
    txn.insert(0, "t", { n: 2.5 });
    const second = txn.page(0, byN(), { cursor: first.continueCursor, pageSize: 2 }, null);
    expect(pluck(second.page, "n")).toEqual([2.5, 3]);
  });

  it("Q10: a page watches from its start to its last row, or to the end when it is done", () => {
    const test = numbers(1, 2, 3, 4);
    const first = test.read();
    const { continueCursor } = first.page(0, byN(), { cursor: null, pageSize: 2 }, null);
    const last = test.read();
    last.page(0, byN(), { cursor: continueCursor, pageSize: 5 }, null);
    const hits = (n: number): boolean[] => {
      const txn = test.begin();
      txn.insert(0, "t", { n });
      return [first, last].map((reader) => overlaps(reader.reads, txn.writes()));
    };
    expect(hits(0)).toEqual([true, false]);
    expect(hits(2.5)).toEqual([false, true]);
    expect(hits(99)).toEqual([false, true]);
  });

  it("Q11: data limits end a page early, after at least one row", () => {
    const test = numbers(1, 2, 3, 4, 5);
    const rows = page(test, byN("asc", isMultipleOf(5)), { maximumRowsRead: 3 });
    expect(rows).toMatchObject({ page: [], isDone: false, pageStatus: "SplitRequired" });
    const next = page(test, byN("asc", isMultipleOf(5)), { cursor: rows.continueCursor, maximumRowsRead: 3 });
    expect([pluck(next.page, "n"), next.isDone]).toEqual([[5], true]);
    const bytes = page(test, byN(), { pageSize: 5, maximumBytesRead: 1 });
    expect([pluck(bytes.page, "n"), bytes.pageStatus]).toEqual([[1], "SplitRequired"]);
    const full = page(test, byN(), { pageSize: 3, maximumRowsRead: 3 });
    expect([full.page.length, full.pageStatus]).toEqual([3, "SplitRecommended"]);
  });

  it("Q11: where the transaction may read no further a page ends too, and what is read next fails", () => {
    const test = numbers(1, 2, 3, 4, 5);
    const txn = test.read();
    txn.withLimits({ documentsRead: 3 });
    const cut = txn.page(0, byN(), { cursor: null, pageSize: 5 }, null);
    expect([pluck(cut.page, "n"), cut.isDone, cut.pageStatus]).toEqual([[1, 2, 3], false, "SplitRequired"]);
    expect(() => txn.query(0, byN()).next()).toThrow("Too many documents read in a single function execution (limit: 3)");
    expect(pluck(page(test, byN(), { cursor: cut.continueCursor, pageSize: 5 }).page, "n")).toEqual([4, 5]);
    const later = txn.page(0, byN(), { cursor: cut.continueCursor, pageSize: 5 }, null);
    expect([later.page, later.isDone, later.continueCursor]).toEqual([[], false, cut.continueCursor]);
    expect(() => txn.page(0, byN(), { cursor: null, pageSize: 5 }, null)).toThrow("Too many documents read");
  });

  it("Q12: the split cursor halves a page of three or more", () => {
    const test = numbers(1, 2, 3, 4, 5);
    expect(page(test, byN(), { pageSize: 2 }).splitCursor).toBeNull();
    for (const order of ["asc", "desc"] as const) {
      const whole = page(test, byN(order), { pageSize: 5 });
      expect(whole.pageStatus).toBeNull();
      const { splitCursor, continueCursor } = whole;
      const left = page(test, byN(order), { endCursor: splitCursor });
      const right = page(test, byN(order), { cursor: splitCursor, endCursor: continueCursor });
      expect(left.page).toHaveLength(3);
      expect([...left.page, ...right.page]).toEqual(whole.page);
      expect(right.continueCursor).toBe(continueCursor);
    }
  });

  it("Q13: the cursor of a place is the same every time and hides the key", () => {
    const test = new TestStore();
    test.mutate((txn) => [1, 2].map(() => txn.insert(0, "t", { s: "secret" })));
    test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_s: ["s"] } } }));
    const one = page(test, range("t.by_s"), { pageSize: 1 }).continueCursor;
    expect(page(test, range("t.by_s"), { pageSize: 1 }).continueCursor).toBe(one);
    expect(Buffer.from(one, "base64url").includes("secret")).toBe(false);
  });

  it("Q13: a cursor of another query, another deployment, or none at all is InvalidCursor", () => {
    const test = numbers(1, 2, 3);
    const cursor = page(test, byN()).continueCursor;
    const flipped = cursor.slice(0, -2) + (cursor.endsWith("AA") ? "BB" : "AA");
    const attempts = [
      () => page(test, byN("desc"), { cursor }),
      () => page(test, byN(), { cursor: null, endCursor: flipped }),
      () => page(test, byN(), { cursor: "" }),
      () => page(test, byN(), { cursor: "nonsense" }),
      () => page(test, byN("asc", isMultipleOf(2)), {}, cursor),
      () => page(numbers(1, 2, 3), byN(), { cursor }),
    ];
    for (const attempt of attempts) {
      const error = catchError(attempt);
      expect(error).toBeInstanceOf(ConvexFailure);
      expect(error).toMatchObject({
        message: expect.stringMatching(/^InvalidCursor: /),
        data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
      });
    }
  });

  it("Q14: with its journal a page keeps its end, and a page without end keeps growing", () => {
    const test = numbers(10, 20, 30, 40);
    const first = page(test, byN());
    const second = page(test, byN(), { cursor: first.continueCursor, pageSize: 5 });
    test.mutate((txn) => [15, 25, 5, 99].map((n) => txn.insert(0, "t", { n })));
    const firstAgain = page(test, byN(), {}, first.journal);
    const secondAgain = page(test, byN(), { cursor: first.continueCursor, pageSize: 5 }, second.journal);
    expect(pluck(firstAgain.page, "n")).toEqual([5, 10, 15, 20]);
    expect(pluck(secondAgain.page, "n")).toEqual([25, 30, 40, 99]);
    expect(firstAgain.continueCursor).toBe(first.continueCursor);
    expect([firstAgain.isDone, secondAgain.isDone]).toEqual([false, true]);
    expect([firstAgain.journal, secondAgain.journal]).toEqual([first.journal, second.journal]);
  });

  it.each([1, 2, 3])("Q14: pages with journals never overlap nor leave a gap (seed %i)", (seed) => {
    const random = seededRandom(seed);
    const test = numbers(...Array.from({ length: 20 }, () => Math.floor(random() * 100)));
    const order = random() < 0.5 ? "asc" : "desc";
    const pages: { cursor: string | null; journal: string }[] = [];
    let cursor: string | null = null;
    for (let isDone = false; !isDone;) {
      const result: ReturnType<typeof page> = page(test, byN(order), { cursor, pageSize: 4 });
      pages.push({ cursor, journal: result.journal });
      ({ isDone, continueCursor: cursor } = result);
    }
    for (let round = 0; round < 20; round++) {
      test.mutate((txn) => {
        const all = txn.query(0, scan("t")).collect();
        for (const doc of all) if (random() < 0.1) txn.remove(0, doc["_id"] as string);
        for (let i = 0; i < 3; i++) txn.insert(0, "t", { n: Math.floor(random() * 110) });
      });
      const joined = pages.flatMap((p) => page(test, byN(order), { cursor: p.cursor, pageSize: 4 }, p.journal).page);
      expect(joined, `round ${round}`).toEqual(test.read().query(0, byN(order)).collect());
    }
  });

  it("Q15: with an end cursor size and limits do not count", () => {
    const test = numbers(1, 2, 3, 4, 5);
    const end = page(test, byN(), { pageSize: 4 }).continueCursor;
    const result = page(test, byN(), { pageSize: 1, maximumRowsRead: 1, endCursor: end });
    expect(pluck(result.page, "n")).toEqual([1, 2, 3, 4]);
    expect(result).toMatchObject({ isDone: false, continueCursor: end, pageStatus: "SplitRecommended" });
    const toEnd = page(test, byN(), { pageSize: 9 }).continueCursor;
    expect(page(test, byN(), { pageSize: 1, endCursor: toEnd })).toMatchObject({ isDone: true, continueCursor: toEnd });
    const journal = page(test, byN(), { pageSize: 1 }).journal;
    expect(pluck(page(test, byN(), { endCursor: end }, journal).page, "n")).toEqual([1, 2, 3, 4]);
  });

  it("Q16: sizes and limits that make no sense are refused", () => {
    const test = numbers(1);
    expect(() => page(test, byN(), { pageSize: 0 })).toThrow("Must request at least 1 document while paginating");
    expect(() => page(test, byN(), { pageSize: 32_001 })).toThrow("Requested too many items: 32001.");
    const notPositive = "maximumRowsRead and maximumBytesRead must be greater than 0";
    expect(() => page(test, byN(), { maximumRowsRead: 0 })).toThrow(notPositive);
    expect(() => page(test, byN(), { maximumBytesRead: -1 })).toThrow(notPositive);
    expect(() => page(test, byN(), { cursor: 5 as unknown as string })).toThrow("must be a string or null");
  });

  it("Q10, Q22: search results come in pages as well, without a split", () => {
    const test = new TestStore();
    const words = { indexDescriptor: "words", searchField: "body", filterFields: [] };
    test.store.catalog.applySchema(0, schemaOf({ t: { searchIndexes: [words] } }));
    test.mutate((txn) => [1, 2, 3, 4, 5].map((n) => txn.insert(0, "t", { n, body: `word ${"filler ".repeat(n)}` })));
    const q = search("t.words", "body", "word");
    const all = test.read().query(0, q).collect();
    expect(pluck(all, "n")).toEqual([1, 2, 3, 4, 5]);
    const first = page(test, q, { pageSize: 3 });
    const rest = page(test, q, { pageSize: 3, cursor: first.continueCursor });
    expect([...first.page, ...rest.page]).toEqual(all);
    expect([first.splitCursor, first.isDone, rest.isDone]).toEqual([null, false, true]);
    expect(pluck(page(test, q, { pageSize: 1 }, first.journal).page, "n")).toEqual([1, 2, 3]);
  });
});

function catchError(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  return undefined;
}
