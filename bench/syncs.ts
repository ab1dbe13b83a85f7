import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "./server.ts";

/** What reached the disk while something ran. */
export interface Syncs {
  /** Calls of `fsync` and `fdatasync` by any thread of the server. */
  calls: number;
  /** Commit groups by the server's own count. */
  groups: number;
  /** Transactions in them. */
  transactions: number;
}

/**
 * Counts the server's disk synchronisations while `work` runs, from outside, as the operating system sees them. Null when
 * there is no `strace` here or it may not attach to the process.
 */
export async function countSyncs(server: Server, work: () => Promise<unknown>): Promise<Syncs | null> {
  const strace = spawn("strace", ["-f", "-e", "trace=fsync,fdatasync", "-p", String(server.pid)], { stdio: ["ignore", "ignore", "pipe"] });
  let trace = "";
  let isAttached: (attached: boolean) => void;
  const attached = new Promise<boolean>((done) => (isAttached = done));
  strace.stderr.on("data", (text: Buffer) => {
    trace += text.toString();
    if (/Process \d+ attached/.test(trace)) isAttached(true);
  });
  strace.once("error", () => isAttached(false));
  strace.once("close", () => isAttached(false));
  if (!(await attached)) return null;
  const before = await groupsOf(server);
  await work();
  const after = await groupsOf(server);
  const gone = once(strace, "close");
  strace.kill("SIGINT");
  await gone;
  // A call that another thread's line interrupts is printed twice: unfinished, then resumed.
  if (after.groups === before.groups) throw new Error("The server counted no commit groups.");
  const calls = trace.split("\n").filter((line) => /\bf(data)?sync\(/.test(line)).length;
  return { calls, groups: after.groups - before.groups, transactions: after.transactions - before.transactions };
}

async function groupsOf({ url }: Server): Promise<{ groups: number; transactions: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string) => {
    // A server that has committed nothing since its start has no such line yet.
    return Number(new RegExp(`^deployment_commit_group_transactions_${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  };
  return { groups: read("count"), transactions: read("sum") };
}
