import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ConvexClient } from "convex/browser";
import { newFolder, push, withServer } from "../apps.ts";
import { atMost, times, values, type Line } from "../figures.ts";
import type { Plan } from "../options.ts";
import { call, type Server } from "../server.ts";
import type { Suite } from "../suite.ts";
import { decideAndWatch, type Decided } from "../workflow-decisions.ts";

interface Run {
  /** The next run is scheduled with the decision, as the desk does it; the work pool's run is the fallback. */
  resumed: Decided[];
  /** The work pool alone goes on with the workflow. */
  pooled: Decided[];
  /** The components' own pacing on an engine in memory. */
  pacing: number[];
}

/** How much longer than the components' own pacing a resumed step may take, ms. */
const OVER_PACING_MS = 25;

/** A workflow that waits for an event and then performs one step, with nothing else of an app around it. */
export const workflow: Suite = {
  name: "workflow",
  title: "A bare workflow",
  async measure(plan, say) {
    const runs: Run[] = [];
    const dir = newFolder();
    try {
      await withServer(dir, (server) => push("flow", server));
      for (let run = 1; run <= plan.runs; run++) {
        say(`run ${run} of ${plan.runs}`);
        const pacing = await measurePacing(plan.workflow.pacing);
        const first = (run - 1) * 2 * (plan.workflow.warmUp + plan.workflow.decisions);
        runs.push({ ...(await withServer(dir, (server) => decisions(server, plan, first))), pacing });
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    return {
      lines: linesOf(runs),
      method: `Runs: ${plan.runs}, each with twice ${plan.workflow.decisions} decisions one at a time, and ${plan.workflow.pacing} on the engine in memory`,
      samples: runs,
    };
  },
};

async function decisions(server: Server, { workflow }: Plan, first: number): Promise<Omit<Run, "pacing">> {
  const count = workflow.warmUp + workflow.decisions;
  await call(server.url, "mutation", "flow:park", { from: first, count: 2 * count });
  const [deciding, watching] = [new ConvexClient(server.url, { logger: false }), new ConvexClient(server.url, { logger: false })];
  const decide = async (from: number, isResumed: boolean) => {
    const decided: Decided[] = [];
    for (let n = from; n < from + count; n++) decided.push(await decideAndWatch(deciding, watching, n, isResumed));
    return decided.slice(workflow.warmUp);
  };
  const result = { resumed: await decide(first, true), pooled: await decide(first + count, false) };
  await Promise.all([deciding.close(), watching.close()]);
  return result;
}

async function measurePacing(count: number): Promise<number[]> {
  const child = fork(join(import.meta.dirname, "../pacing.ts"), [String(count)]);
  const [samples] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`The engine in memory ended with ${String(code)}.`))),
  ])) as [number[]];
  return samples;
}

function linesOf(runs: Run[]): Line[] {
  const resumed = times(runs.map((run) => run.resumed.map((one) => one.resumed)));
  const pacing = times(runs.map((run) => run.pacing));
  const overPacing = values("times", runs.map((run) => times([run.resumed.map((one) => one.resumed)]).p50 - times([run.pacing]).p50)).value;
  const compared = overPacing > 0 ? `${overPacing.toFixed(0)} ms more` : `${(-overPacing).toFixed(0)} ms less`;
  return [
    {
      name: "Event sent, acknowledged",
      here: times(runs.map((run) => run.resumed.map((one) => one.acknowledged))),
      floor: null,
      target: null,
      includes: "a mutation that sends the workflow's event with `sendEvent` and schedules its next run, on disk",
    },
    {
      name: "Event to performed step",
      here: resumed,
      floor: null,
      target: atMost(`≤ pacing + ${OVER_PACING_MS} ms`, OVER_PACING_MS, overPacing),
      includes: `from sending that mutation until another client's live query shows what the workflow's next step wrote; ${compared} than the pacing below`,
    },
    {
      name: "Event to performed step, by the work pool alone",
      here: times(runs.map((run) => run.pooled.map((one) => one.resumed))),
      floor: null,
      target: null,
      includes: "the same without the scheduled run: the work pool goes on with the workflow when it looks around",
    },
    {
      name: "Pacing of the components alone",
      here: pacing,
      floor: null,
      target: null,
      includes: "that on `convex-test`, in memory, with its real timers: from the mutation until a query, asked every 2 ms, shows the step's write",
    },
  ];
}
