import { rmSync } from "node:fs";
import { ConvexClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { canCountSyncs, countSyncs, type SyncCounts } from "../../embedded/durability/disk-syncs.ts";
import { newFolder, push, withServer } from "../apps.ts";
import { type Burst, burst } from "../burst.ts";
import { atLeast, type Line, times, values } from "../figures.ts";
import { type FloorRun, measureFloor } from "../floor.ts";
import type { Plan } from "../options.ts";
import { cpuSeconds } from "../process-figures.ts";
import { RawCaller } from "../raw-caller.ts";
import type { Server } from "../server.ts";
import type { Suite } from "../suite.ts";

interface Run {
  answerMs: number[];
  /** Until the client shows the mutation in its own query results too. */
  real: LoadedBurst;
  raw: LoadedBurst;
}

/** A burst, and how much of a core this process and the server used meanwhile (0 to 1 and more). */
interface LoadedBurst extends Burst {
  clientLoad: number;
  serverLoad: number;
}

const add = makeFunctionReference<"mutation">("notes:add");

/** Mutations that insert one document, over WebSocket, on disk before they are answered. */
export const mutations: Suite = {
  name: "mutations",
  title: "One-document mutations",
  async measure(plan, say) {
    const runs: Run[] = [];
    const floor: FloorRun[] = [];
    const dir = newFolder();
    const syncs: SyncCounts[] = [];
    try {
      await withServer(dir, (server) => push("plain", server));
      for (let run = 1; run <= plan.runs; run++) {
        say(`run ${run} of ${plan.runs}`);
        floor.push(await measureFloor({ ...plan.floor, inFlight: plan.inFlight }));
        runs.push(await withServer(dir, (server) => measureOnce(server, plan)));
      }
      if (canCountSyncs()) {
        say("counting disk synchronisations");
        for (const inFlight of [1, plan.inFlight]) syncs.push(await countSyncs({ mutations: plan.mutations.watched, inFlight }));
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    const { oneAtATime, burst: total } = plan.mutations;
    return {
      lines: linesOf(runs, floor, syncs),
      method: `Runs: ${plan.runs}, each with ${oneAtATime} one at a time and twice ${total} with ${plan.inFlight} in flight`,
      samples: { runs: runs.map(({ real, raw }) => ({ real: summary(real), raw: summary(raw) })), syncs },
    };
  },
};

async function measureOnce(server: Server, plan: Plan): Promise<Run> {
  await rawBurst(server, plan, plan.mutations.warmUp);
  const clients = Array.from({ length: plan.inFlight }, () => new ConvexClient(server.url, { logger: false }));
  const call = (client: ConvexClient, n: number) => client.mutation(add, { topic: "real", n }).then(() => undefined);
  await Promise.all(clients.map((client) => call(client, -1)));
  const answerMs: number[] = [];
  for (let n = 0; n < plan.mutations.oneAtATime; n++) {
    const from = performance.now();
    await call(clients[0]!, n);
    answerMs.push(performance.now() - from);
  }
  const real = await loaded(server, () => burst(clients, plan.mutations.burst, call));
  await Promise.all(clients.map((client) => client.close()));
  const raw = await rawBurst(server, plan, plan.mutations.burst);
  return { answerMs, real, raw };
}

async function rawBurst(server: Server, plan: Plan, total: number): Promise<LoadedBurst> {
  const callers = await Promise.all(Array.from({ length: plan.inFlight }, () => RawCaller.connect(server.url)));
  const done = await loaded(server, () => burst(callers, total, (caller, n) => caller.mutation("notes:add", { topic: "raw", n })));
  for (const caller of callers) caller.close();
  return done;
}

async function loaded(server: Server, work: () => Promise<Burst>): Promise<LoadedBurst> {
  const [from, own, theirs] = [performance.now(), process.cpuUsage(), cpuSeconds(server.pid)];
  const done = await work();
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(own);
  return { ...done, clientLoad: (user + system) / 1e6 / seconds, serverLoad: (cpuSeconds(server.pid) - theirs) / seconds };
}

function summary({ perSecond, clientLoad, serverLoad }: LoadedBurst) {
  return { perSecond, clientLoad, serverLoad };
}

function linesOf(runs: Run[], floor: FloorRun[], syncs: SyncCounts[]): Line[] {
  const perSecond = (kind: "real" | "raw") => values("per second", runs.map((run) => run[kind].perSecond));
  const load = (kind: "real" | "raw") => {
    const share = (of: "clientLoad" | "serverLoad") => `${Math.round(values("times", runs.map((run) => run[kind][of])).value * 100)} %`;
    return `the measuring process used ${share("clientLoad")} of a core, the server ${share("serverLoad")}`;
  };
  const raw = perSecond("raw");
  const floorBurst = values("per second", floor.map((run) => run.burst.perSecond));
  return [
    {
      name: "Mutation, one at a time",
      here: times(runs.map((run) => run.answerMs)),
      floor: times(floor.map((run) => run.answerMs)),
      target: null,
      includes: "the real `ConvexClient` over WebSocket, arguments validated, one document with one index inserted, COMMIT with full synchronisation, answer and transition",
    },
    {
      name: "Mutations per second, 64 in flight",
      here: raw,
      floor: floorBurst,
      target: atLeast("2,000/s (10,000/s wanted)", 2_000, raw.value),
      includes: `the same over 64 connections with one call under way on each, from a client that only sends and receives frames; ${load("raw")}`,
    },
    {
      name: "Mutations per second, 64 real clients",
      here: perSecond("real"),
      floor: floorBurst,
      target: null,
      includes: `the same over 64 \`ConvexClient\`s in one process; ${load("real")}`,
    },
    {
      name: "Answer time, 64 in flight",
      here: times(runs.map((run) => run.raw.answerMs)),
      floor: times(floor.map((run) => run.burst.answerMs)),
      target: null,
      includes: "one mutation of the burst of frames from sending to answer",
    },
    ...syncs.map((counts, i) => syncsLine(counts, i === 0)),
  ];
}

function syncsLine({ mutations, groups, log, data, other }: SyncCounts, isAlone: boolean): Line {
  const each = mutations / groups;
  return {
    name: `Disk synchronisations per group, ${isAlone ? "one at a time" : "64 in flight"}`,
    here: values("per group", [(log + data + other) / groups]),
    floor: null,
    target: null,
    includes:
      `every \`fsync\` and \`fdatasync\` that the system saw from the server, over ${groups} groups of ${each.toFixed(1)} acknowledged mutations: ` +
      `${log} of the write-ahead log, ${data} of the data file (checkpoints), ${other} of other files; the server is slowed by being watched`,
  };
}
