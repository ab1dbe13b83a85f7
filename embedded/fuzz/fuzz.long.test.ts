import { describe, expect, it } from "vitest";
import { fuzz } from "./fuzz.ts";
import { chooseSeed } from "./random.ts";

/**
 * How many changed messages to send, over real sockets to a real server: one takes it about 3 ms, so these take five minutes.
 * The ten million are those without a network, in parsers.long.test.ts.
 */
const CASES = Number(process.env["FUZZ_CASES"] ?? 100_000);
const MAX_GROWTH_MB = 300;
/** A new seed and a new server for each of these parts. */
const PART = 50_000;
const HOUR_MS = 3_600_000;

describe("changed copies of what real clients send, for long", () => {
  it(
    "H22, W19: no crash, no fault, no 5xx, bounded memory",
    async () => {
      const say = (line: string) => process.stderr.write(`${line}\n`);
      for (let done = 0; done < CASES; ) {
        const seed = (chooseSeed() + done) >>> 0;
        const before = done;
        const onCheck = (cases: number, rssMb: number) => say(`FUZZ_SEED=${seed} ${before + cases} of ${CASES}, ${rssMb.toFixed(0)} MB`);
        const result = await fuzz({ seed, cases: Math.min(PART, CASES - done), checkEvery: 20_000, onCheck });
        expect(result.problems).toEqual([]);
        expect(result.faults).toEqual([]);
        expect(result.endRssMb - result.startRssMb).toBeLessThan(MAX_GROWTH_MB);
        say(`${result.cases} in ${result.seconds.toFixed(0)} s`);
        done += result.cases;
      }
    },
    24 * HOUR_MS,
  );
});
