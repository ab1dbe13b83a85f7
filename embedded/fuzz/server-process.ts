import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pushSources, type Sources } from "../testing.ts";

/** For tests: the server as a process of its own, as an operator runs it, so that its end and its memory can be seen. */

const main = fileURLToPath(new URL("../main.ts", import.meta.url));
const KEY = "convex-self-hosted|0123456789abcdef";
/** As in the scripts of package.json. */
const HEAP = "--max-old-space-size=768";

export interface ServerProcess {
  url: string;
  siteUrl: string;
  adminKey: string;
  dataDir: string;
  child: ChildProcess;
  /** Whether the process is still there. */
  isAlive(): boolean;
  /** Everything it wrote to standard error. */
  log(): string;
  /** Memory of the process now, bytes. */
  rss(): number;
  /** Time of the server's thread so far, ms: on a processor, and waiting for one because others had it. */
  mainThread(): { cpuMs: number; waitMs: number };
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

/** Starts the server on ports of the system's choice, in a new folder, and pushes `sources`. */
export async function startServer(sources: Sources, args: string[] = []): Promise<ServerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), "embedded-"));
  const command = [HEAP, main, "--data", dataDir, "--port", "0", "--admin-key", KEY, ...args];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text: Buffer) => (log += text.toString()));
  const exit = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (text: Buffer) => {
      out += text.toString();
      if (out.includes("\n")) resolve(out);
    });
    child.on("close", () => reject(new Error(`The server ended: ${log}`)));
  });
  const [, url = "", siteUrl = ""] = /^Deployment at (\S+), HTTP actions at (\S+),/.exec(line) ?? [];
  const proc = (path: string) => readFileSync(`/proc/${child.pid}/${path}`, "utf8");
  await pushSources({ url, adminKey: KEY }, sources);
  return {
    url,
    siteUrl,
    adminKey: KEY,
    dataDir,
    child,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log: () => log,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(proc("status"))?.[1]) * 1024,
    mainThread() {
      const [cpu = 0, wait = 0] = proc(`task/${child.pid}/schedstat`).split(" ").map(Number);
      return { cpuMs: cpu / 1e6, waitMs: wait / 1e6 };
    },
    async end() {
      child.kill("SIGKILL");
      await exit;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls a public function over HTTP: the parsed answer, with its status. */
export async function call(
  { url }: Pick<ServerProcess, "url">,
  kind: "query" | "mutation" | "action",
  path: string,
  args: object = {},
): Promise<{ http: number; status?: string; value?: unknown; errorMessage?: string; code?: string; message?: string }> {
  const answer = await fetch(`${url}/api/${kind}`, { method: "POST", body: JSON.stringify({ path, args }) });
  return { http: answer.status, ...((await answer.json()) as object) };
}
