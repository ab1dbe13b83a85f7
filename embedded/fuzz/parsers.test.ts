import { expect, it } from "vitest";
import { fuzzParsers } from "./parsers.ts";
import { chooseSeed } from "./random.ts";
import { allTargets } from "./targets/all.ts";

/** A few seconds of what parsers.long.test.ts does for long. */
const CASES = 30_000;
/** What would be kept of each input, some kilobytes, would be more. */
const MAX_GROWTH_MB = 32;

it("H23: whatever comes in is accepted or refused with a code and a text, in good time, and nothing of it stays", { timeout: 240_000 }, async () => {
  const seed = chooseSeed();
  process.stderr.write(`FUZZ_SEED=${seed}\n`);
  const { targets, end } = await allTargets();
  const result = await fuzzParsers({ seed, cases: CASES, targets }).finally(end);
  expect(result.problems).toEqual([]);
  expect(result.heapGrowthMb).toBeLessThan(MAX_GROWTH_MB);
  // Inputs that are all refused at the door would prove little.
  for (const [name, { accepted, refused }] of result.targets) expect([name, accepted > 0, refused > 0]).toEqual([name, true, true]);
});
