/** Queries that come as source and are run once: `convex run --inline-query`, `/api/run_test_function` (P20). */
import type { FunctionInfo, Instance, ModuleSet, StoredModule } from "../functions/code.ts";
import type { QueryOutcome } from "../functions/runner.ts";
import { newRequestId, errorText } from "../sync/calls.ts";
import { toCleanJson, type Json } from "../values/json.ts";
import type { ValidatorJson } from "../values/validators.ts";
import type { PushDeps } from "./deps.ts";
import { pushError } from "./errors.ts";
import { checkModulePath, moduleHashOf } from "./modules.ts";

/** The one module such a source may import. */
const WRAPPERS = "convex:/_system/repl/wrappers.js";

/**
 * Runs the default export of `bundle.source`, which must be a query, with `args` in the component `componentId` and
 * answers like `/api/function`. Throws 400 `InvalidModules` for source that cannot be loaded, `WrongFunctionType` for
 * what is no query, `ComponentNotFound`.
 */
export async function runOneOffQuery(body: unknown, deps: PushDeps): Promise<Record<string, Json>> {
  const request = parse(body);
  const code = deps.code();
  const home = request.componentId === null ? code.root : code.byNs.get(Number(request.componentId));
  if (!home) throw pushError("ComponentNotFound", `There is no component ${JSON.stringify(request.componentId)}.`);
  const path = checkModulePath(request.path);
  const added = [moduleOf(path, request.source), moduleOf(WRAPPERS, await wrappersSource())];
  const modules: ModuleSet = {
    definitionPath: home.modules.definitionPath,
    modules: new Map([...home.modules.modules, ...added.map((module): [string, StoredModule] => [module.path, module])]),
  };
  const fn = await findQuery(path, modules, home, deps);
  const instance: Instance = { ...home, modules, functions: new Map([...home.functions, [fn.path, fn]]) };
  const requestId = newRequestId();
  const outcome = await deps.runner.queryOf({ ...code }, { instance, fn }, {
    componentPath: home.path,
    path: fn.path,
    args: request.args,
    caller: { identity: null, admin: true, requestId, kind: "cli" },
  });
  return answerOf(outcome, requestId, request.format);
}

function parse(body: unknown) {
  const { args = {}, bundle, componentId = null, format = "json" } = (body ?? {}) as Record<string, unknown>;
  const { path, source } = (bundle ?? {}) as Record<string, unknown>;
  if (typeof path !== "string" || typeof source !== "string") {
    throw pushError("BadArgument", `"bundle" must hold a path and a source.`);
  }
  if (componentId !== null && typeof componentId !== "string") {
    throw pushError("BadArgument", `"componentId" must be a string.`);
  }
  return { args: args as Json, path, source, componentId, format };
}

/** The query that the module exports by default. Its import is held to the rules of a push. */
async function findQuery(path: string, set: ModuleSet, home: Instance, deps: PushDeps): Promise<FunctionInfo> {
  const found = await deps.analysis.defaultFunction(path, set, home.env);
  if (!found) throw pushError("InvalidModules", `${path} must export a query by default.`);
  if (found.udfType !== "Query") {
    throw pushError("WrongFunctionType", `${path} exports a ${found.udfType.toLowerCase()}; only queries can be run.`);
  }
  const { name, udfType, args, returns } = found;
  const validator = (text: string | null) => (text === null ? null : (JSON.parse(text) as ValidatorJson | null));
  return {
    path: `${path}:${name}`,
    module: path,
    name,
    udfType,
    visibility: "internal",
    args: validator(args),
    returns: validator(returns),
    environment: "isolate",
  };
}

function answerOf({ result, logLines }: QueryOutcome, requestId: string, format: unknown): Record<string, Json> {
  const shaped = (value: Json) => (format === "convex_encoded_json" ? value : toCleanJson(value));
  if (result.ok) return { status: "success", value: shaped(result.value), logLines };
  const { data } = result.error;
  const errorData: Record<string, Json> = data === undefined ? {} : { errorData: shaped(data) };
  return { status: "error", errorMessage: errorText(requestId, result.error), ...errorData, logLines };
}

function moduleOf(path: string, source: string): StoredModule {
  return { path, source, sourceMap: null, environment: "isolate", sha256: moduleHashOf(source, null) };
}

let wrappers: Promise<string> | null = null;

/** The plain builders of the client library, in one module; bundled when they are first asked for. */
function wrappersSource(): Promise<string> {
  return (wrappers ??= bundleWrappers());
}

async function bundleWrappers(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: {
      contents: `export { queryGeneric as query, internalQueryGeneric as internalQuery } from "convex/server";`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "esnext",
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}
