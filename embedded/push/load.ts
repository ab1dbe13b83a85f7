/** From the stored push to the code that runs: no analysis, no bundling, so a start is fast (P15). */
import type { Code, FunctionInfo, Instance, ModuleSet } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import { readEnv } from "../system/environment.ts";
import type { ValidatorJson } from "../values/validators.ts";
import type { AuthProvider, EvaluatedDefinition } from "./analyzed.ts";
import { readModules, readPushed, type Origins, type PushedState } from "./stored.ts";
import type { TreeNode } from "./tree.ts";

export type { Origins } from "./stored.ts";

/** The variables that every component has. */
export function systemEnv({ cloudUrl, siteUrl }: Origins): Record<string, string> {
  return { CONVEX_CLOUD_URL: cloudUrl, CONVEX_SITE_URL: siteUrl };
}

/** The code of the last finished push, or an app without functions when there was none. */
export function loadCode(store: Store, origins: Origins): Code {
  const pushed = readPushed(store);
  return pushed === null ? emptyCode(store, origins) : buildCode(pushed, readModules(store), store, origins);
}

/** `before` with the environment variables and auth providers as they are stored now. */
export function withCurrentEnv(before: Code, store: Store, origins: Origins): Code {
  const version = before.version + 1;
  const pushed = readPushed(store);
  if (pushed === null) return { ...emptyCode(store, origins), version };
  const sets = new Map([...before.byPath.values()].map(({ modules }) => [modules.definitionPath, modules]));
  return buildCode({ ...pushed, version }, sets, store, origins);
}

/** Makes the running form of a push. `sets` holds the modules of every definition the tree uses. */
export function buildCode(
  pushed: Pick<PushedState, "version" | "pushedAtMs" | "tree" | "analysis" | "auth" | "origins">,
  sets: ReadonlyMap<string, ModuleSet>,
  store: Store,
  origins: Origins,
): Code {
  const byPath = new Map<string, Instance>();
  const byNs = new Map<number, Instance>();
  const userEnv = readEnv(store);
  const functions = new Map(
    Object.entries(pushed.analysis).map(([path, definition]) => [path, functionsOf(definition, sets.get(path))]),
  );
  const build = (node: TreeNode, parent: Instance | null): Instance => {
    const definition = pushed.analysis[node.definitionPath]!;
    const instance: Instance = {
      ns: store.catalog.namespace(node.componentPath)!,
      path: node.componentPath,
      definitionPath: node.definitionPath,
      parent,
      children: new Map(),
      env: envOf(node, userEnv, origins),
      httpPrefix: node.httpPrefix,
      modules: sets.get(node.definitionPath) ?? { definitionPath: node.definitionPath, modules: new Map() },
      functions: functions.get(node.definitionPath)!,
      httpRoutes: node.routes,
      crons: (definition.functions["crons.js"]?.cronSpecs ?? []).map(({ identifier, spec }) => ({
        identifier,
        path: spec.udfPath,
        args: spec.udfArgs[0] ?? {},
        schedule: spec.cronSchedule,
      })),
    };
    byPath.set(instance.path, instance);
    byNs.set(instance.ns, instance);
    for (const [name, child] of Object.entries(node.children)) instance.children.set(name, build(child, instance));
    return instance;
  };
  const root = build(pushed.tree, null);
  const auth = pushed.auth.map((provider) => atOrigins(provider, pushed.origins, origins));
  return { version: pushed.version, pushedAtMs: pushed.pushedAtMs, root, byPath, byNs, auth };
}

function functionsOf(definition: EvaluatedDefinition, set: ModuleSet | undefined): Map<string, FunctionInfo> {
  const functions = new Map<string, FunctionInfo>();
  for (const [module, analyzed] of Object.entries(definition.functions)) {
    for (const { name, udfType, visibility, args, returns } of analyzed.functions) {
      const path = `${module}:${name}`;
      functions.set(path, {
        path,
        module,
        name,
        udfType,
        visibility: visibility?.kind ?? null,
        args: validatorOf(args),
        returns: validatorOf(returns),
        environment: set?.modules.get(module)?.environment ?? "isolate",
      });
    }
  }
  return functions;
}

function validatorOf(text: string | null): ValidatorJson | null {
  return text === null ? null : (JSON.parse(text) as ValidatorJson | null);
}

/** A provider that names the deployment itself goes along when it is started on other ports. */
function atOrigins(provider: AuthProvider, before: Origins, now: Origins): AuthProvider {
  const moved = (url: string): string => {
    for (const key of ["cloudUrl", "siteUrl"] as const) {
      if (url === before[key] || url.startsWith(`${before[key]}/`)) return now[key] + url.slice(before[key].length);
    }
    return url;
  };
  if ("domain" in provider) return { ...provider, domain: moved(provider.domain) };
  return { ...provider, issuer: moved(provider.issuer), jwks: moved(provider.jwks) };
}

function envOf(node: TreeNode, userEnv: ReadonlyMap<string, string>, origins: Origins): Record<string, string> {
  if (node.componentPath === "") return { ...Object.fromEntries(userEnv), ...systemEnv(origins) };
  const env: Record<string, string> = {};
  for (const [name, binding] of Object.entries(node.env)) {
    const value = "value" in binding ? binding.value : userEnv.get(binding.variable);
    if (value !== undefined) env[name] = value;
  }
  const mount = node.httpPrefix === null ? "" : node.httpPrefix.replace(/\/$/, "");
  return { ...env, ...systemEnv({ ...origins, siteUrl: origins.siteUrl + mount }) };
}

function emptyCode(store: Store, origins: Origins): Code {
  const node: TreeNode = {
    definitionPath: "",
    componentPath: "",
    httpPrefix: null,
    env: {},
    routes: null,
    mounts: [],
    children: {},
  };
  const definition: EvaluatedDefinition = {
    definition: {
      path: "",
      definitionType: { type: "app" },
      childComponents: [],
      httpMounts: {},
      httpPrefix: null,
      exports: { type: "branch", branch: [] },
      envVars: null,
    },
    schema: null,
    functions: {},
    udfConfig: {
      serverVersion: "",
      importPhaseRngSeed: { $bytes: "" },
      importPhaseUnixTimestamp: { $integer: "AAAAAAAAAAA=" },
    },
  };
  return buildCode(
    { version: 0, pushedAtMs: 0, tree: node, analysis: { "": definition }, auth: [], origins },
    new Map(),
    store,
    origins,
  );
}
