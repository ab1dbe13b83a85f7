import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { KEY, projectDir, type Server, startServer } from "./server.ts";

const cli = join(projectDir, "node_modules/convex/bin/main.js");

export type App = "plain" | "flow";

/** Pushes an app of `bench/apps` with the real command line. */
export async function push(app: App, { url }: Pick<Server, "url">): Promise<void> {
  const cwd = join(import.meta.dirname, "apps", app);
  const env: NodeJS.ProcessEnv = { ...process.env, CONVEX_SELF_HOSTED_URL: url, CONVEX_SELF_HOSTED_ADMIN_KEY: KEY, CI: "1", NO_PROXY: "127.0.0.1" };
  for (const name of ["CONVEX_DEPLOYMENT", "CONVEX_DEPLOY_KEY"]) delete env[name];
  await promisify(execFile)(process.execPath, [cli, "deploy", "--typecheck", "disable", "--codegen", "disable"], { cwd, env });
}

/** A new folder below the system's one for temporary files; the caller removes it. */
export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "countersign-bench-"));
}

/**
 * A stopped server's data folder with an app pushed and `fill` done, made once per machine, code and `name`, and kept
 * below the system's folder for temporary files. Use it through `withCopy`, or leave it as it is.
 */
export async function keptFolder(app: App, name: string, fill: (dataDir: string) => Promise<void>): Promise<string> {
  const dir = join(tmpdir(), `countersign-bench-kept-${userInfo().username}`, `${name}-${fingerprint(app)}`);
  if (existsSync(dir)) return dir;
  mkdirSync(dirname(dir), { recursive: true });
  const unfinished = `${dir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const server = await startServer(unfinished);
  await push(app, server);
  await server.stop();
  await fill(unfinished);
  renameSync(unfinished, dir);
  return dir;
}

/** Runs `use` on a copy of a folder, which is removed afterwards. */
export async function withCopy<T>(dir: string, use: (copy: string) => Promise<T>): Promise<T> {
  const copy = newFolder();
  try {
    cpSync(dir, copy, { recursive: true });
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Runs `use` on a running server, which is stopped afterwards. */
export async function withServer<T>(dir: string, use: (server: Server) => Promise<T>, flags: string[] = []): Promise<T> {
  const server = await startServer(dir, flags);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Changes when the app or the way folders are laid out does. */
function fingerprint(app: App): string {
  const hash = createHash("sha256");
  const functions = join(import.meta.dirname, "apps", app, "functions");
  const files = readdirSync(functions).sort().map((name) => join(functions, name));
  const layout = ["embedded/storage/layout.ts", "embedded/push/stored.ts", "package-lock.json"].map((path) => join(projectDir, path));
  for (const file of [...files, ...layout]) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}

