/** The pushed modules with their functions, routes and crons, as the dashboard lists them (P22). */
import { readPushed } from "../push/stored.ts";
import type { AnalyzedModule } from "../push/analyzed.ts";
import type { Instance } from "../functions/code.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { stringArgument } from "./arguments.ts";
import type { SystemContext } from "./functions.ts";
import { jsonBytes, scheduleJson } from "./jobs.ts";

/** `[path, module]` of every module of the component that is no chunk. */
export function listModules({ code, store, instance }: SystemContext): Json {
  if (!instance) return [];
  const modules = readPushed(store)?.analysis[instance.definitionPath]?.functions ?? {};
  return Object.entries(modules).map(([path, module]) => [path, moduleJson(module, code.pushedAtMs, code.version)]);
}

/** The same of every component, by component id; null stands for the app. */
export function listAllModules(context: SystemContext): Json {
  return [...context.code.byPath.values()].map((instance: Instance) => [
    instance.path === "" ? null : String(instance.ns),
    listModules({ ...context, instance }),
  ]);
}

function moduleJson(module: AnalyzedModule, pushedAtMs: number, version: number): Json {
  const functions: Json[] = module.functions.map(({ name, udfType, visibility, args, returns }) => ({
    name,
    udfType,
    visibility: visibility ?? { kind: "public" },
    argsValidator: args ?? `{"type":"any"}`,
    returnsValidator: returns ?? `{"type":"any"}`,
  }));
  const routes: Json[] = (module.httpRoutes ?? []).map(({ route }) => ({
    name: `${route.method} ${route.path}`,
    udfType: "HttpAction",
    visibility: { kind: "public" },
    argsValidator: `{"type":"any"}`,
  }));
  const crons = module.cronSpecs?.map(({ identifier, spec }): Json => [
    identifier,
    { udfPath: spec.udfPath, udfArgs: jsonBytes(spec.udfArgs), cronSchedule: scheduleJson(spec.cronSchedule) },
  ]);
  return {
    functions: [...functions, ...routes],
    ...(crons ? { cronSpecs: crons } : {}),
    creationTime: pushedAtMs,
    sourcePackageId: String(version),
  };
}

/** The source of a module as people wrote it when its map holds it, else null: `{path}`. */
export function sourceCode({ instance }: SystemContext, args: JsonObject): Json {
  const path = stringArgument(args, "path");
  const module = instance?.modules.modules.get(path.endsWith(".js") ? path : `${path}.js`);
  if (!module?.sourceMap) return null;
  const map = JSON.parse(module.sourceMap) as { sources?: string[]; sourcesContent?: (string | null)[] };
  const stem = module.path.replace(/\.js$/, "");
  const index = (map.sources ?? []).findLastIndex((source) => source.replace(/\.[cm]?[jt]sx?$/, "").endsWith(stem));
  return map.sourcesContent?.[index] ?? null;
}
