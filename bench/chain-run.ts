import { cpSync, rmSync } from "node:fs";
import { api } from "../convex/_generated/api.js";
import { newFolder, withCopy } from "./apps.ts";
import { withStore } from "./copies.ts";
import { manyAtOnce } from "./decisions.ts";
import type { Plan } from "./options.ts";
import { signIn } from "./people.ts";
import type { OpenTask } from "./prepare.ts";
import { cpuSeconds } from "./process-figures.ts";
import { startServer } from "./server.ts";
import { pushDesk, type Writing } from "./unchained.ts";

/** Decisions on one desk. Processor time is the server's, for each decision, until it has nothing left to do. */
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
const STEP_MS = 300;
/** Steps without work after which a server has nothing left to do. */
const STEPS = 4;
/** What an idle server needs in a step at most, seconds: one tick of the clock that /proc counts in. */
const IDLE_S = 0.011;
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

/** Decides on a copy of that desk: some to warm up, many at once, then one after another. */
export async function measureChain(dir: string, tasks: readonly OpenTask[], { chain, inFlight }: Plan): Promise<ChainRun> {
  return await withCopy(dir, async (copy) => {
    const server = await startServer(copy);
    try {
      const cast = await signIn(server.url);
      const left = [...tasks];
      const take = (count: number) => left.splice(0, count);
      await manyAtOnce(cast.reviewer, take(chain.warmUp), inFlight);
      const many = take(chain.burst);
      const { cpuMs, result } = await withCpu(server.pid, many.length, () => manyAtOnce(cast.reviewer, many, inFlight));
      const alone = take(chain.oneAtATime);
      const one = await withCpu(server.pid, alone.length, async () => {
        const client = await cast.reviewer.connect();
        const answerMs: number[] = [];
        for (const { names } of alone) {
          const from = performance.now();
          await client.mutation(api.decisions.decide, { ...names, verdict: { kind: "approve" } });
          answerMs.push(performance.now() - from);
        }
        await client.close();
        return answerMs;
      });
      return { perSecond: result.perSecond, cpuMs, answerMs: one.result, cpuAloneMs: one.cpuMs };
    } finally {
      await server.kill();
    }
  });
}

/** Processor time of the server for each decision, until it has nothing left to do. */
async function withCpu<T>(pid: number, decisions: number, decide: () => Promise<T>): Promise<{ cpuMs: number; result: T }> {
  const before = await idleSince(pid);
  const result = await decide();
  return { cpuMs: (((await idleSince(pid)) - before) / decisions) * 1000, result };
}

/** Waits until a process has nothing left to do. Answers the processor time that it has used, seconds. */
async function idleSince(pid: number): Promise<number> {
  const until = performance.now() + GIVE_UP_MS;
  for (let [steps, used] = [0, cpuSeconds(pid)]; steps < STEPS; ) {
    if (performance.now() > until) throw new Error("The server did not come to rest.");
    await new Promise((done) => setTimeout(done, STEP_MS));
    const now = cpuSeconds(pid);
    steps = now - used <= IDLE_S ? steps + 1 : 0;
    used = now;
  }
  return cpuSeconds(pid);
}

/** Removes what `deskThatWrites` made. */
export function removeDesk(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}
