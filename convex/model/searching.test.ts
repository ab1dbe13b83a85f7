import { describe, expect, it } from "vitest";
import { SEARCHED_MAX } from "../shared/history/pages";
import { firstFound } from "./searching";

/** Matches 0, 1, 2 … and how many of them were read. */
function matchesOf(count: number) {
  const read = { matches: 0, isEnded: false };
  async function* matches() {
    try {
      for (; read.matches < count;) {
        read.matches += 1;
        yield read.matches - 1;
      }
    } finally {
      read.isEnded = true;
    }
  }
  return { matches: matches(), read };
}

const every = (step: number) => (match: number) => Promise.resolve(match % step === 0 ? match * 10 : null);

describe("the matches of a search", () => {
  it("are read as far as the answer needs them, in their order, and one more tells of more", async () => {
    const { matches, read } = matchesOf(400);
    expect(await firstFound(matches, 3, every(10))).toEqual({ found: [0, 100, 200], more: true, capped: false });
    expect(read.matches).toBeLessThan(40);
    expect(read.isEnded).toBe(true);
  });

  it("that end before the limit are all there is", async () => {
    const { matches, read } = matchesOf(40);
    expect(await firstFound(matches, 5, every(10))).toEqual({ found: [0, 100, 200, 300], more: false, capped: false });
    expect(read).toEqual({ matches: 40, isEnded: true });
    expect(await firstFound(matchesOf(5).matches, 5, every(1))).toMatchObject({ more: false, capped: false });
    expect(await firstFound(matchesOf(6).matches, 5, every(1))).toMatchObject({ more: true, capped: false });
  });

  it.each([
    [SEARCHED_MAX - 1, false],
    [SEARCHED_MAX, false],
    [SEARCHED_MAX + 1, true],
    [SEARCHED_MAX + 500, true],
  ])("are considered up to 1,000, and of %i it is told whether there are others: %s", async (count, capped) => {
    const few = matchesOf(count);
    expect(await firstFound(few.matches, 5, every(500))).toEqual({
      found: count > 500 ? [0, 5_000] : [0],
      more: false,
      capped,
    });
    expect(few.read.matches).toBeLessThanOrEqual(SEARCHED_MAX + 1);
    const all = await firstFound(matchesOf(count).matches, SEARCHED_MAX, every(1));
    expect([all.found.length, all.more, all.capped]).toEqual([Math.min(count, SEARCHED_MAX), false, capped]);
  });
});
