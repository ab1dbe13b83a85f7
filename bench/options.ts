import { parseArgs } from "node:util";

/** How much is measured. */
export interface Plan {
  kind: "full" | "quick";
  /** Runs of desk and bare loop, taken in turns. */
  runs: number;
  /** Decisions before anything is measured, so that what comes once (compilation, caches) is over. */
  warmUp: number;
  oneAtATime: number;
  browser: number;
  burst: number;
  inFlight: number;
  floor: { oneAtATime: number; total: number };
}

const full: Plan = {
  kind: "full", runs: 3, warmUp: 2, oneAtATime: 12, browser: 8, burst: 64, inFlight: 64,
  floor: { oneAtATime: 200, total: 4_000 },
};
const quick: Plan = {
  kind: "quick", runs: 1, warmUp: 1, oneAtATime: 3, browser: 2, burst: 8, inFlight: 8,
  floor: { oneAtATime: 20, total: 400 },
};

export const help = `Measures the desk beside a bare WebSocket and SQLite loop.

  npm run bench                 a few minutes; writes bench/results/latest.json and the table in docs/benchmarks.md
  npm run bench -- --quick      under a minute; a few samples of everything, only printed
  npm run bench -- --help       this text
`;

/** Reads the command line; null asks for the help text. Throws for words it does not know. */
export function readPlan(argv: string[]): Plan | null {
  const { values } = parseArgs({ args: argv, options: { quick: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
  if (values.help) return null;
  return values.quick ? quick : full;
}

/** Open tasks that one run of the desk uses up. */
export function tasksOf(plan: Plan): number {
  return plan.warmUp + plan.oneAtATime + plan.browser + plan.burst;
}
