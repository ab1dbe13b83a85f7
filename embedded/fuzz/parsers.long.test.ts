import { expect, it } from "vitest";
import { fuzzParsers } from "./parsers.ts";
import { chooseSeed } from "./random.ts";
import { allTargets } from "./targets/all.ts";

/** How many changed inputs: without a network five thousand and more a second on one core, so half an hour in all. */
const CASES = Number(process.env["FUZZ_PARSER_CASES"] ?? 10_000_000);
const MAX_GROWTH_MB = 32;

it("H23: ten million changed inputs are accepted or refused with a code and a text, in good time, and nothing of them stays", { timeout: 6 * 3_600_000 }, async () => {
  const seed = chooseSeed();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const { targets, end } = await allTargets();
  const onProgress = (done: number, heapMb: number) => say(`FUZZ_SEED=${seed} ${done} of ${CASES}, heap ${heapMb.toFixed(0)} MB`);
  const result = await fuzzParsers({ seed, cases: CASES, targets, onProgress, onProblem: say }).finally(end);
  say(`${result.cases} in ${result.seconds.toFixed(0)} s, heap grown by ${result.heapGrowthMb.toFixed(1)} MB; accepted, refused, slowest:`);
  for (const [name, { accepted, refused, slowest }] of result.targets) say(`  ${name}: ${accepted}, ${refused}, ${slowest.ms.toFixed(1)} ms for ${slowest.size} characters`);
  expect(result.problems).toEqual([]);
  expect(result.heapGrowthMb).toBeLessThan(MAX_GROWTH_MB);
});
