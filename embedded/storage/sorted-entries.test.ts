import { describe, expect, it } from "vitest";
import { seededRandom } from "../values/random-value.ts";
import { SortedEntries } from "./sorted-entries.ts";

const asPair = (e: { key: Buffer; value: number } | undefined) => e && [e.key.toString("hex"), e.value];

describe("SortedEntries", () => {
  it.each([1, 2, 3])("S20: agrees with a sorted array after any writes (seed %i)", (seed) => {
    const random = seededRandom(seed);
    const entries = new SortedEntries<number>();
    const model = new Map<string, number>();
    const randomKey = (): Buffer => Buffer.from([Math.floor(random() * 8), Math.floor(random() * 256)]);
    for (let i = 0; i < 4000; i++) {
      const key = randomKey();
      entries.set(key, i);
      model.set(key.toString("hex"), i);
      if (i % 20 !== 0) continue;
      const [from, to] = [randomKey(), random() < 0.2 ? null : randomKey()];
      const inside = [...model]
        .filter(([k]) => k >= from.toString("hex") && (to === null || k < to.toString("hex")))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      expect(asPair(entries.first(from, to))).toEqual(inside[0]);
      expect(asPair(entries.last(from, to))).toEqual(inside.at(-1));
    }
  });
});
