import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pushSources } from "../testing.ts";

/** Check 24: many calls of all kinds on a server of its own process, and what its memory comes to. */

const main = join(dirname(import.meta.dirname), "main.ts");
const KEY = "convex-self-hosted|0123456789abcdef";
/** Calls under way together. */
const AT_ONCE = 8;

const app = {
  "calls.ts": `
    import { actionGeneric as action, queryGeneric as query, mutationGeneric as mutation } from "convex/server";
    let calls = 0;
    const waste = () => Array.from({ length: 1_000 }, (_, i) => ({ i, text: "x".repeat(100) })).length;
    export const read = query(async (ctx) => { waste(); return [(await ctx.db.query("rows").take(10)).length, ++calls]; });
    export const write = mutation(async (ctx, { n }) => { waste(); await ctx.db.insert("rows", { n }); return [1, ++calls]; });
    export const fail = mutation(async () => { throw new Error("as planned"); });
    export const act = action(async (ctx, { n }) => {
      setTimeout(() => { throw new Error("after the end"); }, 60_000);
      globalThis.addEventListener?.("error", () => undefined);
      await ctx.runMutation("calls:write", { n });
      return [1, ++calls];
    });
  `,
};

export interface Finding {
  /** MiB after the first tenth of the calls, and after all. */
  early: number;
  late: number;
  /** What module state the calls found; 1 for a fresh module. */
  counts: Set<unknown>;
  /** Standard error of the server. */
  said: string;
}

/** Makes `count` calls: a tenth actions, a tenth failing, the rest reads and writes. */
export async function invoke(count: number): Promise<Finding> {
  const dataDir = mkdtempSync(join(tmpdir(), "embedded-invocations-"));
  const args = ["--max-old-space-size=768", main, "--data", dataDir, "--port", "0", "--site-port", "0", "--admin-key", KEY];
  const child = spawn(process.execPath, args);
  try {
    let said = "";
    child.stderr.on("data", (piece: Buffer) => (said += piece.toString()));
    let out = "";
    child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
    let url: string | undefined;
    for (let i = 0; url === undefined; i += 1) {
      if (i > 1_000) throw new Error(`The server does not start: ${out}${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      url = /http:\/\/127\.0\.0\.1:\d+/.exec(out + said)?.[0];
    }
    await pushSources({ url, adminKey: KEY }, app);
    const counts = new Set<unknown>();
    const call = async (n: number) => {
      const [kind, name] = (
        [
          ["action", "act"],
          ["mutation", "fail"],
        ] as const
      )[n % 10] ?? (n % 2 === 0 ? ["query", "read"] : ["mutation", "write"]);
      const body = JSON.stringify({ path: `calls:${name}`, args: name === "read" ? {} : { n } });
      const answer = (await (await fetch(`${url}/api/${kind}`, { method: "POST", body })).json()) as { value?: [number, number]; errorMessage?: string };
      if (name === "fail") return;
      counts.add(answer.value?.[1] ?? answer.errorMessage);
    };
    let next = 0;
    const upTo = async (end: number) => {
      const worker = async () => {
        while (next < end) await call(next++);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    };
    await upTo(count / 10);
    const early = residentMb(child.pid!);
    await upTo(count);
    return { early, late: residentMb(child.pid!), counts, said };
  } finally {
    child.kill("SIGKILL");
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function residentMb(pid: number): number {
  const [, kib = ""] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
