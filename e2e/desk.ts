import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const projectDir = resolve(import.meta.dirname, "..");
const firstStartMs = 120_000;
/** Short, so that a test waits for what it is about and not for the time to undo, or for somebody to read along. */
const quick = { UNDO_WINDOW_MS: "300", TEMPLATE_DELAY_MS: "0" };

/** What `npm start` gives Node before the script, so that a desk under test has the same memory as a person's. */
const { scripts } = JSON.parse(readFileSync(join(projectDir, "package.json"), "utf8")) as { scripts: { start: string } };
const nodeFlags = scripts.start.split(" ").filter((word) => word.startsWith("--"));

/** A running `npm start`, as a person has it in a terminal. */
export interface Desk {
  url: string;
  port: number;
  dataDir: string;
  /** All it printed so far. */
  output(): string;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** `kill -9`, then waits until the process is gone. */
  kill(): Promise<void>;
}

export interface DeskOptions {
  /** The data folder; a new empty one when absent. */
  dataDir?: string;
  /** The dashboard's port; three free ones in a row are found when absent. */
  port?: number;
  args?: string[];
  env?: Record<string, string>;
}

/** Starts a desk and waits for its address. Fails with all it printed when it ends before. */
export async function startDesk(options: DeskOptions = {}): Promise<Desk> {
  const dataDir = options.dataDir ?? emptyFolder();
  const port = options.port ?? (await threeFreePorts());
  const started = spawnDesk(["--port", String(port), "--data", dataDir, ...(options.args ?? [])], options.env);
  const url = await started.waitFor(/Open (http:\/\/\S+)/, firstStartMs);
  return {
    url,
    port,
    dataDir,
    output: started.output,
    stop: () => started.end("SIGINT"),
    kill: async () => void (await started.end("SIGKILL")),
  };
}

/** Runs `npm start`'s script to its end, for the starts that must fail; resolves with exit code and output. */
export async function tryStart(args: string[], env?: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const started = spawnDesk(args, env);
  const code = await started.exit;
  return { code, output: started.output() };
}

function spawnDesk(args: string[], env: Record<string, string> = {}) {
  const own: NodeJS.ProcessEnv = { ...process.env, ...quick, ...env };
  for (const name of ["OPENAI_API_KEY", "CONVEX_DEPLOYMENT", "CONVEX_DEPLOY_KEY", "CONVEX_SELF_HOSTED_URL", "CONVEX_SELF_HOSTED_ADMIN_KEY"]) {
    if (!(name in env)) delete own[name];
  }
  const child: ChildProcess = spawn(process.execPath, [...nodeFlags, join(projectDir, "scripts/start.mjs"), ...args], { cwd: projectDir, env: own });
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const exit = new Promise<number | null>((done) => child.once("exit", done));
  return {
    exit,
    output: () => text,
    end: (signal: NodeJS.Signals) => {
      child.kill(signal);
      return exit;
    },
    waitFor: async (pattern: RegExp, timeoutMs: number): Promise<string> => {
      const until = Date.now() + timeoutMs;
      for (;;) {
        const found = text.match(pattern);
        if (found?.[1]) return found[1];
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The desk ended before it was ready:\n${text}`);
        if (Date.now() > until) {
          child.kill("SIGKILL");
          throw new Error(`The desk was not ready after ${timeoutMs} ms:\n${text}`);
        }
        await new Promise((r) => setTimeout(r, 20));
      }
    },
  };
}

/** A new empty folder below the system's folder for temporary files. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "countersign-"));
}

/** A copy of a data folder that a desk was set up in and then stopped. */
export function copyOf(dataDir: string): string {
  const copy = emptyFolder();
  cpSync(dataDir, copy, { recursive: true });
  return copy;
}

/**
 * A port with the two above it free as well, at this moment. Below the ports that systems give to outgoing connections (from 32,768
 * on, IANA's from 49,152 on), of which tests open many: one of those could take it before the desk does.
 */
export async function threeFreePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    if ((await Promise.all([port, port + 1, port + 2].map(isFree))).every(Boolean)) return port;
  }
  throw new Error("No three free ports in a row were found in 50 attempts.");
}

/** Whether nobody listens on a port of this machine. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
  });
}
