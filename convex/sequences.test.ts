import { it } from "vitest";
import { randomFrom } from "./shared/random.helper";
import { allowConsole, quietWithFakeTimers } from "./testing/desk.helper";
import { cast } from "./testing/review.helper";
import { runSequences } from "./testing/sequences.helper";

quietWithFakeTimers();

const SEED = Number(process.env.SEQUENCES_SEED ?? Date.now() % 1_000_000);
/** Desks with twenty requests each; SEQUENCES_DESKS overrides how many. */
const DESKS = Number(process.env.SEQUENCES_DESKS ?? 10);
const REQUESTS = 20;
const STEPS = 6;

it.each(Array.from({ length: DESKS }, (_, i) => SEED + i))(
  `the desk does what the rules say in ${REQUESTS} random sequences at once (SEQUENCES_DESKS=1 SEQUENCES_SEED=%i)`,
  async (seed) => {
    await runSequences(await cast(), randomFrom(seed), REQUESTS, STEPS);
    // The workflow component says so of a run that was planned before its workflow was canceled, the workpool of its work.
    allowConsole(/^error: Invalid generation number|^warn: \[recovery\] Scheduled job \S+ for work \S+ not found/);
  },
  120_000,
);
