import { rmSync } from "node:fs";
import { type DeskRun, measureDesk, prepareDesk } from "../desk-run.ts";
import { atLeast, type Line, times, values } from "../figures.ts";
import { type FloorRun, measureFloor } from "../floor.ts";
import { tasksOf } from "../options.ts";
import type { Suite } from "../suite.ts";

/** The whole desk as people have it: decisions with their rules, audit and events, the dashboard in a browser, the starts. */
export const desk: Suite = {
  name: "desk",
  title: "The desk",
  async measure(plan, say) {
    say(`setting up a desk with ${tasksOf(plan)} requests in review`);
    const prepared = await prepareDesk(tasksOf(plan));
    const runs: DeskRun[] = [];
    const floor: FloorRun[] = [];
    try {
      for (let run = 1; run <= plan.runs; run++) {
        say(`run ${run} of ${plan.runs}`);
        floor.push(await measureFloor({ ...plan.floor, inFlight: plan.inFlight }));
        runs.push(await measureDesk(prepared, plan));
      }
    } finally {
      rmSync(prepared.dataDir, { recursive: true, force: true });
    }
    const { firstStartMs } = prepared;
    const { oneAtATime, browser, burst } = plan.desk;
    return {
      lines: linesOf({ firstStartMs, desk: runs, floor }),
      method: `Runs: ${plan.runs}, each with ${oneAtATime} decisions one at a time, ${browser} in front of a browser, and ${burst} with ${plan.inFlight} in flight`,
      samples: { firstStartMs, desk: runs, floor: floor.map(({ startMs, burst }) => ({ startMs, perSecond: burst.perSecond })) },
    };
  },
};

/** What was measured as lines of the table. */
export function linesOf(o: { firstStartMs: number; desk: DeskRun[]; floor: FloorRun[] }): Line[] {
  const { firstStartMs, desk, floor } = o;
  const decisions = (pick: (d: DeskRun["decisions"][number]) => number) => times(desk.map((run) => run.decisions.map(pick)));
  const answered = times(floor.map((run) => run.answerMs));
  const seen = times(floor.map((run) => run.seenMs));
  const seconds = (ms: number[]) => values("s", ms.map((one) => one / 1000));
  const perSecond = values("per second", desk.map((run) => run.burst.perSecond));
  const resumed = decisions((d) => d.resumedOnServer);
  return [
    {
      name: "Decision acknowledged",
      here: decisions((d) => d.acknowledged),
      floor: answered,
      target: null,
      includes: "sending `decisions:decide`, permission and rules, one COMMIT with full synchronisation, the answer and the client's own new state",
    },
    {
      name: "Decision to resumed step, seen by another client",
      here: decisions((d) => d.resumedSeen),
      floor: seen,
      target: null,
      includes: "all of the above, the workflow resuming, its next step committed, and the requester's live page telling so",
    },
    {
      name: "Decision to resumed step, in the server's records",
      here: resumed,
      floor: null,
      target: { text: "p50 20 ms, p99 60 ms (wanted)", met: resumed.p50 <= 20 && resumed.p99 <= 60 },
      includes: "from the event \"decided\" to the event \"performing\" of one request, in whole milliseconds; no client in between",
    },
    {
      name: "Decision to performed action, seen by another client",
      here: decisions((d) => d.performedSeen),
      floor: null,
      target: null,
      includes: "all of the above, the action's worker thread, the outbox connector, and its result committed",
    },
    {
      name: "Decisions per second, many at once",
      here: perSecond,
      floor: values("per second", floor.map((run) => run.burst.perSecond)),
      target: atLeast("150/s (1,000/s wanted)", 150, perSecond.value),
      includes: "distinct open tasks over as many connections as are in flight, until every answer came; resumed workflows compete for the same processor",
    },
    {
      name: "Answer time, many at once",
      here: times(desk.map((run) => run.burst.answerMs)),
      floor: times(floor.map((run) => run.burst.answerMs)),
      target: null,
      includes: "one decision of that burst from sending to answer",
    },
    {
      name: "Commit to second browser",
      here: times(desk.map((run) => run.painted.map(({ painted }) => painted))),
      floor: seen,
      target: null,
      includes: "sending `decisions:decide` until the task's row is painted in another reviewer's inbox (queue \"Done\") in Chromium, with the wait for its next frame",
    },
    {
      name: "First start",
      here: seconds([firstStartMs]),
      floor: null,
      target: null,
      includes: "from the command to the printed address on an empty folder: variables, push by the real command line, dashboard built, demo workspace",
    },
    {
      name: "Second start",
      here: seconds(desk.map((run) => run.secondStartMs)),
      floor: seconds(floor.map((run) => run.startMs)),
      target: null,
      includes: "from the command to the printed address on a folder in use; the bare loop: from starting the process until it listens",
    },
  ];
}
