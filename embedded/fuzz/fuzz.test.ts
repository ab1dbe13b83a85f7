import { describe, expect, it } from "vitest";
import { fuzz } from "./fuzz.ts";
import { chooseSeed } from "./random.ts";

const CASES = 10_000;
/** What the process may grow by while it is fuzzed, MB: its heap is not at its usual size when it has just started. */
const MAX_GROWTH_MB = 200;

describe("changed copies of what real clients send", () => {
  it(
    "H22, W19: no crash, no fault, no 5xx; each refusal has a code and a text; memory is bounded; healthy clients are served",
    async () => {
      const seed = chooseSeed();
      process.stderr.write(`FUZZ_SEED=${seed}\n`);
      const result = await fuzz({ seed, cases: CASES, checkEvery: 1_000 });
      expect(result.problems).toEqual([]);
      expect(result.faults).toEqual([]);
      expect(result.cases).toBeGreaterThanOrEqual(CASES);
      expect(result.endRssMb - result.startRssMb).toBeLessThan(MAX_GROWTH_MB);
    },
    240_000,
  );
});
