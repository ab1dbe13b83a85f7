/** The answer of `start_push` in the exact shape the command line reads; it comes back verbatim in `finish_push`. */
import type { Store } from "../storage/store.ts";
import type { PendingPush, SchemaChange } from "./start.ts";
import type { TreeNode } from "./tree.ts";

/** `pushId` names the pending push in `finish_push`, `schemaChange` in `wait_for_schema`. */
export function startAnswer(push: PendingPush, store: Store) {
  const { analyzed, env, change } = push;
  return {
    pushId: push.pushId,
    environmentVariables: Object.fromEntries(env),
    externalDepsId: null,
    componentDefinitionPackages: Object.fromEntries(Object.keys(analyzed.analysis).map((path) => [path, {}])),
    appAuth: analyzed.auth,
    analysis: analyzed.analysis,
    app: checkedComponent(analyzed.tree),
    schemaChange: schemaChangeAnswer(change, store),
  };
}

/** Schema ids and index differences by component path, with what `wait_for_schema` must know of a dry run. */
export function schemaChangeAnswer(change: SchemaChange, store: Store) {
  const ids = Object.keys(change.schemaIds).map((path) => [path, String(store.catalog.namespace(path) ?? "")]);
  return {
    allocatedComponentIds: Object.fromEntries(ids.filter(([path]) => path !== "")) as Record<string, string>,
    schemaIds: change.schemaIds,
    indexDiffs: change.indexDiffs,
    mismatch: change.mismatch,
  };
}

interface CheckedComponent {
  definitionPath: string;
  componentPath: string;
  httpPrefix: string | null;
  args: Record<string, never>;
  env: TreeNode["env"];
  childComponents: Record<string, CheckedComponent>;
  httpRoutes: { httpModuleRoutes: TreeNode["routes"]; mounts: string[] };
  exports: Record<string, never>;
}

function checkedComponent(node: TreeNode): CheckedComponent {
  const children = Object.entries(node.children).map(([name, child]) => [name, checkedComponent(child)] as const);
  return {
    definitionPath: node.definitionPath,
    componentPath: node.componentPath,
    httpPrefix: node.httpPrefix,
    args: {},
    env: node.env,
    childComponents: Object.fromEntries(children),
    httpRoutes: { httpModuleRoutes: node.routes, mounts: node.mounts },
    exports: {},
  };
}
