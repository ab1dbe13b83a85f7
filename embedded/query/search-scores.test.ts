import { describe, expect, it } from "vitest";
import { Scores } from "./search-scores.ts";

describe("scores of a search", () => {
  it("Q22: add up, and the best come first with all that score like the last of them", () => {
    const scores = new Scores();
    const expected = new Map<number, number>();
    for (let n = 0; n < 4_000; n++) {
      const id = ((n * 7_919) % 2_003) * (n % 2 === 0 ? 1 : 2 ** 21) || -3;
      const score = (n * 31) % 500;
      if (n % 100 === 0) scores.reserve(100);
      scores.add(id, score);
      expected.set(id, (expected.get(id) ?? 0) + score);
    }
    expect(scores.size).toBe(expected.size);
    const all = [...expected].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
    for (const most of [1, 2, 100, 1_025, all.length - 1, all.length, all.length + 1]) {
      const least = all[Math.min(most, all.length) - 1]!.score;
      const wanted = all.filter(({ score }) => score >= least);
      const best = scores.best(0, most);
      expect(best.map(({ score }) => score)).toEqual(wanted.map(({ score }) => score));
      expect(new Map(best.map(({ id, score }) => [id, score]))).toEqual(
        new Map(wanted.map(({ id, score }) => [id, score])),
      );
    }
  });

  it("Q22: only those with every mark count, and a mark without a score is none", () => {
    const scores = new Scores();
    scores.reserve(3_000);
    for (let id = 1; id <= 3_000; id++) scores.add(id, id);
    for (let id = 1; id <= 6_000; id += 2) scores.mark(id);
    for (let id = 1; id <= 6_000; id += 3) scores.mark(id);
    expect(scores.best(2, 3)).toEqual([2_995, 2_989, 2_983].map((id) => ({ id, score: id })));
    expect(scores.best(2, 5_000)).toHaveLength(500);
    expect(scores.best(3, 5_000)).toEqual([]);
  });
});
