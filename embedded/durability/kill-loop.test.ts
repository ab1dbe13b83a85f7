import { randomInt } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "./folders.ts";
import { killLoop } from "./kill-loop.ts";

const KILLS = 20;
const seed = Number(process.env["KILL_SEED"] ?? randomInt(1_000_000_000));

it(`D6: killed ${KILLS} times under load, the server loses nothing acknowledged and does nothing twice (KILL_SEED=${seed})`, { timeout: 300_000 }, async () => {
  const result = await killLoop({ dir: join(temporaryFolder(), "loop"), kills: KILLS, seed, checkEvery: 5 });
  expect(result.problems).toEqual([]);
  expect(result.answers).toBeGreaterThan(KILLS);
});
