/**
 * The component tree of a push: definitions become instances, names and variables are checked, HTTP mounts are laid out
 * (P12). All refusals are 400 `TypecheckError`.
 */
import { validate } from "../values/validators.ts";
import type { AnalyzedModule, DefinitionMetadata, EnvBinding, EnvDeclaration } from "./analyzed.ts";
import { pushError } from "./errors.ts";

/** Where an instance gets a variable from: a text, or the deployment's variable of that name. */
export type ResolvedBinding = { value: string } | { variable: string };

/** One instance. `componentPath` joins the mount names with `/`; the app's is "". */
export interface TreeNode {
  definitionPath: string;
  componentPath: string;
  /** Where the instance answers HTTP requests, ends in `/`; null when it is not mounted, or for an app without a prefix. */
  httpPrefix: string | null;
  env: Record<string, ResolvedBinding>;
  routes: { method: string; path: string }[] | null;
  mounts: string[];
  children: Record<string, TreeNode>;
}

/** What the tree is built from, one per definition. */
export interface TreeSource {
  definition: DefinitionMetadata;
  functions: Record<string, AnalyzedModule>;
}

/**
 * The tree from the app's definition "". `forCodegen` leaves out the check that required variables are bound.
 */
export function buildTree(sources: ReadonlyMap<string, TreeSource>, forCodegen: boolean): TreeNode {
  return instantiate("", "", sources.get("")?.definition.httpPrefix ?? null, {}, sources, forCodegen);
}

/** Every instance, parents before children. */
export function* treeNodes(node: TreeNode): Generator<TreeNode> {
  yield node;
  for (const child of Object.values(node.children)) yield* treeNodes(child);
}

function instantiate(
  definitionPath: string,
  componentPath: string,
  httpPrefix: string | null,
  env: Record<string, ResolvedBinding>,
  sources: ReadonlyMap<string, TreeSource>,
  forCodegen: boolean,
): TreeNode {
  const source = sources.get(definitionPath);
  if (!source) throw mistyped(componentPath, `its definition ${definitionPath} was not sent.`);
  const { definition, functions } = source;
  const routes =
    functions["http.js"]?.httpRoutes?.map(({ route }) => ({ method: route.method, path: route.path })) ?? null;
  const isRoot = componentPath === "";
  const node: TreeNode = {
    definitionPath,
    componentPath,
    env,
    routes,
    children: {},
    httpPrefix,
    mounts: Object.keys(definition.httpMounts),
  };
  const mountOf = checkMounts(definition, routes ?? [], componentPath, isRoot ? (httpPrefix ?? "/") : "/");
  for (const child of definition.childComponents) {
    if (node.children[child.name]) throw mistyped(componentPath, `it uses two components named "${child.name}".`);
    const path = isRoot ? child.name : `${componentPath}/${child.name}`;
    const declared = sources.get(child.path)?.definition.envVars ?? [];
    const mount = mountOf.get(child.name);
    const prefix = mount === undefined ? null : isRoot ? mount : httpPrefix && joinPrefix(httpPrefix, mount);
    const bound = bindEnv(path, child.env ?? [], declared, definition, node, forCodegen);
    const instance = instantiate(child.path, path, prefix, bound, sources, forCodegen);
    if (mount !== undefined && instance.routes === null && instance.mounts.length === 0) {
      throw mistyped(componentPath, `it mounts "${child.name}" at ${mount}, but that component has no HTTP routes.`);
    }
    node.children[child.name] = instance;
  }
  return node;
}

function joinPrefix(parent: string, mount: string): string {
  return parent + mount.replace(/^\//, "");
}

/**
 * The mount prefix of every mounted child. A mount may not lie on another mount or on a prefix route; the routes lie below
 * `base`.
 */
function checkMounts(
  definition: DefinitionMetadata,
  routes: readonly { path: string }[],
  componentPath: string,
  base: string,
): Map<string, string> {
  const mountOf = new Map<string, string>();
  const prefixRoutes = new Set(
    routes.filter(({ path }) => path.endsWith("/*")).map(({ path }) => base + path.slice(1, -1)),
  );
  const names = new Set(definition.childComponents.map((child) => child.name));
  for (const [prefix, target] of Object.entries(definition.httpMounts)) {
    const name = target.replace(/^_reference\/childComponent\//, "");
    if (!names.has(name)) throw mistyped(componentPath, `it mounts ${target} at ${prefix}, which it does not use.`);
    if (prefixRoutes.has(prefix))
      throw mistyped(componentPath, `${prefix} is both a mount and a route with a path prefix.`);
    mountOf.set(name, prefix);
  }
  return mountOf;
}

function bindEnv(
  path: string,
  given: readonly [string, EnvBinding][],
  declared: readonly [string, EnvDeclaration][],
  parent: DefinitionMetadata,
  parentNode: TreeNode,
  forCodegen: boolean,
): Record<string, ResolvedBinding> {
  const declarations = new Map(declared);
  const bound: Record<string, ResolvedBinding> = {};
  for (const [name, binding] of given) {
    const declaration = declarations.get(name);
    if (!declaration) throw mistyped(path, `it is given the environment variable ${name}, which it does not declare.`);
    if (binding.type === "value") {
      const problem = valueProblem(declaration, binding.value);
      if (problem !== null)
        throw mistyped(path, `its environment variable ${name} has a value that is not allowed: ${problem}`);
      bound[name] = { value: binding.value };
      continue;
    }
    const isDeclared = (parent.envVars ?? []).some(([declaredName]) => declaredName === binding.name);
    if (!isDeclared)
      throw mistyped(
        path,
        `its environment variable ${name} is bound to ${binding.name}, which its parent does not declare.`,
      );
    const resolved = parent.path === "" ? { variable: binding.name } : parentNode.env[binding.name];
    if (resolved) bound[name] = resolved;
  }
  for (const [name, declaration] of declared) {
    if (bound[name] || declaration.optional || forCodegen) continue;
    throw mistyped(path, `its environment variable ${name} is required and not given.`);
  }
  return bound;
}

/** Why `value` is not allowed for a declared variable, or null. */
export function valueProblem(declaration: EnvDeclaration, value: string): string | null {
  return validate(JSON.parse(declaration.value), value, { nameOf: () => undefined });
}

function mistyped(componentPath: string, problem: string): Error {
  return pushError(
    "TypecheckError",
    `${componentPath === "" ? "The app" : `Component "${componentPath}"`}: ${problem}`,
  );
}
