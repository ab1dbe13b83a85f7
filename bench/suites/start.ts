import { atMost, type Line, values } from "../figures.ts";
import { startFloor } from "../floor.ts";
import { rowsFolder } from "../rows.ts";
import { call, startServer } from "../server.ts";
import type { Suite } from "../suite.ts";

/** From starting the process to the answer of a first query, ms. */
export const start: Suite = {
  name: "start",
  title: "Start",
  async measure(plan, say) {
    const { rows } = plan.start;
    const folders = { empty: await rowsFolder(0, say), full: await rowsFolder(rows, say) };
    const runs = { empty: [] as number[], full: [] as number[], floor: [] as number[] };
    // One more than the others: the first after a change of the code compiles it.
    for (let run = 0; run <= 2 * plan.runs; run++) {
      const empty = await firstQuery(folders.empty, null);
      const full = await firstQuery(folders.full, rows - 1);
      const floor = await startFloor();
      floor.end();
      if (run === 0) continue;
      runs.empty.push(empty);
      runs.full.push(full);
      runs.floor.push(floor.startMs);
    }
    return {
      lines: [line("empty", 300, runs.empty, runs.floor), line(`with ${rows.toLocaleString("en")} rows`, 500, runs.full, runs.floor)],
      method: `Runs: ${2 * plan.runs} of each, after one that is not counted`,
      samples: runs,
    };
  },
};

async function firstQuery(dir: string, newest: number | null): Promise<number> {
  const from = performance.now();
  const server = await startServer(dir);
  const answer = await call(server.url, "query", "notes:newest", { topic: "rows" });
  const ms = performance.now() - from;
  await server.stop();
  if (answer !== newest) throw new Error(`The first query answered ${String(answer)} instead of ${newest}.`);
  return ms;
}

function line(name: string, most: number, runs: number[], floor: number[]): Line {
  const here = values("s", runs.map((ms) => ms / 1000));
  return {
    name: `Start to first query, ${name}`,
    here,
    floor: values("s", floor.map((ms) => ms / 1000)),
    target: atMost(`≤ ${most} ms`, most / 1000, here.value),
    includes:
      "from starting the process with functions pushed before, to a query's answer over HTTP, files in the system's cache; the bare loop: until it listens on a new file",
  };
}
