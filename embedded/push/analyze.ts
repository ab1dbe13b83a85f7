/**
 * The whole analysis of a push: every module imported in a throw-away scope, schema and definitions evaluated, the tree
 * built. Nothing is written and nothing live is touched (P5).
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ModuleSet } from "../functions/code.ts";
import type { Loader } from "../functions/loader.ts";
import { UserError } from "../values/errors.ts";
import { encodeInt64 } from "../values/json.ts";
import { AnalysisRealm, UserCodeError } from "./analysis-realm.ts";
import type { AnalyzedFunction, AnalyzedModule, AuthProvider, EvaluatedDefinition } from "./analyzed.ts";
import { evaluateAuthConfig } from "./auth-config.ts";
import { checkCronTargets } from "./cron-targets.ts";
import { parseCrons } from "./crons.ts";
import { evaluateSchema } from "./definition-schema.ts";
import { evaluateDefinitions } from "./definitions.ts";
import { pushError } from "./errors.ts";
import { componentExports } from "./exports.ts";
import { cronsTextOfModule, functionsOfModule, routesOfModule } from "./functions-of-module.ts";
import { assembleModules, isChunk } from "./modules.ts";
import { buildTree, type TreeNode } from "./tree.ts";
import type { StartPushRequest } from "./wire.ts";

/** Node versions that convex.json may name; all of them run on the Node that runs the server. */
const NODE_VERSIONS = ["20", "22", "24"];

type UdfConfig = EvaluatedDefinition["udfConfig"];

/** The parts of the server that run pushed code while it is analysed. */
export interface AnalysisDeps {
  loader: Loader;
  /** Imports the "use node" modules `paths` of `set` in a thread of their own and answers their functions. */
  analyzeNode: (
    set: ModuleSet,
    paths: string[],
    env: Record<string, string>,
  ) => Promise<Map<string, AnalyzedFunction[]>>;
  /** Why a cron expression is refused, or null. */
  checkCronExpression: (expression: string) => string | null;
  /** The folder whose node_modules hold the external packages of "use node" modules; none when absent. */
  projectDir?: string | undefined;
}

/** The deployment that a push meets. */
export interface PushContext {
  /** The built-in variables, which every component sees. */
  systemEnv: Record<string, string>;
  userEnv: ReadonlyMap<string, string>;
  /** The modules of the app as stored, for those a push does not send again. */
  storedApp: ModuleSet | null;
  storedUdfConfig: UdfConfig | null;
}

/** What is known of pushed code: `modules` and `analysis` by definition path. */
export interface AnalyzedPush {
  modules: Map<string, ModuleSet>;
  analysis: Record<string, EvaluatedDefinition>;
  tree: TreeNode;
  auth: AuthProvider[];
}

/** Analyses a push. Throws a 400 (409 for unknown hashes) for everything that is wrong with the pushed code. */
export async function analyzePush(
  request: StartPushRequest,
  deps: AnalysisDeps,
  context: PushContext,
): Promise<AnalyzedPush> {
  checkSupported(request, deps.projectDir);
  const configs = [request.app, ...request.components];
  const modules = new Map<string, ModuleSet>();
  for (const config of configs) modules.set(config.definitionPath, assembleModules(config, context.storedApp));
  const udfConfig = importPhase(request.app.udfServerVersion, context.storedUdfConfig);
  const rootEnv = { ...Object.fromEntries(context.userEnv), ...context.systemEnv };
  const scope = { loader: deps.loader, nowMs: nowOf(udfConfig), seed: seedOf(udfConfig) };

  const functions = new Map<string, Record<string, AnalyzedModule>>();
  const set = modules.get("")!;
  functions.set("", await analyzeModules(set, rootEnv, scope, deps));
  const authModule = set.modules.get("auth.config.js") ?? null;
  const auth = await evaluateAuthConfig(authModule, { ...scope, env: rootEnv });
  const schemas = new Map([["", await evaluateSchema(request.app, scope)]]);
  for (const config of request.components) {
    const path = config.definitionPath;
    functions.set(path, await analyzeModules(modules.get(path)!, context.systemEnv, scope, deps));
    schemas.set(path, await evaluateSchema(config, scope));
  }
  const definitions = await evaluateDefinitions(configs, { ...scope, rootEnv });
  const sources = new Map(
    [...definitions].map(([path, definition]) => [path, { definition, functions: functions.get(path) ?? {} }]),
  );
  const tree = buildTree(sources, request.forCodegen);

  const analysis: Record<string, EvaluatedDefinition> = {};
  for (const { definitionPath } of configs) {
    const { definition, functions: analyzed } = sources.get(definitionPath)!;
    if (definitionPath !== "") definition.exports = componentExports(analyzed, definitionPath);
    analysis[definitionPath] = {
      definition,
      schema: schemas.get(definitionPath) ?? null,
      functions: analyzed,
      udfConfig,
    };
  }
  return { modules, analysis, tree, auth };
}

function checkSupported(request: StartPushRequest, projectDir: string | undefined): void {
  if (request.nodeVersion !== null && !NODE_VERSIONS.includes(request.nodeVersion)) {
    throw pushError(
      "NodeVersionNotSupported",
      `Node.js version ${request.nodeVersion} is not supported; use ${NODE_VERSIONS.join(", ")}.`,
    );
  }
  for (const { name, version } of request.nodeDependencies) {
    if (projectDir !== undefined && existsSync(join(projectDir, "node_modules", name, "package.json"))) continue;
    throw pushError(
      "ExternalPackageNotFound",
      `The external package ${name}@${version} is not installed where this server runs, and it installs none. ` +
        `Install it there, or take it out of node.externalPackages in convex.json, so that it is bundled.`,
    );
  }
  const paths = request.components.map(({ definitionPath }) => definitionPath);
  const twice = paths.find((path, index) => path === "" || paths.indexOf(path) !== index);
  if (twice !== undefined) throw pushError("InvalidConfig", `The component definition "${twice}" is sent twice.`);
}

type Scope = { loader: Loader; nowMs: number; seed: Uint8Array };

/** The functions, routes and crons of every module that is no chunk, keyed by path. */
async function analyzeModules(
  set: ModuleSet,
  env: Record<string, string>,
  scope: Scope,
  deps: AnalysisDeps,
): Promise<Record<string, AnalyzedModule>> {
  const all = [...set.modules.values()].filter(({ path }) => !isChunk(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const analyzed: Record<string, AnalyzedModule> = {};
  for (const { path } of all) analyzed[path] = { functions: [], httpRoutes: null, cronSpecs: null, sourceMapped: null };
  const isolate = all.filter(({ path, environment }) => environment === "isolate" && path !== "auth.config.js");
  if (isolate.length > 0) {
    const realm = await open(set, env, scope);
    try {
      for (const { path } of isolate) analyzed[path] = analyzeModule(realm, path, deps);
    } finally {
      realm.dispose();
    }
  }
  const node = all.filter(({ environment }) => environment === "node").map(({ path }) => path);
  if (node.length > 0) {
    const found = await analyzeNodeModules(set, node, env, deps);
    for (const [path, functions] of found) analyzed[path]!.functions = functions;
  }
  checkCronTargets(analyzed, set.definitionPath);
  return analyzed;
}

async function open(set: ModuleSet, env: Record<string, string>, scope: Scope): Promise<AnalysisRealm> {
  try {
    return await AnalysisRealm.open({ ...scope, set, env, name: `analysis of ${set.definitionPath || "the app"}` });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw pushError("InvalidModules", loadingMessage(error.message, []));
  }
}

function analyzeModule(realm: AnalysisRealm, path: string, deps: AnalysisDeps): AnalyzedModule {
  try {
    return realm.inspect(path, (exports) => ({
      functions: functionsOfModule(path, exports),
      httpRoutes: path === "http.js" ? routesOfModule(exports) : null,
      cronSpecs: path === "crons.js" ? parseCrons(cronsTextOfModule(exports), deps.checkCronExpression) : null,
      sourceMapped: null,
    }));
  } catch (error) {
    if (!(error instanceof UserCodeError)) throw error;
    throw pushError("InvalidModules", loadingMessage(`Failed to analyze ${path}: ${error.text}`, error.logs));
  }
}

async function analyzeNodeModules(
  set: ModuleSet,
  paths: string[],
  env: Record<string, string>,
  deps: AnalysisDeps,
): Promise<Map<string, AnalyzedFunction[]>> {
  try {
    return await deps.analyzeNode(set, paths, env);
  } catch (error) {
    throw pushError("InvalidModules", loadingMessage((error as Error).message, []));
  }
}

function loadingMessage(text: string, logs: readonly string[]): string {
  const logged = logs.length > 0 ? `\n\n${logs.join("\n")}` : "";
  return `Loading the pushed modules encountered the following error:\n${text.trimEnd()}${logged}`;
}

/** Time and seed of the import phase: kept while the command line stays the same, so that pushes are repeatable. */
function importPhase(serverVersion: string, stored: UdfConfig | null): UdfConfig {
  if (stored?.serverVersion === serverVersion) return stored;
  return {
    serverVersion,
    importPhaseRngSeed: { $bytes: randomBytes(32).toString("base64") },
    importPhaseUnixTimestamp: encodeInt64(BigInt(Date.now()) * 1_000_000n) as { $integer: string },
  };
}

function seedOf(config: UdfConfig): Uint8Array {
  return Buffer.from(config.importPhaseRngSeed.$bytes, "base64");
}

function nowOf(config: UdfConfig): number {
  return Number(Buffer.from(config.importPhaseUnixTimestamp.$integer, "base64").readBigInt64LE() / 1_000_000n);
}
