/**
 * `npm run bench`: sets a desk up with requests that wait for decisions, then measures desk and bare loop in turns, so
 * that a machine that gets slower or faster meanwhile treats both alike. Prints one table and writes it down.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DeskRun, measureDesk, prepareDesk } from "./desk-run.ts";
import { linesOf } from "./figures.ts";
import { type FloorRun, measureFloor } from "./floor.ts";
import { machine } from "./machine.ts";
import { help, type Plan, readPlan, tasksOf } from "./options.ts";
import { renderTable, withTable } from "./table.ts";

const results = join(import.meta.dirname, "results/latest.json");
const page = join(import.meta.dirname, "../docs/benchmarks.md");

async function bench(plan: Plan): Promise<void> {
  const facts = machine();
  console.log(`Setting up a desk with ${tasksOf(plan)} requests in review …`);
  const prepared = await prepareDesk(tasksOf(plan));
  const desk: DeskRun[] = [];
  const floor: FloorRun[] = [];
  try {
    for (let run = 1; run <= plan.runs; run++) {
      console.log(`Run ${run} of ${plan.runs} …`);
      floor.push(await measureFloor({ ...plan.floor, inFlight: plan.inFlight }));
      desk.push(await measureDesk(prepared, plan));
    }
  } finally {
    rmSync(prepared.dataDir, { recursive: true, force: true });
  }
  const { firstStartMs } = prepared;
  const lines = linesOf({ firstStartMs, desk, floor });
  const table = renderTable(lines, facts, plan);
  console.log(`\n${table}`);
  if (plan.kind === "quick") return;
  mkdirSync(join(results, ".."), { recursive: true });
  writeFileSync(results, `${jsonOf({ machine: facts, plan, lines, samples: { firstStartMs, desk, floor: floor.map(summary) } })}\n`);
  writeFileSync(page, withTable(readFileSync(page, "utf8"), table));
}

/** The bare loop's thousands of samples are in the lines; here only what differs from run to run. */
function summary({ startMs, burst }: FloorRun) {
  return { startMs, perSecond: burst.perSecond };
}

/** Microseconds are enough, and lists of numbers stand on one line. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, rounded, 2).replace(/\[[\d\s.,]*\]/g, (list) => list.replace(/\s+/g, " "));
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
}

const started = performance.now();
const plan = readPlan(process.argv.slice(2));
if (plan === null) console.log(help);
else {
  await bench(plan);
  console.log(`\nThis took ${Math.round((performance.now() - started) / 1000)} s.`);
}
