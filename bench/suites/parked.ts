import { ConvexClient } from "convex/browser";
import { newFolder, push, withCopy, withServer } from "../apps.ts";
import { atMost, type Line, values } from "../figures.ts";
import { INSPECT, Inspector } from "../inspector.ts";
import type { Plan } from "../options.ts";
import { parkedFolder } from "../parked-folder.ts";
import { canReadProcesses, cpuShare, residentBytes } from "../process-figures.ts";
import { call, type Server, startServer } from "../server.ts";
import type { Suite } from "../suite.ts";
import { decideAndWatch } from "../workflow-decisions.ts";
import { rmSync } from "node:fs";

interface Run {
  /** Resident memory of the server with nothing parked, and with all of them, bytes. */
  emptyBytes: number;
  parkedBytes: number;
  /** Percent of a core while nobody asks anything. */
  idle: number;
  /** From `kill -9` until the first decision's next step was performed, ms. */
  recoveryMs: number;
}

const MIB = 2 ** 20;

/** Very many workflows that wait: what they cost while nothing happens, and how soon work goes on after a crash. */
export const parked: Suite = {
  name: "parked",
  title: "Parked workflows",
  async measure(plan, say) {
    if (!canReadProcesses) throw new Error("The suite \"parked\" reads memory and processor time from /proc, which this system lacks.");
    const { count, idleMs } = plan.parked;
    const [empty, full] = [await parkedFolder(0, say), await parkedFolder(count, say)];
    const runs: Run[] = [];
    for (let run = 1; run <= plan.runs; run++) {
      say(`run ${run} of ${plan.runs}`);
      const none = await withCopy(empty, (dir) => idleServer(dir, plan));
      const all = await withCopy(full, (dir) => idleServer(dir, plan));
      const recoveryMs = await withCopy(full, recovery);
      runs.push({ emptyBytes: none.bytes, parkedBytes: all.bytes, idle: all.idle, recoveryMs });
    }
    say("parking some through the component");
    const perSecond = await parkThroughComponent(plan.parked.parkNow);
    return {
      lines: linesOf(runs, perSecond, plan),
      method: `Runs: ${plan.runs}, each on a copy of a folder with ${count.toLocaleString("en")} parked workflows, watched for ${idleMs / 1000} s`,
      samples: { runs, perSecond },
    };
  },
};

/** Starts a server, has it work a little, lets it settle and collects its garbage: memory then, and its work while idle. */
async function idleServer(dir: string, { parked: { idleMs, settleMs } }: Plan): Promise<{ bytes: number; idle: number }> {
  return withServer(
    dir,
    async (server) => {
      await call(server.url, "mutation", "flow:park", { from: 1_000_000, count: 1 });
      await withClients(server, (deciding, watching) => decideAndWatch(deciding, watching, 1_000_000, true));
      await new Promise((done) => setTimeout(done, settleMs));
      const inspector = await Inspector.of(server);
      await inspector.collectGarbage();
      inspector.close();
      await new Promise((done) => setTimeout(done, 1_000));
      const bytes = residentBytes(server.pid);
      return { bytes, idle: await cpuShare(server.pid, idleMs) };
    },
    [INSPECT],
  );
}

/** Kills a server while it works, starts it again, and decides one of the parked workflows. */
async function recovery(dir: string): Promise<number> {
  const before = await startServer(dir);
  await withClients(before, (deciding, watching) => decideAndWatch(deciding, watching, 1, true));
  await before.kill();
  const from = performance.now();
  const after = await startServer(dir);
  try {
    return await withClients(after, async (deciding, watching) => {
      await decideAndWatch(deciding, watching, 2, true);
      return performance.now() - from;
    });
  } finally {
    await after.stop();
  }
}

async function withClients<T>({ url }: Server, use: (deciding: ConvexClient, watching: ConvexClient) => Promise<T>): Promise<T> {
  const clients = [0, 1].map(() => new ConvexClient(url, { logger: false })) as [ConvexClient, ConvexClient];
  try {
    return await use(...clients);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** Workflows per second that the component itself parks, several in one mutation. */
async function parkThroughComponent(count: number): Promise<number> {
  const dir = newFolder();
  try {
    return await withServer(dir, async (server) => {
      await push("flow", server);
      await call(server.url, "mutation", "flow:park", { from: 0, count: 2 });
      const from = performance.now();
      for (let n = 0; n < count; n += 10) await call(server.url, "mutation", "flow:park", { from: 2 + n, count: Math.min(10, count - n) });
      return (count / (performance.now() - from)) * 1000;
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function linesOf(runs: Run[], perSecond: number, { parked: { count, idleMs, settleMs } }: Plan): Line[] {
  const many = count.toLocaleString("en");
  const more = values("MB", runs.map(({ emptyBytes, parkedBytes }) => (parkedBytes - emptyBytes) / MIB));
  const idle = values("% of a core", runs.map((run) => run.idle));
  const recovered = values("s", runs.map(({ recoveryMs }) => recoveryMs / 1000));
  const empty = Math.round(values("MB", runs.map(({ emptyBytes }) => emptyBytes / MIB)).value);
  return [
    {
      name: `Memory of ${many} parked workflows`,
      here: more,
      floor: null,
      target: atMost("≤ 150 MB more", 150, more.value),
      includes:
        `resident memory of a server that was started on them and has decided one, ${settleMs / 1000} s later and after a garbage collection, over that of the ` +
        `same server with none (${empty} MB); each waits for an event, with its documents in the component's tables`,
    },
    {
      name: `Idle with ${many} parked workflows`,
      here: idle,
      floor: null,
      target: atMost("≤ 0.5 % of a core", 0.5, idle.value),
      includes: `processor time of all the server's threads over ${idleMs / 1000} s in which nobody asks anything`,
    },
    {
      name: `kill -9 with ${many} parked, to first decision done`,
      here: recovered,
      floor: null,
      target: atMost("≤ 1 s", 1, recovered.value),
      includes:
        "from the end of the killed process: the new one's start, two clients connecting, the event sent, the workflow resumed and its next step seen by the other client",
    },
    {
      name: "Workflows parked per second",
      here: values("per second", [perSecond]),
      floor: null,
      target: null,
      includes: "started through the component in mutations of 10, one mutation at a time; the folders above hold copies of one such workflow's documents, written with ids of their own",
    },
  ];
}
