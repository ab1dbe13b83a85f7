/**
 * What a finished push leaves in the store: the modules of every definition as rows, and one JSON with the component
 * tree and the analysis. Written in the transaction of `finish_push`, read once at start (P15).
 */
import type { ModuleSet } from "../functions/code.ts";
import type { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import type { Json } from "../values/json.ts";
import type { AuthProvider, EvaluatedDefinition } from "./analyzed.ts";
import type { TreeNode } from "./tree.ts";

/** Raised when the JSON below changes its shape. */
const FORMAT = 1;
const KEY = "pushed";

export interface PushedState {
  /** Counts pushes. */
  version: number;
  /** When the push was finished, ms since 1970. */
  pushedAtMs: number;
  /** The folder of the functions, as the command line names it. */
  functions: string;
  nodeVersion: string | null;
  tree: TreeNode;
  analysis: Record<string, EvaluatedDefinition>;
  auth: AuthProvider[];
  /** The origins that the providers were evaluated with. */
  origins: Origins;
  /** Instances that were unmounted by path, with their definitions: their data is kept. */
  unmounted: Record<string, string>;
}

/** The origins of the deployment as its functions see them. */
export interface Origins {
  cloudUrl: string;
  siteUrl: string;
}

/**
 * The state of the last finished push, or null before the first. Throws UserError `StoredCode` with one sentence when
 * another version stored it in another form.
 */
export function readPushed(store: Store): PushedState | null {
  const stored = store.code.get(KEY) as { format?: unknown; state?: Json } | null;
  if (stored === null) return null;
  if (stored.format !== FORMAT || !isState(stored.state, store)) {
    throw new UserError(
      "StoredCode",
      `The functions pushed to "${store.db.dir}" are kept in a form that this server does not read (form ` +
        `${JSON.stringify(stored.format ?? null)}; it reads ${FORMAT}). Nothing was changed: start the version that stored ` +
        `them, or a newer one.`,
    );
  }
  return stored.state as unknown as PushedState;
}

/** Whether `state` has what a start takes for granted: the tree, and for each instance its definition and namespace. */
function isState(state: Json | undefined, { catalog }: Store): boolean {
  const { version, tree, analysis, auth, origins } = (state ?? {}) as Partial<PushedState>;
  const isNode = (node: TreeNode | undefined): boolean =>
    typeof node?.componentPath === "string" &&
    catalog.namespace(node.componentPath) !== undefined &&
    typeof analysis?.[node.definitionPath]?.functions === "object" &&
    typeof node.env === "object" &&
    Object.values(node.children ?? {}).every(isNode);
  return (
    typeof version === "number" &&
    isNode(tree) &&
    Array.isArray(auth) &&
    typeof origins?.cloudUrl === "string" &&
    typeof origins.siteUrl === "string"
  );
}

/** The stored modules by definition path. */
export function readModules({ code }: Store): Map<string, ModuleSet> {
  const sets = new Map<string, ModuleSet>();
  for (const { definitionPath, ...module } of code.modules()) {
    let set = sets.get(definitionPath);
    if (!set) sets.set(definitionPath, (set = { definitionPath, modules: new Map() }));
    set.modules.set(module.path, module);
  }
  return sets;
}

/** Replaces the pushed state; at the end of a transaction. */
export function writePushed({ code }: Store, state: PushedState): void {
  code.put(KEY, { format: FORMAT, state: state as unknown as Json });
}

/** Makes the stored modules those of `next`: only rows that differ are written. At the end of a transaction. */
export function writeModules(store: Store, next: ReadonlyMap<string, ModuleSet>): void {
  const stored = readModules(store);
  for (const [definitionPath, { modules }] of next) {
    const known = stored.get(definitionPath)?.modules;
    for (const module of modules.values()) {
      const before = known?.get(module.path);
      if (before?.sha256 === module.sha256 && before.environment === module.environment) continue;
      store.code.putModule({ definitionPath, ...module });
    }
  }
  for (const [definitionPath, { modules }] of stored) {
    const kept = next.get(definitionPath)?.modules;
    for (const path of modules.keys()) if (!kept?.has(path)) store.code.deleteModule(definitionPath, path);
  }
}
