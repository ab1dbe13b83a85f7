import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { checkStore } from "../storage/check.ts";
import { Store } from "../storage/store.ts";
import { pushSources } from "../testing.ts";
import { seededRandom } from "../values/random-value.ts";
import { ledgerApp } from "./ledger-app.ts";
import { contradictions, rowKey } from "./ledger.ts";
import { startLoad } from "./load.ts";
import { KEY, portsOf, type ServerProcess, startServer } from "./server-process.ts";

/** Longest time under load before a kill, ms, and how often a kill comes while the server is still starting. */
const MAX_LIFE_MS = 250;
const KILLED_WHILE_STARTING = 0.15;
const MAX_START_MS = 400;
/** How often a kill waits until sockets are connected again and answered. */
const AFTER_SOCKET_ANSWER = 0.7;
const SUM_OF_BALANCES = 8000;

export interface KillLoopResult {
  kills: number;
  /** Calls that were made, and those that were answered. */
  calls: number;
  answers: number;
  socketAnswers: number;
  /** Whatever is wrong, as sentences; none when all is well. */
  problems: string[];
  /** Milliseconds that each start took to be ready. */
  startsMs: number[];
}

/**
 * Kills a server under load `kills` times at random moments, starts it again on the same folder, and then compares what is
 * stored with what the clients know (SPEC D6). `checkEvery`: after every so many kills the whole data is looked through
 * as the kill left it. `dir` must not exist.
 */
export async function killLoop(o: { dir: string; kills: number; seed: number; checkEvery: number; sockets?: number }): Promise<KillLoopResult> {
  const random = seededRandom(o.seed);
  const data = join(o.dir, "data");
  const problems: string[] = [];
  const startsMs: number[] = [];
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  let server: ServerProcess = startServer(data);
  try {
    const origins = await server.ready;
    const ports = portsOf(origins);
    await pushSources({ url: origins.url, adminKey: KEY }, ledgerApp);
    const http = new ConvexHttpClient(origins.url, { logger: false });
    await http.mutation(ref<"mutation">("ledger:open"), {});
    const load = startLoad(origins.url, o.sockets ?? 4, random);

    let started = performance.now();
    for (let kill = 1; kill <= o.kills; kill++) {
      if (random() < KILLED_WHILE_STARTING) await wait(random() * MAX_START_MS);
      else {
        // At least one answer from this life, so that every kill falls into work.
        const of = random() < AFTER_SOCKET_ANSWER ? () => load.socketAnswers : () => load.answers;
        const before = of();
        await server.ready;
        startsMs.push(performance.now() - started);
        while (of() === before) await wait(5);
        await wait(random() * MAX_LIFE_MS);
      }
      server.child.kill("SIGKILL");
      await server.ended;
      if (kill % o.checkEvery === 0) problems.push(...problemsAsLeft(data, o.dir).map((p) => `after kill ${kill}: ${p}`));
      server = startServer(data, ports);
      started = performance.now();
    }

    await server.ready;
    await load.finish();
    const deadline = Date.now() + 60_000;
    while ((await http.query(ref<"query">("ledger:pendingJobs"), {})) !== 0) {
      if (Date.now() > deadline) {
        problems.push("scheduled functions are still pending 60 s after the last kill");
        break;
      }
      await wait(20);
    }
    server.child.kill("SIGTERM");
    await server.ended;
    const rows = readRows(data, problems);
    problems.push(...load.regressions, ...contradictions(load.calls, rows));
    if (server.errors().includes("StorageError")) problems.push(`the server reported: ${server.errors()}`);
    return { kills: o.kills, calls: load.calls.length, answers: load.answers, socketAnswers: load.socketAnswers, problems, startsMs };
  } finally {
    server.child.kill("SIGKILL");
  }
}

/** Looks through a copy of the data as it lies there, log included, so that the next start still finds it so. */
function problemsAsLeft(data: string, dir: string): string[] {
  const copy = join(dir, "copy");
  mkdirSync(copy, { recursive: true });
  for (const name of ["deployment.sqlite3", "deployment.sqlite3-wal", "newest-commit"]) {
    cpSync(join(data, name), join(copy, name), { force: true });
  }
  const store = new Store(copy);
  try {
    return checkStore(store);
  } finally {
    store.close();
    rmSync(copy, { recursive: true });
  }
}

/** Counts the rows of the ledger, and looks through the whole data. */
function readRows(data: string, problems: string[]): Map<string, number> {
  const store = new Store(data);
  try {
    problems.push(...checkStore(store));
    const rows = new Map<string, number>();
    let balances = 0;
    for (const { json } of store.db.sql.prepare("SELECT json FROM docs").all()) {
      const doc = JSON.parse(json as string) as { kind?: string; call?: string; balance?: number };
      balances += doc.balance ?? 0;
      if (doc.kind === undefined || doc.call === undefined) continue;
      const key = rowKey(doc.kind, doc.call);
      rows.set(key, (rows.get(key) ?? 0) + 1);
    }
    if (balances !== SUM_OF_BALANCES) problems.push(`the balances sum up to ${balances} instead of ${SUM_OF_BALANCES}`);
    return rows;
  } finally {
    store.close();
  }
}
