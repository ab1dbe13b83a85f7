import { describe, expect, it } from "vitest";
import { blockOf, sortedPostings, type Posting } from "./postings.ts";
import { FULL_BLOCK, TermLists } from "./term-lists.ts";
import { TestStore } from "./test-store.ts";

const INDEX = 7;

/** The blocks of a term, and what they hold. */
function blocksOf(test: TestStore, term: string): { first: number; bytes: number; postings: Posting[] }[] {
  const rows = test.store.db.sql
    .prepare("SELECT first, postings FROM search_terms WHERE term = ? ORDER BY first")
    .all(term);
  return rows.map(({ first, postings }) => {
    const block = postings as Uint8Array;
    return { first: first as number, bytes: block.length, postings: sortedPostings(block) };
  });
}

/** Every document stands in the block that its row number leads to, and no block is larger than it may be. */
function expectInOrder(test: TestStore, term: string): void {
  const blocks = blocksOf(test, term);
  for (const [i, { first, bytes, postings }] of blocks.entries()) {
    const docs = postings.map(({ doc }) => doc);
    expect(docs.every((doc) => doc >= first && doc < (blocks[i + 1]?.first ?? Infinity))).toBe(true);
    expect(docs.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(FULL_BLOCK + 2 * blockOf([postings[0]!]).length);
  }
}

describe("inverted lists", () => {
  it("hold what was added, replaced and removed in any order, each document where its number leads", () => {
    const test = new TestStore();
    const lists = new TermLists(test.store.db.sql);
    const expected = new Map<number, Posting>();
    test.store.begin();
    let seed = 1;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let step = 0; step < 6_000; step++) {
      const doc = random(10) < 3 ? random(2_000) + 1 : step + 1;
      const posting = { doc, tf: random(3) + 1, length: random(100) + 1 };
      if (!expected.has(doc)) {
        lists.add(INDEX, "word", posting);
        expected.set(doc, posting);
      } else if (random(2) === 0) {
        lists.remove(INDEX, "word", doc);
        expected.delete(doc);
      } else {
        lists.replace(INDEX, "word", posting);
        expected.set(doc, posting);
      }
    }
    expectInOrder(test, "word");
    const { docs, tfs, lengths } = lists.read(INDEX, "word");
    const found = docs.map((doc, i) => ({ doc, tf: tfs[i]!, length: lengths[i]! })).sort((a, b) => a.doc - b.doc);
    expect(found).toEqual([...expected.values()].sort((a, b) => a.doc - b.doc));
    expect(lists.count(INDEX)).toBe(expected.size);
    expect(blocksOf(test, "word").length).toBeGreaterThan(10);
    for (const doc of expected.keys()) lists.remove(INDEX, "word", doc);
    expect(blocksOf(test, "word")).toEqual([]);
  });

  it("split a full block where an older document comes in", () => {
    const test = new TestStore();
    const lists = new TermLists(test.store.db.sql);
    const odd = Array.from({ length: 400 }, (_, i) => 2 * i + 1);
    test.store.begin();
    for (const doc of odd) lists.add(INDEX, "word", { doc, tf: 1, length: 1 });
    const before = blocksOf(test, "word").length;
    lists.add(INDEX, "word", { doc: 2, tf: 1, length: 1 });
    expect(blocksOf(test, "word")).toHaveLength(before + 1);
    expectInOrder(test, "word");
    expect(lists.read(INDEX, "word").docs.sort((a, b) => a - b)).toEqual([1, 2, ...odd.slice(1)]);
  });

  it("leave everything as it is when what is to go is not there, and add what is to be replaced", () => {
    const test = new TestStore();
    const lists = new TermLists(test.store.db.sql);
    lists.add(INDEX, "word", { doc: 5, tf: 1, length: 1 });
    lists.remove(INDEX, "word", 6);
    lists.remove(INDEX, "word", 4);
    lists.remove(INDEX, "other", 5);
    expect(lists.read(INDEX, "word")).toEqual({ docs: [5], tfs: [1], lengths: [1] });
    lists.replace(INDEX, "other", { doc: 5, tf: 2, length: 3 });
    expect(lists.read(INDEX, "other")).toEqual({ docs: [5], tfs: [2], lengths: [3] });
  });
});
