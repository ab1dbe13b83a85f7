import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const projectDir = resolve(import.meta.dirname, "..");
const main = join(projectDir, "embedded/main.ts");
/** What `npm run embedded` gives Node before the script, so that the measured server has the same memory as a person's. */
const { scripts } = JSON.parse(readFileSync(join(projectDir, "package.json"), "utf8")) as { scripts: { embedded: string } };
const nodeFlags = scripts.embedded.split(" ").slice(1, -1);
const STOP_LIMIT_MS = 15_000;

/** The admin key of every measured server. */
export const KEY = "bench|0123456789abcdef";

/** The bare embedded server as a process of its own. */
export interface Server {
  url: string;
  pid: number;
  dataDir: string;
  /** What it printed to standard error so far, the address of an inspector among it. */
  errors(): string;
  /** SIGTERM, as an operator stops it; `kill -9` when it does not end. Resolves when it is gone. */
  stop(): Promise<void>;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
}

/**
 * Starts the server on a folder and waits until it says where it listens: on `port` and the one after it, or on ports of the
 * system's choice for 0. `flags` are further ones for Node. Rejects with what it printed when it ends before.
 */
export async function startServer(dataDir: string, flags: string[] = [], port = 0): Promise<Server> {
  const ports = ["--port", String(port), "--site-port", String(port === 0 ? 0 : port + 1)];
  const options = ["--data", dataDir, ...ports, "--admin-key", KEY, "--log-format", "text"];
  const child = spawn(process.execPath, [...nodeFlags, ...flags, main, ...options], { cwd: projectDir, stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  let isEnding = false;
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  const url = await addressOf(child, () => errors);
  child.once("close", (code, signal) => {
    if (!isEnding) console.error(`The server ended by itself (${signal ?? code}):\n${errors}`);
  });
  const end = async (signal: NodeJS.Signals) => {
    isEnding = true;
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await gone;
    clearTimeout(timer);
  };
  return { url, pid: child.pid!, dataDir, errors: () => errors, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

function addressOf(child: ChildProcess, errors: () => string): Promise<string> {
  let out = "";
  return new Promise((done, fail) => {
    child.stdout?.on("data", (text: Buffer) => {
      out += text.toString();
      const url = /Deployment at (http:\/\/[^\s,]+),.*\n/.exec(out)?.[1];
      if (url !== undefined) done(url);
    });
    child.once("close", (code, signal) => fail(new Error(`The server ended (${signal ?? code}) before it was ready:\n${out}${errors()}`)));
  });
}

/** Calls a public function over HTTP: its value. Rejects with its error's text. */
export async function call(url: string, kind: "query" | "mutation", path: string, args: object): Promise<unknown> {
  const response = await fetch(`${url}/api/${kind}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ path, args }),
  });
  const answer = (await response.json()) as { status?: string; value?: unknown; errorMessage?: string; message?: string };
  if (answer.status !== "success") throw new Error(`${path}: ${answer.errorMessage ?? answer.message}`);
  return answer.value;
}
