/** `start_push`: analyses the code, hands in its schemas and builds new indexes. What runs does not change (P5, P6). */
import { randomUUID } from "node:crypto";
import type { IndexDiff } from "../storage/index-diff.ts";
import { readEnv } from "../system/environment.ts";
import type { AnalyzedPush } from "./analyze.ts";
import type { PushDeps } from "./deps.ts";
import { systemEnv } from "./load.ts";
import { readModules, readPushed } from "./stored.ts";
import { treeNodes, type TreeNode } from "./tree.ts";
import { parseStartPush, type StartPushRequest } from "./wire.ts";

/** A push between `start_push` and `finish_push`. */
export interface PendingPush {
  pushId: string;
  request: StartPushRequest;
  analyzed: AnalyzedPush;
  /** The user's variables that the analysis saw. */
  env: ReadonlyMap<string, string>;
  change: SchemaChange;
}

/** What happens to the schemas and indexes of every component, keyed by component path. */
export interface SchemaChange {
  /** The id of the schema that was handed in; null where there is none, or where nothing is handed in (a dry run). */
  schemaIds: Record<string, string | null>;
  indexDiffs: Record<string, IndexDiff>;
  /** Of a dry run: the first document that does not fit. */
  mismatch: { componentPath: string; tableName: string; error: string } | null;
}

/** Analyses the request and prepares its schemas. Throws a 400 for what is wrong with the pushed code. */
export async function startPush(body: unknown, deps: PushDeps): Promise<PendingPush> {
  const { request, analyzed, env } = await analyze(body, deps);
  const nodes = [...treeNodes(analyzed.tree)];
  const isPrediction = request.dryRun || request.forCodegen;
  let change = isPrediction ? await predictSchemas(nodes, analyzed, deps) : undefined;
  if (!change) await deps.runner.transact((txn) => txn.atFlush(() => (change = submitSchemas(nodes, analyzed, deps))));
  if (!isPrediction) void deps.builds.ensure(Object.values(change!.schemaIds)).catch(deps.report);
  return { pushId: randomUUID(), request, analyzed, env, change: change! };
}

/** What `start_push` would change about schemas and indexes; writes nothing. */
export async function evaluatePush(body: unknown, deps: PushDeps): Promise<SchemaChange> {
  const { analyzed } = await analyze(body, deps);
  return predictSchemas([...treeNodes(analyzed.tree)], analyzed, deps);
}

async function analyze(body: unknown, deps: PushDeps) {
  const request = parseStartPush(body);
  const env = readEnv(deps.store);
  const analyzed = await deps.analysis.analyze(request, {
    systemEnv: systemEnv(deps.origins),
    userEnv: env,
    storedApp: readModules(deps.store).get("") ?? null,
    storedUdfConfig: readPushed(deps.store)?.analysis[""]?.udfConfig ?? null,
  });
  return { request, analyzed, env };
}

function submitSchemas(nodes: readonly TreeNode[], analyzed: AnalyzedPush, { store }: PushDeps): SchemaChange {
  const { catalog } = store;
  const change: SchemaChange = { schemaIds: {}, indexDiffs: {}, mismatch: null };
  for (const { componentPath, definitionPath } of nodes) {
    const schema = analyzed.analysis[definitionPath]?.schema ?? null;
    const ns = catalog.ensureNamespace(componentPath);
    if (schema === null) {
      change.schemaIds[componentPath] = null;
      change.indexDiffs[componentPath] = catalog.diffIndexes(ns, null);
      continue;
    }
    change.indexDiffs[componentPath] = catalog.prepareIndexes(ns, schema, { inSlices: true });
    change.schemaIds[componentPath] = catalog.submitSchema(ns, schema);
  }
  return change;
}

async function predictSchemas(
  nodes: readonly TreeNode[],
  analyzed: AnalyzedPush,
  { store }: PushDeps,
): Promise<SchemaChange> {
  const { catalog } = store;
  const change: SchemaChange = { schemaIds: {}, indexDiffs: {}, mismatch: null };
  for (const { componentPath, definitionPath } of nodes) {
    const schema = analyzed.analysis[definitionPath]?.schema ?? null;
    const ns = catalog.namespace(componentPath);
    change.schemaIds[componentPath] = null;
    change.indexDiffs[componentPath] = catalog.diffIndexes(ns ?? null, schema);
    if (ns === undefined || schema === null || change.mismatch !== null) continue;
    const search = catalog.validateBySlices(ns, schema);
    let step = search.next();
    for (; step.done !== true; step = search.next()) await new Promise((resolve) => setImmediate(resolve));
    const found = step.value;
    if (found) change.mismatch = { componentPath, tableName: found.tableName, error: found.message };
  }
  return change;
}
