import { describe, expect, it } from "vitest";
import { seededRandom } from "../values/random-value.ts";
import { overlaps, ReadSet, type WriteEntry } from "./read-set.ts";

const key = (text: string): Buffer => Buffer.from(text);
const write = (indexId: number, oldKey: string | null, newKey: string | null): WriteEntry => ({
  ns: 0,
  table: "t",
  id: "x",
  newTable: false,
  dependencies: [],
  indexKeys: [{ indexId, oldKey: oldKey === null ? null : key(oldKey), newKey: newKey === null ? null : key(newKey) }],
  search: [],
});

describe("ReadSet", () => {
  it("S21: an interval is hit by the key before or after a write, in its index only", () => {
    const reads = new ReadSet();
    reads.range(1, key("b"), key("d"));
    expect(overlaps(reads, [write(1, "b", null)])).toBe(true);
    expect(overlaps(reads, [write(1, null, "c")])).toBe(true);
    expect(overlaps(reads, [write(1, "a", "z")])).toBe(false);
    expect(overlaps(reads, [write(1, null, "d")])).toBe(false);
    expect(overlaps(reads, [write(2, "b", "c")])).toBe(false);
  });

  it("S21: a point is hit by exactly its key, a name by a write that carries it", () => {
    const reads = new ReadSet();
    reads.point(1, key("b"));
    reads.depend("table:0:t");
    expect(overlaps(reads, [write(1, null, "b")])).toBe(true);
    expect(overlaps(reads, [write(1, null, "b\0")])).toBe(false);
    expect(overlaps(reads, [{ ...write(2, null, "b"), dependencies: ["table:0:t"] }])).toBe(true);
    expect([...reads.indexIds()]).toEqual([1]);
    expect([...reads.dependencies()]).toEqual(["table:0:t"]);
  });

  it("S21: touching and overlapping intervals become one, and a union holds both sides", () => {
    const reads = new ReadSet();
    reads.range(1, key("c"), key("e"));
    reads.range(1, key("a"), key("c"));
    reads.range(1, key("b"), key("b"));
    const other = new ReadSet();
    other.range(1, key("x"), null);
    other.token({ indexId: 9, terms: ["w"], prefix: null, filters: [] });
    reads.union(other);
    expect(reads.intervals(1)).toEqual([
      { from: key("a"), to: key("e") },
      { from: key("x"), to: null },
    ]);
    expect([...reads.indexIds()]).toEqual([1, 9]);
  });

  it.each([1, 2])("S21: agrees with a list of intervals, whatever was merged (seed %i)", (seed) => {
    const random = seededRandom(seed);
    const byte = (): Buffer => Buffer.from([Math.floor(random() * 200)]);
    const reads = new ReadSet();
    const model: { from: Buffer; to: Buffer | null }[] = [];
    for (let i = 0; i < 30; i++) {
      const interval = { from: byte(), to: random() < 0.02 ? null : byte() };
      model.push(interval);
      reads.range(1, interval.from, interval.to);
      const at = byte();
      const expected = model.some(
        ({ from, to }) => Buffer.compare(at, from) >= 0 && (to === null || Buffer.compare(at, to) < 0),
      );
      const entry = { ...write(1, null, ""), indexKeys: [{ indexId: 1, oldKey: null, newKey: at }] };
      expect(overlaps(reads, [entry]), `step ${i}`).toBe(expected);
    }
  });
});
