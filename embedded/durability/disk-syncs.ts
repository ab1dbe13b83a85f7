import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConvexClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { WebSocket } from "ws";
import { pushSources } from "../testing.ts";
import { KEY, startServer } from "./server-process.ts";

/** Counts the disk synchronisations of a server as the system sees them: every call of fsync and fdatasync, by `strace`. */

export interface SyncCounts {
  /** Mutations that were acknowledged, and the COMMITs they shared. */
  mutations: number;
  groups: number;
  /** Synchronisations of the write-ahead log, of the data file (checkpoints), and of everything else. */
  log: number;
  data: number;
  other: number;
  /** Mutations per second. They are slowed by being watched. */
  perSecond: number;
}

/** Whether this machine has what it takes. */
export function canCountSyncs(): boolean {
  return spawnSync("strace", ["-V"]).status === 0 && spawnSync("strace", ["-qq", "-e", "trace=none", "true"]).status === 0;
}

/**
 * Sends `mutations` one-document mutations to a fresh server, `inFlight` at a time over one WebSocket, and counts what the
 * disk was asked to do for them. Each row has `bytes` of text.
 */
export async function countSyncs(o: { mutations: number; inFlight: number; bytes?: number }): Promise<SyncCounts> {
  const dir = mkdtempSync(join(tmpdir(), "syncs-"));
  const trace = join(dir, "trace");
  const text = "x".repeat(o.bytes ?? 100);
  const strace = ["strace", "-D", "-f", "-qq", "--seccomp-bpf", "-y", "-e", "trace=fsync,fdatasync", "-e", "signal=none", "-o", trace];
  const server = startServer(join(dir, "data"), [0, 0], strace);
  try {
    const { url } = await server.ready;
    await pushSources({ url, adminKey: KEY }, {
      "m.ts": `import { mutationGeneric } from "convex/server"; export const add = mutationGeneric({ handler: (ctx, { text }) => ctx.db.insert("rows", { text }) });`,
    });
    const logger = { logVerbose() {}, log() {}, warn() {}, error() {} };
    const client = new ConvexClient(url, { logger, webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket });
    const add = () => client.mutation(ref<"mutation">("m:add"), { text });
    for (let i = 0; i < 20; i++) await add();

    const before = { syncs: readSyncs(trace), groups: await groupsOf(url) };
    const started = performance.now();
    let left = o.mutations;
    const lane = async (): Promise<void> => {
      while (left-- > 0) await add();
    };
    await Promise.all(Array.from({ length: o.inFlight }, lane));
    const seconds = (performance.now() - started) / 1000;
    const after = { syncs: readSyncs(trace), groups: await groupsOf(url) };
    await client.close();
    const count = (kind: keyof Syncs): number => after.syncs[kind] - before.syncs[kind];
    return {
      mutations: o.mutations,
      groups: after.groups - before.groups,
      log: count("log"),
      data: count("data"),
      other: count("other"),
      perSecond: Math.round(o.mutations / seconds),
    };
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Syncs {
  log: number;
  data: number;
  other: number;
}

function readSyncs(trace: string): Syncs {
  const counts: Syncs = { log: 0, data: 0, other: 0 };
  for (const line of readFileSync(trace, "utf8").split("\n")) {
    const [, file] = /\bf(?:data)?sync\(\d+<(.*?)>/.exec(line) ?? [];
    if (file === undefined) continue;
    counts[file.endsWith("deployment.sqlite3-wal") ? "log" : file.endsWith("deployment.sqlite3") ? "data" : "other"] += 1;
  }
  return counts;
}

/** COMMITs that wrote something, from the server's own figures. */
async function groupsOf(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Convex ${KEY}` } });
  const [, count] = /^deployment_commit_group_transactions_count (\d+)/m.exec(await answer.text()) ?? [];
  if (count === undefined) throw new Error("The server's metrics do not tell the number of commits.");
  return Number(count);
}
