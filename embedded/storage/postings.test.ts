import { describe, expect, it } from "vitest";
import { blockOf, postingBytes, type PostingList, readPostings, replaceIn, sortedPostings } from "./postings.ts";

const some = [
  { doc: 1, tf: 1, length: 0 },
  { doc: 127, tf: 128, length: 16_384 },
  { doc: 2 ** 32 + 5, tf: 3, length: 500_000 },
  { doc: Number.MAX_SAFE_INTEGER, tf: 1, length: 127 },
];

describe("blocks of postings", () => {
  it("give back every number as it was, however large", () => {
    expect(sortedPostings(blockOf(some))).toEqual(some);
  });

  it("grow by bytes behind them, and are read one after the other", () => {
    const [last, ...first] = some.toReversed();
    const list: PostingList = { docs: [], tfs: [], lengths: [] };
    readPostings(Buffer.concat([blockOf([last!]), blockOf(first)]), list);
    expect(list.docs).toEqual(some.map(({ doc }) => doc).toReversed());
    readPostings(blockOf([{ doc: 9, tf: 1, length: 2 }]), list);
    expect([list.docs.at(-1), list.tfs.at(-1), list.lengths.at(-1)]).toEqual([9, 1, 2]);
  });

  it("change in one place, and tell where there is nothing to change", () => {
    for (const [i, { doc }] of some.entries()) {
      const without = some.toSpliced(i, 1);
      expect(sortedPostings(replaceIn(blockOf(some), doc, new Uint8Array(0))!)).toEqual(without);
      const other = { doc, tf: 200, length: 3 };
      expect(sortedPostings(replaceIn(blockOf(some), doc, postingBytes(other))!)).toEqual(some.with(i, other));
    }
    expect(replaceIn(blockOf(some), 128, new Uint8Array(0))).toBeNull();
    expect(replaceIn(blockOf(some.slice(0, 1)), 1, new Uint8Array(0))).toHaveLength(0);
  });

  it("that are cut off are told", () => {
    for (const bytes of [1, 3, 4]) {
      expect(() => sortedPostings(blockOf([some[1]!]).subarray(0, bytes))).toThrow("cut off");
    }
  });
});
