import type { DeskRun } from "./desk-run.ts";
import type { FloorRun } from "./floor.ts";
import { median, quantile } from "./statistics.ts";

export interface Measured {
  firstStartMs: number;
  desk: DeskRun[];
  floor: FloorRun[];
}

/** One side of a line of the table. */
export type Figure =
  /** `p50`: median over the runs of each run's median. `p99`: over the samples of all runs. */
  | { unit: "ms"; p50: number; p99: number; samples: number }
  /** Median over the runs. */
  | { unit: "per second"; value: number; runs: number }
  | { unit: "s"; value: number; runs: number };

export interface Line {
  name: string;
  desk: Figure;
  /** Null where a bare loop has nothing like it. */
  floor: Figure | null;
  includes: string;
}

/** What was measured as the lines of the table. */
export function linesOf({ firstStartMs, desk, floor }: Measured): Line[] {
  const decisions = (pick: (d: DeskRun["decisions"][number]) => number) => times(desk.map((run) => run.decisions.map(pick)));
  const answered = times(floor.map((run) => run.answerMs));
  const seen = times(floor.map((run) => run.seenMs));
  return [
    {
      name: "Decision acknowledged",
      desk: decisions((d) => d.acknowledged),
      floor: answered,
      includes: "sending `decisions:decide`, permission and rules, one COMMIT with full synchronisation, the answer and the client's own new state",
    },
    {
      name: "Decision to resumed step, seen by another client",
      desk: decisions((d) => d.resumedSeen),
      floor: seen,
      includes: "all of the above, the workflow resuming, its next step committed, and the requester's live page telling so",
    },
    {
      name: "Decision to resumed step, in the server's records",
      desk: decisions((d) => d.resumedOnServer),
      floor: null,
      includes: "from the event \"decided\" to the event \"performing\" of one request, in whole milliseconds; no client in between",
    },
    {
      name: "Decision to performed action, seen by another client",
      desk: decisions((d) => d.performedSeen),
      floor: null,
      includes: "all of the above, the action's worker thread, the outbox connector, and its result committed",
    },
    {
      name: "Decisions per second, many at once",
      desk: { unit: "per second", value: median(desk.map((run) => run.burst.perSecond)), runs: desk.length },
      floor: { unit: "per second", value: median(floor.map((run) => run.burst.perSecond)), runs: floor.length },
      includes: "distinct open tasks over as many connections as are in flight, until every answer came; resumed workflows compete for the same processor",
    },
    {
      name: "Answer time, many at once",
      desk: times(desk.map((run) => run.burst.answerMs)),
      floor: times(floor.map((run) => run.burst.answerMs)),
      includes: "one decision of that burst from sending to answer",
    },
    {
      name: "Commit to second browser",
      desk: times(desk.map((run) => run.painted.map(({ painted }) => painted))),
      floor: seen,
      includes: "sending `decisions:decide` until the task's row is painted in another reviewer's inbox (queue \"Done\") in Chromium, with the wait for its next frame",
    },
    {
      name: "First start",
      desk: seconds([firstStartMs]),
      floor: null,
      includes: "from the command to the printed address on an empty folder: variables, push by the real command line, dashboard built, demo workspace",
    },
    {
      name: "Second start",
      desk: seconds(desk.map((run) => run.secondStartMs)),
      floor: seconds(floor.map((run) => run.startMs)),
      includes: "from the command to the printed address on a folder in use; the bare loop: from starting the process until it listens",
    },
  ];
}

function times(runs: number[][]): Figure {
  const all = runs.flat();
  return { unit: "ms", p50: median(runs.map(median)), p99: quantile(all, 0.99), samples: all.length };
}

function seconds(ms: number[]): Figure {
  return { unit: "s", value: median(ms) / 1000, runs: ms.length };
}
