import { parseArgs } from "node:util";

/** How much is measured. Counts are for each run. */
export interface Plan {
  kind: "full" | "quick";
  /** Runs of each suite, in turns with the bare loop where there is one. */
  runs: number;
  /** How many callers are at work at once where many are. */
  inFlight: number;
  floor: { oneAtATime: number; total: number };
  /** Decisions on a desk; `warmUp` come before anything is measured, so that what comes once (compilation, caches) is over. */
  desk: { warmUp: number; oneAtATime: number; browser: number; burst: number };
  /** Comments and decisions on a desk with its chains and on one without, the measured ones a multiple of eight; `runs` are those of each. */
  chain: { runs: number; comments: number; warmUp: number; burst: number; warmUpAlone: number; oneAtATime: number };
  /** Tasks of the desk that are due in the same second. */
  deadlines: { count: number };
  /** One-document mutations; `watched` are those whose disk synchronisations are counted. */
  mutations: { warmUp: number; oneAtATime: number; burst: number; watched: number };
  /** Commits that every subscriber is to see; how many subscribers; what came before with one subscriber. */
  updates: { warmUp: number; commits: number; subscribers: number[] };
  /** Decisions on a bare workflow. */
  workflow: { warmUp: number; decisions: number; pacing: number };
  /** Workflows that wait, how long the idle server is watched (ms), and how many are parked through the component to see how long that takes. */
  parked: { count: number; idleMs: number; settleMs: number; parkNow: number };
  /** Planned functions; the time over which they are spread, and how long before the first is due they are planned, ms. */
  timers: { count: number; spreadMs: number; leadMs: number };
  start: { rows: number };
  /** Audit events of the history, and calls of each kind of question. */
  history: { events: number; calls: number };
  /** Audit events of the export that is checked, and how often it is. */
  verify: { events: number; runs: number };
  /** Reads within one call and calls, for each size of table. */
  reads: { small: number; large: number; perCall: number; calls: number };
}

const full: Plan = {
  kind: "full", runs: 3, inFlight: 64,
  floor: { oneAtATime: 200, total: 4_000 },
  chain: { runs: 9, comments: 2_000, warmUp: 384, burst: 512, warmUpAlone: 64, oneAtATime: 256 },
  deadlines: { count: 10_000 },
  desk: { warmUp: 400, oneAtATime: 20, browser: 8, burst: 256 },
  mutations: { warmUp: 10_000, oneAtATime: 300, burst: 12_000, watched: 2_000 },
  updates: { warmUp: 3_000, commits: 40, subscribers: [1, 100, 1_000] },
  workflow: { warmUp: 20, decisions: 20, pacing: 12 },
  parked: { count: 100_000, idleMs: 20_000, settleMs: 30_000, parkNow: 100 },
  timers: { count: 100_000, spreadMs: 60_000, leadMs: 45_000 },
  start: { rows: 1_000_000 },
  history: { events: 1_000_000, calls: 40 },
  verify: { events: 200_000, runs: 5 },
  reads: { small: 1_000, large: 1_000_000, perCall: 20, calls: 60 },
};
const quick: Plan = {
  kind: "quick", runs: 1, inFlight: 64,
  floor: { oneAtATime: 50, total: 2_000 },
  chain: { runs: 1, comments: 16, warmUp: 2, burst: 8, warmUpAlone: 2, oneAtATime: 8 },
  deadlines: { count: 200 },
  desk: { warmUp: 1, oneAtATime: 3, browser: 2, burst: 8 },
  mutations: { warmUp: 300, oneAtATime: 50, burst: 1_500, watched: 100 },
  updates: { warmUp: 60, commits: 10, subscribers: [1, 100, 1_000] },
  workflow: { warmUp: 1, decisions: 4, pacing: 3 },
  parked: { count: 2_000, idleMs: 3_000, settleMs: 10_000, parkNow: 20 },
  timers: { count: 1_000, spreadMs: 2_000, leadMs: 3_000 },
  start: { rows: 10_000 },
  history: { events: 10_000, calls: 10 },
  verify: { events: 10_000, runs: 2 },
  reads: { small: 1_000, large: 10_000, perCall: 20, calls: 20 },
};

export interface Command {
  plan: Plan;
  /** Names of the suites to measure, in the order of `known`. */
  suites: string[];
}

/** The help text, with the names of the suites. */
export function helpText(known: readonly string[]): string {
  return `Measures the embedded server and the desk on it, beside a bare WebSocket and SQLite loop.

  npm run bench                      everything, half an hour and more the first time; writes bench/results/latest.json and docs/benchmarks.md
  npm run bench -- SUITE …           only these, written in their place: ${known.join(", ")}
  npm run bench -- [SUITE …] --quick about two minutes for all; a few samples of everything, only printed
  npm run bench -- --help            this text

What takes long to make (100,000 parked workflows, 1,000,000 rows, a history of 1,000,000 events) is made once and kept in the folder for temporary files.
`;
}

/** Reads the command line; null asks for the help text. Throws for words it does not know. */
export function readCommand(argv: string[], known: readonly string[]): Command | null {
  const options = { quick: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
  if (values.help) return null;
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no suite "${unknown}"; there are ${known.join(", ")}.`);
  const suites = positionals.length === 0 ? [...known] : known.filter((name) => positionals.includes(name));
  return { plan: values.quick ? quick : full, suites };
}

/** Open tasks that one run of the desk uses up. */
export function tasksOf({ desk }: Plan): number {
  return desk.warmUp + desk.oneAtATime + desk.browser + desk.burst;
}
