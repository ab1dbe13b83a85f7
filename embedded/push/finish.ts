/** `finish_push`: makes the pushed code the one that runs, in one transaction (P6). */
import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { IndexDiff } from "../storage/index-diff.ts";
import { readEnv } from "../system/environment.ts";
import type { PushDeps } from "./deps.ts";
import { componentDiff, listDiff, unmountedDiff, type ComponentDiff } from "./diffs.ts";
import { checkDeclaredEnv } from "./env-declarations.ts";
import { pushError } from "./errors.ts";
import { buildCode } from "./load.ts";
import type { PendingPush } from "./start.ts";
import { readModules, readPushed, writeModules, writePushed, type PushedState } from "./stored.ts";
import { treeNodes, type TreeNode } from "./tree.ts";

/** The answer of `finish_push`. */
export interface FinishAnswer {
  authDiff: { added: string[]; removed: string[] };
  definitionDiffs: Record<string, Record<string, never>>;
  componentDiffs: Record<string, ComponentDiff>;
}

/** What a dry run answers. */
export const NOTHING: FinishAnswer = { authDiff: { added: [], removed: [] }, definitionDiffs: {}, componentDiffs: {} };

/**
 * Applies a pending push. Throws 400 `RaceDetected` when variables changed since it started,
 * `MissingEnvironmentVariables`, `InvalidEnvironmentVariable`, `SchemaAlreadyFailed` or `SchemaAlreadyOverwritten`;
 * nothing is changed then.
 */
export async function finishPush(push: PendingPush, deps: PushDeps): Promise<FinishAnswer> {
  let applied: ReturnType<typeof apply> | undefined;
  // The command line has waited for them; whoever has not is made to.
  await deps.builds.ensure(Object.values(push.change.schemaIds));
  await deps.runner.transact((txn) => {
    checkCanApply(push, deps);
    txn.atFlush(() => (applied = apply(push, deps, txn.nowMs)));
  });
  const { state, answer } = applied!;
  const namespaces = deps.store.catalog.namespaces().map(({ ns }) => ns);
  void deps.builds.sweep(namespaces).catch(deps.report);
  deps.runner.setCode(buildCode(state, push.analyzed.modules, deps.store, deps.origins));
  return answer;
}

function checkCanApply({ env, analyzed, change }: PushPart, { store }: PushDeps): void {
  const now = readEnv(store);
  if (!isDeepStrictEqual(new Map(env), now)) {
    throw pushError(
      "RaceDetected",
      "The environment variables changed while this push was under way; it must start again.",
    );
  }
  checkDeclaredEnv(analyzed.analysis[""]?.definition.envVars ?? [], now);
  for (const id of Object.values(change.schemaIds)) {
    if (id === null) continue;
    const status = store.catalog.schemaStatus(id);
    if (status?.state === "failed")
      throw pushError("SchemaAlreadyFailed", status.error ?? "The schema does not fit the documents.");
    if (status === null || status.state === "overwritten" || status.state === "pending") {
      throw pushError("SchemaAlreadyOverwritten", "The schema of this push was overwritten by another push.");
    }
  }
}

type PushPart = Pick<PendingPush, "env" | "analyzed" | "change">;

function apply(push: PendingPush, deps: PushDeps, nowMs: number): { state: PushedState; answer: FinishAnswer } {
  const { analyzed, change, request } = push;
  const { store } = deps;
  const { catalog } = store;
  const before = readPushed(store);
  const storedModules = readModules(store);
  const oldNodes = nodesByPath(before?.tree ?? null);
  const newNodes = nodesByPath(analyzed.tree);

  const componentDiffs: Record<string, ComponentDiff> = {};
  for (const [path, node] of newNodes) {
    const old = oldNodes.get(path);
    const ns = catalog.ensureNamespace(path);
    const schema = analyzed.analysis[node.definitionPath]?.schema ?? null;
    const previous = catalog.schema(ns);
    const indexDiff: IndexDiff = change.indexDiffs[path] ?? catalog.diffIndexes(ns, schema);
    catalog.applyIndexes(ns, schema, { inSlices: true });
    catalog.activateSchema(ns, change.schemaIds[path] ?? null);
    componentDiffs[path] = componentDiff({
      type: old ? "modify" : before?.unmounted[path] !== undefined ? "remount" : path === "" ? "modify" : "create",
      before: old && before ? part(old, before.analysis, storedModules) : null,
      after: part(node, analyzed.analysis, analyzed.modules),
      indexDiff,
      schemas: [previous, schema],
    });
  }
  const unmounted: Record<string, string> = {};
  for (const [path, definitionPath] of Object.entries(before?.unmounted ?? {})) {
    if (!newNodes.has(path)) unmounted[path] = definitionPath;
  }
  for (const [path, node] of oldNodes) {
    if (newNodes.has(path)) continue;
    unmounted[path] = node.definitionPath;
    componentDiffs[path] = unmountedDiff(part(node, before!.analysis, storedModules));
  }

  const state: PushedState = {
    version: Math.max(before?.version ?? 0, deps.code().version) + 1,
    pushedAtMs: nowMs,
    functions: request.functions,
    nodeVersion: request.nodeVersion,
    tree: analyzed.tree,
    analysis: analyzed.analysis,
    auth: analyzed.auth,
    origins: deps.origins,
    unmounted,
  };
  writeModules(store, analyzed.modules);
  writePushed(store, state);
  for (const fn of functionPaths(newNodes.values(), analyzed.analysis)) {
    store.handles.add({ id: randomBytes(16).toString("hex"), ...fn });
  }
  const auth = listDiff((before?.auth ?? []).map(canonicalText), analyzed.auth.map(canonicalText));
  return {
    state,
    answer: {
      authDiff: auth,
      definitionDiffs: Object.fromEntries(Object.keys(analyzed.analysis).map((path) => [path, {}])),
      componentDiffs,
    },
  };
}

function nodesByPath(tree: TreeNode | null): Map<string, TreeNode> {
  return new Map(tree === null ? [] : [...treeNodes(tree)].map((node) => [node.componentPath, node]));
}

function part(node: TreeNode, analysis: PushedState["analysis"], modules: ReturnType<typeof readModules>) {
  const definition = analysis[node.definitionPath];
  return {
    modules: [...(modules.get(node.definitionPath)?.modules.keys() ?? [])],
    crons: definition?.functions["crons.js"]?.cronSpecs ?? [],
    serverVersion: definition?.udfConfig.serverVersion ?? "",
  };
}

function* functionPaths(nodes: Iterable<TreeNode>, analysis: PushedState["analysis"]) {
  for (const { componentPath, definitionPath } of nodes) {
    for (const [module, { functions }] of Object.entries(analysis[definitionPath]?.functions ?? {})) {
      for (const { name } of functions) yield { componentPath, functionPath: `${module}:${name}` };
    }
  }
}

/** The JSON of an object with its keys in order. */
function canonicalText(value: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}
