import { type ChainRun, deskThatWrites, measurePair, removeDesk } from "../chain-run.ts";
import { prepareDesk } from "../desk-run.ts";
import { atMost, type Figure, type Line, times, values } from "../figures.ts";
import { canReadThreads } from "../process-figures.ts";
import type { Suite } from "../suite.ts";
import type { Writing } from "../unchained.ts";

type Runs = Record<Writing, ChainRun[]>;

/** What the chains of the history add to a decision: the same desk with them and with a plain log of events, side by side. */
export const chain: Suite = {
  name: "chain",
  title: "What the chain of the history costs",
  async measure(plan, say) {
    if (!canReadThreads) throw new Error('The suite "chain" reads processor time from /proc, which this system lacks.');
    const { warmUp, burst, warmUpAlone, oneAtATime, runs: count } = plan.chain;
    const tasks = warmUp + burst + warmUpAlone + oneAtATime;
    say(`setting up a desk with ${tasks} requests in review`);
    const prepared = await prepareDesk(tasks);
    const made: string[] = [];
    const make = async (writing: Writing): Promise<string> => {
      const dir = await deskThatWrites(prepared.dataDir, writing);
      made.push(dir);
      return dir;
    };
    const runs: Runs = { chained: [], unchained: [] };
    try {
      const dirs = { chained: await make("chained"), unchained: await make("unchained") };
      for (let run = 1; run <= count; run++) {
        say(`run ${run} of ${count}`);
        const pair = await measurePair(dirs, prepared.tasks, plan);
        runs.chained.push(pair.chained);
        runs.unchained.push(pair.unchained);
      }
    } finally {
      for (const dir of [prepared.dataDir, ...made]) removeDesk(dir);
    }
    return {
      lines: linesOf(runs),
      method: `Runs: ${count} of both desks at once, in blocks now on the one and now on the other: ${burst} decisions with ${plan.inFlight} in flight, and ${oneAtATime} one at a time`,
      samples: runs,
    };
  },
};

/** What was measured as lines of the table; the desk without chains stands in the column of the bare loop. */
export function linesOf(runs: Runs): Line[] {
  const both = (figure: (of: ChainRun[]) => Figure) => ({ here: figure(runs.chained), floor: figure(runs.unchained) });
  const each = (pick: (run: ChainRun) => number) => both((of) => times(of.map((run) => [pick(run)])));
  const ratio = (name: string, pick: (run: ChainRun) => number, includes: string): Line => {
    const ratios = runs.chained.map((run, i) => pick(run) / pick(runs.unchained[i]!));
    const here = values("times", ratios);
    const all = ratios.toSorted((a, b) => a - b).map((one) => one.toFixed(2)).join(", ");
    return { name, here, floor: null, target: atMost("≤ 1.2", 1.2, here.value), includes: `${includes}: ${all}` };
  };
  const plain = "beside it the same desk with a plain log: events and words that can be searched and erased, no chain, no digest, no place in a tree";
  const cpu = "processor time of the server's own thread (median of the blocks) for permission, rules, rows, history, the word to the workflow an hour later, COMMIT, answer and live queries";
  return [
    { name: "Processor time of a decision, many at once", ...each((run) => run.cpuMs), target: null, includes: `${cpu}; ${plain}` },
    ratio("With the chain, times without, many at once", (run) => run.cpuMs, "median over the runs of the two figures above of one run"),
    { name: "Processor time of a decision, one at a time", ...each((run) => run.cpuAloneMs), target: null, includes: `${cpu}; ${plain}` },
    ratio("With the chain, times without, one at a time", (run) => run.cpuAloneMs, "median over the runs of the two figures above of one run"),
    {
      name: "Decisions per second with the chain",
      ...both((of) => values("per second", of.map((run) => run.perSecond))),
      target: null,
      includes: `many at once, until every answer came; ${plain}`,
    },
    {
      name: "Decision with the chain acknowledged",
      ...both((of) => times(of.map((run) => run.answerMs))),
      target: null,
      includes: `one at a time; ${plain}`,
    },
  ];
}
