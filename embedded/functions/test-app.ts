/** For tests: functions written with the real SDK, bundled as the command line does, behind a Runner on a folder of its own. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { Store } from "../storage/store.ts";
import type { Json } from "../values/json.ts";
import type { ActionPool } from "./action-port.ts";
import type { Caller, HttpActionResponse } from "./call-types.ts";
import type { Code, FunctionInfo, Instance, ModuleSet } from "./code.ts";
import { Loader } from "./loader.ts";
import { createRealm, type RealmPort } from "./realm/realm.ts";
import { Runner } from "./runner.ts";

const projectDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Sources by path in the functions folder ("messages.ts"). */
export type Sources = Record<string, string>;

export interface TestApp {
  /** Sources of the app, and of components by path ("child", "child/inner"). */
  app: Sources;
  components?: Record<string, Sources>;
  env?: Record<string, string>;
}

export const nobody: Caller = { identity: null, admin: false, requestId: "0123456789abcdef", kind: "client" };

export class TestRunner {
  readonly dir: string;
  readonly store: Store;
  readonly runner: Runner;
  readonly loader: Loader;
  code: Code | null = null;

  private constructor(dir: string) {
    this.dir = dir;
    this.store = new Store(join(dir, "data"));
    this.loader = new Loader(join(dir, "cache"));
    this.runner = new Runner({ store: this.store, loader: this.loader, actions: new HerePool() });
  }

  static async open(app: TestApp): Promise<TestRunner> {
    const opened = new TestRunner(mkdtempSync(join(tmpdir(), "runner-")));
    await opened.push(app);
    return opened;
  }

  /** Replaces the code. */
  async push({ app, components = {}, env = {} }: TestApp): Promise<void> {
    const byPath = new Map<string, Instance>();
    const byNs = new Map<number, Instance>();
    for (const [path, sources] of [["", app] as const, ...Object.entries(components)]) {
      const modules = await bundle(path, sources);
      const parent = path === "" ? null : byPath.get(path.split("/").slice(0, -1).join("/"))!;
      const { value: ns } = await this.runner.transact(() => this.store.catalog.ensureNamespace(path));
      const instance: Instance = {
        ns,
        path,
        definitionPath: path,
        parent,
        children: new Map(),
        env,
        httpPrefix: null,
        modules,
        functions: await this.#analyze(modules),
        httpRoutes: null,
        crons: [],
      };
      byPath.set(path, instance);
      byNs.set(ns, instance);
      parent?.children.set(path.split("/").at(-1)!, instance);
    }
    await this.runner.transact((txn) =>
      txn.atFlush(() => {
        for (const { path, functions } of byPath.values()) {
          for (const functionPath of functions.keys()) {
            this.store.handles.add({ id: randomBytes(8).toString("hex"), componentPath: path, functionPath });
          }
        }
      }),
    );
    const version = (this.code?.version ?? 0) + 1;
    this.code = { version, pushedAtMs: 1_700_000_000_000, root: byPath.get("")!, byPath, byNs, auth: [] };
    this.runner.setCode(this.code);
  }

  /** The value of a mutation; throws its error's message. */
  async mutate<T = Json>(path: string, args: Json = {}, caller: Partial<Caller> = {}): Promise<T> {
    const { result } = await this.runner.mutation({ path, args, caller: { ...nobody, ...caller } });
    if (!result.ok) throw new Error(result.error.message);
    return result.value as T;
  }

  async query<T = Json>(path: string, args: Json = {}, caller: Partial<Caller> = {}): Promise<T> {
    const { result } = await this.runner.query({ path, args, caller: { ...nobody, ...caller } });
    if (!result.ok) throw new Error(result.error.message);
    return result.value as T;
  }

  async act<T = Json>(path: string, args: Json = {}, caller: Partial<Caller> = {}): Promise<T> {
    const { result } = await this.runner.action({ path, args, caller: { ...nobody, ...caller } });
    if (!result.ok) throw new Error(result.error.message);
    return result.value as T;
  }

  async end(): Promise<void> {
    await this.runner.close();
    this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #analyze(set: ModuleSet): Promise<Map<string, FunctionInfo>> {
    const prepared = await this.loader.prepare(set);
    const functions = new Map<string, FunctionInfo>();
    for (const module of [...set.modules.keys()].filter((path) => !path.startsWith("_deps/"))) {
      const realm = createRealm({
        mode: "analysis",
        env: {},
        nowMs: 0,
        seed: new Uint8Array(32),
        port: refusing,
        name: "analysis",
      });
      for (const [name, fn] of Object.entries(realm.load(prepared, module) as Record<string, Exported | null>)) {
        const udfType = fn?.isQuery ? "Query" : fn?.isMutation ? "Mutation" : fn?.isAction ? "Action" : null;
        if (!fn || udfType === null) continue;
        functions.set(`${module}:${name}`, {
          path: `${module}:${name}`,
          module,
          name,
          udfType,
          visibility: fn.isPublic ? "public" : "internal",
          args: JSON.parse(fn.exportArgs()),
          returns: JSON.parse(fn.exportReturns()),
          environment: "isolate",
        });
      }
    }
    return functions;
  }
}

/** What the SDK's builders make. */
interface Exported {
  isQuery?: true;
  isMutation?: true;
  isAction?: true;
  isPublic?: true;
  exportArgs(): string;
  exportReturns(): string;
}

function refuse(op: string): never {
  throw new Error(`refused ${op}`);
}

const refusing: RealmPort = { syscall: refuse, asyncSyscall: refuse, jsSyscall: refuse, log: () => undefined };

/** Runs actions in realms of this thread. */
class HerePool implements ActionPool {
  async run({ instance, modules, fn, args, syscalls, caller }: Parameters<ActionPool["run"]>[0]) {
    const logLines: string[] = [];
    const port: RealmPort = {
      ...refusing,
      asyncSyscall: async (op, text) => JSON.stringify(await syscalls.perform(op, JSON.parse(text))),
      log: (level, text) => logLines.push(`[${level}] ${text}`),
    };
    const realm = createRealm({
      mode: "action",
      env: instance.env,
      nowMs: 0,
      seed: randomBytes(32),
      port,
      name: "action",
    });
    try {
      const exports = realm.load(modules, fn.module);
      const text: string = await exports[fn.name].invokeAction(caller.requestId, JSON.stringify([args]));
      return { result: { ok: true as const, value: JSON.parse(text) as Json }, logLines };
    } catch (error) {
      const { message, data } = realm.describe(error);
      return {
        result: { ok: false as const, error: { message, ...(data === undefined ? {} : { data: JSON.parse(data) }) } },
        logLines,
      };
    } finally {
      realm.dispose();
    }
  }

  runHttp(): Promise<HttpActionResponse> {
    return Promise.reject(new Error("no HTTP actions here"));
  }

  codeChanged(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Bundles sources with splitting; `_generated/server` stands for the SDK's untyped builders. */
async function bundle(definitionPath: string, sources: Sources): Promise<ModuleSet> {
  const dir = join(projectDir, "convex");
  const files = new Map(
    Object.entries({ "_generated/server.ts": SERVER, "_generated/api.ts": API, ...sources }).map(([path, text]) => [
      join(dir, path),
      text,
    ]),
  );
  const virtual: Plugin = {
    name: "sources",
    setup(build) {
      build.onResolve({ filter: /^\.|^\/.*convex\// }, ({ path, importer, resolveDir }) => {
        const full = path.startsWith("/") ? path : join(importer ? dirname(importer) : resolveDir, path);
        const found = [full, `${full}.ts`].find((name) => files.has(name));
        return found ? { path: found } : undefined;
      });
      build.onLoad({ filter: /\/convex\/.*\.ts$/ }, ({ path }) => {
        const contents = files.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" as const, resolveDir: projectDir };
      });
    },
  };
  const result = await build({
    entryPoints: Object.keys(sources).map((path) => join(dir, path)),
    absWorkingDir: projectDir,
    bundle: true,
    write: false,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "esnext",
    conditions: ["convex", "module"],
    sourcemap: "external",
    outdir: "out",
    outbase: dir,
    minifySyntax: true,
    minifyIdentifiers: true,
    keepNames: true,
    chunkNames: "_deps/[hash]",
    plugins: [virtual],
    logLevel: "silent",
    define: { "process.env.NODE_ENV": `"production"` },
  });
  const text = new Map(
    result.outputFiles.map((file) => [file.path.slice(join(projectDir, "out").length + 1), file.text]),
  );
  const modules: ModuleSet["modules"] = new Map();
  for (const [path, source] of text) {
    if (!path.endsWith(".js")) continue;
    modules.set(path, { path, source, sourceMap: text.get(`${path}.map`) ?? null, environment: "isolate", sha256: "" });
  }
  return { definitionPath, modules };
}

const SERVER = `export { queryGeneric as query, mutationGeneric as mutation, actionGeneric as action, internalQueryGeneric as internalQuery,
  internalMutationGeneric as internalMutation, internalActionGeneric as internalAction } from "convex/server";`;
const API = `import { anyApi, componentsGeneric } from "convex/server"; export const api = anyApi; export const internal = anyApi;
  export const components = componentsGeneric();`;
