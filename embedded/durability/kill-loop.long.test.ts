import { randomInt } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "./folders.ts";
import { killLoop } from "./kill-loop.ts";

/** `KILLS` kills, 500 unless given; a new folder every hundred, so that each also falls into young data. */
const kills = Number(process.env["KILLS"] ?? 500);
const PER_FOLDER = 100;
const first = Number(process.env["KILL_SEED"] ?? randomInt(1_000_000_000));
const folder = temporaryFolder();

const rounds = Array.from({ length: Math.ceil(kills / PER_FOLDER) }, (_, i) => ({
  seed: first + i,
  count: Math.min(PER_FOLDER, kills - i * PER_FOLDER),
}));

it.each(rounds)("D6: killed $count times under load, nothing acknowledged is lost and nothing is done twice (KILL_SEED=$seed)", { timeout: 1_800_000 }, async ({ seed, count }) => {
  const result = await killLoop({ dir: join(folder, String(seed)), kills: count, seed, checkEvery: 5 });
  expect(result.problems).toEqual([]);
  expect(result.answers).toBeGreaterThan(count);
});
