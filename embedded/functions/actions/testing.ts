/** For tests: functions bundled the way the command line bundles them, and a pool that runs them. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";
import type { Json } from "../../values/json.ts";
import type { ActionCall, ActionSyscalls, HttpCall } from "../action-port.ts";
import type { ActionOutcome, Caller, HttpActionResponse } from "../call-types.ts";
import type { Code, FunctionInfo, Instance, StoredModule } from "../code.ts";
import { Loader } from "../loader.ts";
import { WorkerPool, type PoolOptions } from "./pool.ts";

const packages = resolve(import.meta.dirname, "../../../node_modules");

// oxlint-disable-next-line typescript/no-explicit-any -- each test knows what it was asked
type Syscall = (op: string, args: any) => Promise<Json> | Json;

export interface Bench {
  pool: WorkerPool;
  instance: Instance;
  dir: string;
  /** Lines of code that runs outside of any call. */
  strays: string[];
  run(path: string, args?: Json, o?: { syscall?: Syscall; onLog?: (line: string) => void }): Promise<ActionOutcome>;
  http(
    request: {
      method?: string;
      path: string;
      headers?: [string, string][];
      body?: BodyInit | null;
      signal?: AbortSignal;
    },
    o?: {
      syscall?: Syscall;
      routePath?: string;
      onLog?: (line: string) => void;
    },
  ): Promise<HttpActionResponse>;
  /** Another set of functions or variables on the same pool. */
  withCode(files: Record<string, string>, env?: Record<string, string>): Promise<Bench>;
  close(): Promise<void>;
}

export const caller: Caller = { identity: null, admin: false, requestId: "0123456789abcdef", kind: "client" };

/** Bundles `files` (path relative to a `convex/` folder, to source) and opens a pool for them. */
export async function openBench(
  files: Record<string, string>,
  options: Partial<PoolOptions> & { env?: Record<string, string> } = {},
): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), "actions-test-"));
  const { env = {}, ...rest } = options;
  const strays: string[] = [];
  const pool = new WorkerPool({
    dataDir: join(dir, "data"),
    projectDir: null,
    onStray: (line) => strays.push(line),
    ...rest,
  });
  const loader = new Loader(join(dir, "cache"));
  const open = async (sources: Record<string, string>, env: Record<string, string>): Promise<Bench> => {
    const modules = new Map((await bundle(dir, sources)).map((module) => [module.path, module]));
    const set = { definitionPath: "", modules };
    const instance: Instance = {
      ns: 0,
      path: "",
      definitionPath: "",
      parent: null,
      children: new Map(),
      env,
      httpPrefix: "/",
      modules: set,
      functions: new Map(),
      httpRoutes: [],
      crons: [],
    };
    const code: Code = {
      version: 1,
      pushedAtMs: 1_700_000_000_000,
      root: instance,
      byPath: new Map(),
      byNs: new Map(),
      auth: [],
    };
    const prepared = await loader.prepare(set);
    const scope = (o: { syscall?: Syscall; onLog?: (line: string) => void }) => ({
      code,
      instance,
      modules: prepared,
      caller,
      syscalls: syscalls(o.syscall),
      ...(o.onLog ? { onLog: o.onLog } : {}),
    });
    return {
      pool,
      instance,
      dir,
      strays,
      run: (path, args = {}, o = {}) =>
        pool.run({ ...scope(o), fn: functionOf(path, modules), args } satisfies ActionCall),
      http: ({ method = "GET", path, headers = [], body = null, signal = new AbortController().signal }, o = {}) => {
        const url = `http://127.0.0.1:3211${path}`;
        const request = { method, url, headers, body: body === null ? null : new Response(body).body, signal, caller };
        const routePath = o.routePath ?? new URL(url).pathname;
        return pool.runHttp({ ...scope(o), request, routePath } satisfies HttpCall);
      },
      withCode: (next, nextEnv = env) => open(next, nextEnv),
      close: async () => {
        await pool.close();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  };
  return open(files, env);
}

function syscalls(
  syscall: Syscall = (op) => Promise.reject(new Error(`Unknown async operation ${op}`)),
): ActionSyscalls {
  let isClosed = false;
  return {
    perform: async (op, args) => {
      if (isClosed) throw new Error("The action has ended.");
      return syscall(op, args);
    },
    close: () => {
      isClosed = true;
    },
  };
}

function functionOf(path: string, modules: Map<string, StoredModule>): FunctionInfo {
  const [module = "", name = "default"] = path.split(":");
  const environment = modules.get(`${module}.js`)?.environment;
  if (!environment) throw new Error(`no module ${module}`);
  return {
    path: `${module}.js:${name}`,
    module: `${module}.js`,
    name,
    udfType: "Action",
    visibility: "public",
    args: null,
    returns: null,
    environment,
  };
}

async function bundle(dir: string, files: Record<string, string>): Promise<StoredModule[]> {
  const project = join(dir, `project-${Math.abs(hash(JSON.stringify(files)).readInt32LE())}`);
  const source = join(project, "convex");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  const linked = join(project, "node_modules");
  if (!existsSync(linked)) symlinkSync(packages, linked, "junction");
  const node = Object.keys(files).filter((path) => /^\s*"use node"/.test(files[path] ?? ""));
  const isolate = Object.keys(files).filter((path) => !node.includes(path));
  return [...(await bundleFor(source, isolate, "browser")), ...(await bundleFor(source, node, "node"))];
}

async function bundleFor(source: string, paths: string[], platform: "browser" | "node"): Promise<StoredModule[]> {
  if (paths.length === 0) return [];
  const { outputFiles } = await build({
    absWorkingDir: dirname(source),
    entryPoints: paths.map((path) => join(source, path)),
    bundle: true,
    platform,
    format: "esm",
    target: "esnext",
    outdir: "out",
    outbase: source,
    conditions: ["convex", "module"],
    write: false,
    sourcemap: true,
    sourcesContent: false,
    splitting: true,
    chunkNames: platform === "node" ? "_deps/node/[hash]" : "_deps/[hash]",
    treeShaking: true,
    minifySyntax: true,
    minifyIdentifiers: true,
    keepNames: true,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  const texts = new Map(outputFiles.map((file) => [relative(join(dirname(source), "out"), file.path), file.text]));
  return [...texts]
    .filter(([path]) => path.endsWith(".js"))
    .map(([path, text]) => ({
      path,
      source: text,
      sourceMap: texts.get(`${path}.map`) ?? null,
      environment: platform === "node" ? "node" : "isolate",
      sha256: hash(text).toString("hex"),
    }));
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
