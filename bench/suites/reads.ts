import { withServer } from "../apps.ts";
import { atMost, type Line, times, values } from "../figures.ts";
import type { Plan } from "../options.ts";
import { intoSystemCache, rowsFolder } from "../rows.ts";
import { call, type Server } from "../server.ts";
import type { Suite } from "../suite.ts";

type Kind = "get" | "range";
type Run = Record<Kind, { small: number[]; large: number[] }>;

const RANGE = 20;
const RATIO = 1.5;
const SEED = 20_260_101;
/** Calls before those that are measured. */
const WARM_UP = 10;

/** Reads through an index in a small and in a large table. */
export const reads: Suite = {
  name: "reads",
  title: "Indexed reads",
  async measure(plan, say) {
    const { small, large, calls, perCall } = plan.reads;
    const folders = [await rowsFolder(small, say), await rowsFolder(large, say)] as const;
    for (const dir of folders) await intoSystemCache(dir);
    const runs: Run[] = [];
    const random = randomFrom(SEED);
    for (let run = 1; run <= plan.runs; run++) {
      say(`run ${run} of ${plan.runs}`);
      runs.push(await withServer(folders[0], (a) => withServer(folders[1], (b) => inTurns(a, b, plan, random))));
    }
    return {
      lines: [...linesOf("get", "Indexed get", plan, runs), ...linesOf("range", `Range of ${RANGE} rows`, plan, runs)],
      method: `Runs: ${plan.runs}, each with ${calls} calls of ${perCall} reads for each kind and size, in turns; keys drawn with seed ${SEED}`,
      samples: runs,
    };
  },
};

async function inTurns(small: Server, large: Server, plan: Plan, random: () => number): Promise<Run> {
  const run: Run = { get: { small: [], large: [] }, range: { small: [], large: [] } };
  for (let i = -WARM_UP; i < plan.reads.calls; i++) {
    for (const kind of ["get", "range"] as const) {
      const [a, b] = [await readMs(kind, small, plan.reads.small, plan, random), await readMs(kind, large, plan.reads.large, plan, random)];
      if (i < 0) continue;
      run[kind].small.push(a);
      run[kind].large.push(b);
    }
  }
  return run;
}

/** Milliseconds of one read: those of a call over the reads in it. */
async function readMs(kind: Kind, server: Server, rows: number, plan: Plan, random: () => number): Promise<number> {
  const { perCall } = plan.reads;
  const ns = Array.from({ length: perCall }, () => Math.floor(random() * (rows - RANGE)));
  const [path, args, expected] =
    kind === "get"
      ? ["notes:getEach", { topic: "rows", ns }, ns.reduce((a, b) => a + b, 0)]
      : ["notes:rangeFromEach", { topic: "rows", ns, length: RANGE }, RANGE * perCall];
  const from = performance.now();
  const answer = await call(server.url, "query", path as string, args as object);
  const ms = performance.now() - from;
  if (answer !== expected) throw new Error(`${path as string} answered ${String(answer)} instead of ${String(expected)}.`);
  return ms / perCall;
}

function linesOf(kind: Kind, name: string, { reads: { small, large, perCall } }: Plan, runs: Run[]): Line[] {
  const text = (value: number) => value.toLocaleString("en");
  const of = (size: "small" | "large") => times(runs.map((run) => run[kind][size]));
  const ratio = values("times", runs.map((run) => times([run[kind].large]).p50 / times([run[kind].small]).p50));
  const includes = `one read of ${perCall} with keys of their own in one query, with its share of the call over HTTP; files in the system's cache`;
  return [
    { name: `${name}, ${text(small)} rows`, here: of("small"), floor: null, target: null, includes },
    { name: `${name}, ${text(large)} rows`, here: of("large"), floor: null, target: null, includes },
    {
      name: `${name}, ratio`,
      here: ratio,
      floor: null,
      target: atMost(`≤ ${RATIO}`, RATIO, ratio.value),
      includes: "median in the large table over the median in the small one, of the same run",
    },
  ];
}

/** Numbers in [0, 1) that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
