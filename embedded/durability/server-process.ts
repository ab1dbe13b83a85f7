import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** For trials: the embedded server as a process of its own, to be killed. */

const MAIN = join(import.meta.dirname, "..", "main.ts");
/** Switches the cache of compiled files on before `main.ts` is loaded. */
const CACHE = new URL("../compile-cache.mjs", import.meta.url).href;
/** The admin key of every trial. */
export const KEY = "trial|0123456789abcdef";

export interface ServerProcess {
  child: ChildProcess;
  /** Resolves with the addresses when the server says that it is ready; rejects with what it printed when it ends before. */
  ready: Promise<{ url: string; siteUrl: string }>;
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** What it printed to standard error so far. */
  errors(): string;
}

/**
 * Starts the server on `dir`. `ports` are those of the API and of the HTTP actions; the system chooses when absent. `under`
 * is a command that runs the server, with its arguments.
 */
export function startServer(dir: string, ports: readonly [number, number] = [0, 0], under: readonly string[] = []): ServerProcess {
  const [port, sitePort] = ports.map(String);
  const command = [...under, process.execPath, "--import", CACHE, MAIN, "--data", dir, "--port", port!, "--site-port", sitePort!, "--admin-key", KEY];
  const child = spawn(command[0]!, command.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stderr.on("data", (text: Buffer) => (err += text.toString()));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => child.on("close", (code, signal) => resolve(signal ?? code ?? -1)));
  const ready = new Promise<{ url: string; siteUrl: string }>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => {
      out += text.toString();
      const [, url, siteUrl] = /(http:\/\/\S+\d)[\s\S]*?(http:\/\/\S+\d)[\s\S]*\n/.exec(out) ?? [];
      if (url !== undefined && siteUrl !== undefined) resolve({ url, siteUrl });
    });
    void ended.then((how) => reject(new Error(`The server ended (${how}) before it was ready: ${err || out}`)));
  });
  ready.catch(() => undefined);
  return { child, ready, ended, errors: () => err };
}

/** The ports of addresses, for the next start. */
export function portsOf({ url, siteUrl }: { url: string; siteUrl: string }): [number, number] {
  return [Number(new URL(url).port), Number(new URL(siteUrl).port)];
}
