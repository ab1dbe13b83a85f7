import { cpSync, rmSync } from "node:fs";
import type { ConvexClient } from "convex/browser";
import { api } from "../convex/_generated/api.js";
import type { Id } from "../convex/_generated/dataModel.js";
import { newFolder, withCopy } from "./apps.ts";
import { burst } from "./burst.ts";
import { withStore } from "./copies.ts";
import { approveAll } from "./decisions.ts";
import type { Plan } from "./options.ts";
import { signIn } from "./people.ts";
import type { OpenTask } from "./prepare.ts";
import { mainThreadMs } from "./process-figures.ts";
import { type Server, startServer } from "./server.ts";
import { median } from "./statistics.ts";
import { pushDesk, type Writing } from "./unchained.ts";

/**
 * Decisions on one desk. Processor time is that of the server's own thread for each decision, until it has nothing left to do: of all blocks
 * the median, since the engine compiles and collects in bursts that belong to no decision.
 */
export interface ChainRun {
  perSecond: number;
  /** Many in flight, ms. */
  cpuMs: number;
  /** From sending to answer, one at a time, ms. */
  answerMs: number[];
  /** One at a time, ms. */
  cpuAloneMs: number;
}

/** Longer than a run: what a decision releases, hundreds of times its own work, falls into no measurement. */
const UNDO_WINDOW_MS = 3_600_000;
const STEP_MS = 100;
/** Steps without work after which a server has nothing left to do. */
const STEPS = 4;
/** What an idle server needs in a step at most, ms of processor time. */
const IDLE_MS = 1;
const GIVE_UP_MS = 120_000;

/**
 * A copy of a prepared desk whose functions write the history so; the caller removes it. Its decisions can be undone for an hour,
 * and it has no key to sign with: neither workflows nor the checkpoints of every minute, which belong to no decision, are measured.
 */
export async function deskThatWrites(dataDir: string, writing: Writing): Promise<string> {
  const dir = newFolder();
  cpSync(dataDir, dir, { recursive: true });
  withStore(dir, (store) => {
    store.begin();
    store.env.delete("AUDIT_SIGNING_KEY");
    store.env.set("UNDO_WINDOW_MS", String(UNDO_WINDOW_MS), Date.now());
    store.commit();
  });
  const server = await startServer(dir);
  try {
    await pushDesk(server, writing);
  } finally {
    await server.stop();
  }
  return dir;
}

/** A running desk, with what it has left to decide. */
interface RunningDesk {
  writing: Writing;
  server: Server;
  /** Connected before anything is measured. */
  clients: ConvexClient[];
  left: OpenTask[];
  many: Blocks;
  alone: Blocks;
}

/** What blocks of decisions have come to, per decision and in ms: processor time, time until the last answer, and each answer's. */
interface Blocks {
  cpuMs: number[];
  wallMs: number[];
  answerMs: number[];
}

/**
 * The same decisions on copies of both desks, which run at once: in blocks, now on the one, now on the other, so that what else
 * the machine does meets both.
 */
export async function measurePair(dirs: Dirs, tasks: readonly OpenTask[], { chain, inFlight }: Plan): Promise<Record<Writing, ChainRun>> {
  return await withCopy(dirs.chained, async (chained) =>
    withCopy(dirs.unchained, async (unchained) => {
      const desks: RunningDesk[] = [];
      try {
        for (const [writing, dir] of [["chained", chained], ["unchained", unchained]] as const) desks.push(await open(writing, dir, tasks, inFlight));
        for (const desk of desks) await comment(desk, tasks[0]!.requestId, chain.comments);
        for (const desk of desks) await block(desk, chain.warmUp, inFlight, nothing());
        for (let n = 0; n < BLOCKS; n++) for (const desk of inTurn(desks, n)) await block(desk, chain.burst / BLOCKS, inFlight, desk.many);
        for (const desk of desks) await block(desk, chain.warmUpAlone, 1, nothing());
        for (let n = 0; n < BLOCKS; n++) for (const desk of inTurn(desks, n)) await block(desk, chain.oneAtATime / BLOCKS, 1, desk.alone);
        return Object.fromEntries(desks.map((desk) => [desk.writing, runOf(desk)])) as Record<Writing, ChainRun>;
      } finally {
        for (const { clients, server } of desks) {
          await Promise.all(clients.map((client) => client.close()));
          await server.kill();
        }
      }
    }),
  );
}

/** Data folders that `deskThatWrites` made. */
export type Dirs = Record<Writing, string>;

/** Blocks in which decisions of a kind are made. */
const BLOCKS = 8;
const nothing = (): Blocks => ({ cpuMs: [], wallMs: [], answerMs: [] });
const inTurn = (desks: RunningDesk[], n: number) => (n % 2 === 0 ? desks : desks.toReversed());

async function open(writing: Writing, dir: string, tasks: readonly OpenTask[], inFlight: number): Promise<RunningDesk> {
  const server = await startServer(dir);
  const { reviewer } = await signIn(server.url);
  const clients = await Promise.all(Array.from({ length: inFlight }, () => reviewer.connect()));
  return { writing, server, clients, left: [...tasks], many: nothing(), alone: nothing() };
}

/**
 * Comments on a request, over all connections: a server that was just given its functions makes every call's scope anew until it has
 * looked through their code, some seconds after the first call, and its engine compiles for longer.
 */
async function comment({ clients }: RunningDesk, requestId: string, count: number): Promise<void> {
  await burst(clients, count, async (client, index) => {
    await client.mutation(api.decisions.comment, { requestId: requestId as Id<"requests">, text: `Thank you, number ${index}.` });
  });
}

/** Makes the next decisions over so many connections and notes what they cost. */
async function block(desk: RunningDesk, count: number, connections: number, { cpuMs, wallMs, answerMs }: Blocks): Promise<void> {
  const tasks = desk.left.splice(0, count);
  const { pid } = desk.server;
  // It has nothing left to do since the block before.
  const before = mainThreadMs(pid);
  const done = await approveAll(desk.clients.slice(0, connections), tasks);
  cpuMs.push(((await idleSince(pid)) - before) / tasks.length);
  wallMs.push(1000 / done.perSecond);
  answerMs.push(...done.answerMs);
}

function runOf({ many, alone }: RunningDesk): ChainRun {
  return {
    perSecond: 1000 / median(many.wallMs),
    cpuMs: median(many.cpuMs),
    answerMs: alone.answerMs,
    cpuAloneMs: median(alone.cpuMs),
  };
}

/** Waits until a process has nothing left to do. Answers the processor time that its first thread has used, ms. */
async function idleSince(pid: number): Promise<number> {
  const until = performance.now() + GIVE_UP_MS;
  let used = mainThreadMs(pid);
  for (let steps = 0; steps < STEPS; ) {
    if (performance.now() > until) throw new Error("The server did not come to rest.");
    await new Promise((done) => setTimeout(done, STEP_MS));
    const now = mainThreadMs(pid);
    steps = now - used <= IDLE_MS ? steps + 1 : 0;
    used = now;
  }
  return used;
}

/** Removes what `deskThatWrites` made. */
export function removeDesk(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
