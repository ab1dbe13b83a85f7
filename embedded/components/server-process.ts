/** For tests: the server as a process of its own, with an environment of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Target } from "./pushed-app.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
const ADMIN_KEY = "fixture|0123456789abcdef";

export interface ServerProcess extends Target {
  /** Ends the process without warning and starts it on the same folder and ports. */
  killAndStart(): Promise<void>;
}

/** Starts the server on `dataDir`, on ports of the system's choice; `env` is added to the environment. */
export async function serverProcess(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const start = async (ports: readonly string[]) => {
    const args = ["--port", ports[0]!, "--site-port", ports[1]!, "--admin-key", ADMIN_KEY, "--log-level", "error"];
    const child = spawn(process.execPath, [MAIN, "--data", dataDir, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    for await (const line of createInterface(child.stdout)) {
      const [url, siteUrl] = line.match(/http:\/\/[\d.]+:\d+/g) ?? [];
      if (url !== undefined && siteUrl !== undefined) return { child, url, siteUrl };
    }
    throw new Error("The server ended before it was ready.");
  };
  let { child, url, siteUrl } = await start(["0", "0"]);
  return {
    url,
    siteUrl,
    adminKey: ADMIN_KEY,
    async killAndStart() {
      await end(child, "SIGKILL");
      ({ child } = await start([url, siteUrl].map((address) => new URL(address).port)));
    },
    close: () => end(child, "SIGTERM"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
