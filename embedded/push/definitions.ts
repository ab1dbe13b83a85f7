/** Evaluates the convex.config modules bottom-up: a parent sees its children's names and paths (P11). */
import type { ModuleSet } from "../functions/code.ts";
import type { Loader } from "../functions/loader.ts";
import { isIdentifier } from "../values/names.ts";
import { parseValidator } from "../values/validators.ts";
import { AnalysisRealm, UserCodeError } from "./analysis-realm.ts";
import type { ChildComponent, DefinitionMetadata, EnvBinding, EnvDeclaration } from "./analyzed.ts";
import { pushError } from "./errors.ts";
import { moduleHashOf, toStoredModule } from "./modules.ts";
import { isStringLike } from "./validator-shapes.ts";
import type { DefinitionConfig } from "./wire.ts";

type Fields = Record<string, unknown>;

export interface DefinitionScope {
  loader: Loader;
  rootEnv: Record<string, string>;
  nowMs: number;
  seed: Uint8Array;
}

/**
 * What every definition says, keyed by definition path, children before parents. Throws 400 `CyclicImport`,
 * `InvalidDefinition`, `InvalidConvexConfig` or `InvalidEnvVarDeclaration`.
 */
export async function evaluateDefinitions(
  configs: readonly DefinitionConfig[],
  scope: DefinitionScope,
): Promise<Map<string, DefinitionMetadata>> {
  const results = new Map<string, DefinitionMetadata>();
  for (const config of childrenFirst(configs)) {
    results.set(config.definitionPath, await evaluateDefinition(config, results, scope));
  }
  return results;
}

function childrenFirst(configs: readonly DefinitionConfig[]): DefinitionConfig[] {
  const byPath = new Map(configs.map((config) => [config.definitionPath, config]));
  const done: DefinitionConfig[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (path: string, from: string): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      throw pushError("CyclicImport", `Component definitions import each other in a circle at ${path || "the app"}.`);
    }
    const config = byPath.get(path);
    if (!config)
      throw pushError("InvalidConvexConfig", `${from || "The app"} uses ${path}, whose definition was not sent.`);
    state.set(path, "open");
    for (const dependency of config.dependencies) visit(dependency, path);
    state.set(path, "done");
    done.push(config);
  };
  for (const config of configs) visit(config.definitionPath, "");
  return done;
}

async function evaluateDefinition(
  config: DefinitionConfig,
  evaluated: ReadonlyMap<string, DefinitionMetadata>,
  scope: DefinitionScope,
): Promise<DefinitionMetadata> {
  const { definitionPath, definition } = config;
  if (definition === null) return emptyApp(definitionPath);
  const set: ModuleSet = { definitionPath, modules: new Map() };
  const main = toStoredModule(definition);
  set.modules.set(main.path, main);
  for (const child of config.dependencies) {
    const path = `_componentDeps/${Buffer.from(child).toString("base64url")}.js`;
    const source = `export default ${JSON.stringify(childStandIn(child, evaluated))};\n`;
    set.modules.set(path, {
      path,
      source,
      sourceMap: null,
      environment: "isolate",
      sha256: moduleHashOf(source, null),
    });
  }
  const isRoot = definitionPath === "";
  const realm = await AnalysisRealm.open({
    ...scope,
    set,
    env: isRoot ? scope.rootEnv : {},
    name: `${definitionPath || "app"} convex.config`,
  });
  try {
    const exported = realm.inspect(main.path, (exports) => exportOf(exports, definitionPath));
    return parseDefinition(exported, config);
  } catch (error) {
    if (!(error instanceof UserCodeError)) throw error;
    throw invalid(definitionPath, error.text);
  } finally {
    realm.dispose();
  }
}

/** What `import child from "…/convex.config"` gives: only its path and default name are read by `use()`. */
function childStandIn(path: string, evaluated: ReadonlyMap<string, DefinitionMetadata>): Fields {
  const type = evaluated.get(path)?.definitionType;
  return { componentDefinitionPath: path, defaultName: type?.type === "childComponent" ? type.name : undefined };
}

function exportOf(exports: Fields, definitionPath: string): unknown {
  const names = Object.keys(exports);
  if (names.length !== 1 || names[0] !== "default") {
    throw invalid(
      definitionPath,
      `it must have exactly one export, the default one; it has ${names.join(", ") || "none"}.`,
    );
  }
  const definition = exports.default as { export?: unknown } | null | undefined;
  if (typeof definition?.export !== "function") {
    throw invalid(definitionPath, "the default export was not made by defineApp() or defineComponent().");
  }
  // Out of the realm as text, so that nothing of it is kept alive.
  return JSON.parse(JSON.stringify((definition as { export(): unknown }).export()));
}

function emptyApp(path: string): DefinitionMetadata {
  return {
    path,
    definitionType: { type: "app" },
    childComponents: [],
    httpMounts: {},
    httpPrefix: null,
    exports: { type: "branch", branch: [] },
    envVars: null,
  };
}

function parseDefinition(value: unknown, config: DefinitionConfig): DefinitionMetadata {
  const path = config.definitionPath;
  const raw = fields(value, path);
  const type = fields(raw.definitionType, path);
  const isRoot = path === "";
  if (type.type !== (isRoot ? "app" : "childComponent")) {
    throw invalid(
      path,
      isRoot ? "the app must be made by defineApp()." : "a component must be made by defineComponent().",
    );
  }
  if (!isRoot && !isIdentifier(String(type.name))) {
    throw invalid(path, `${JSON.stringify(type.name)} is not a valid component name.`);
  }
  const mounts = Object.entries(fields(raw.httpMounts ?? {}, path)).map(([prefix, target]) => [prefix, String(target)]);
  return {
    path,
    definitionType: isRoot ? { type: "app" } : { type: "childComponent", name: String(type.name), args: [] },
    childComponents: list(raw.childComponents, path).map((child) => parseChild(fields(child, path), config)),
    httpMounts: Object.fromEntries(mounts) as Record<string, string>,
    httpPrefix: isRoot && raw.httpPrefix !== undefined && raw.httpPrefix !== null ? prefixOf(raw.httpPrefix) : null,
    exports: { type: "branch", branch: [] },
    envVars:
      raw.envVars === undefined || raw.envVars === null ? null : parseDeclarations(list(raw.envVars, path), path),
  };
}

/** Where the app's own routes lie: begins and ends with `/`. */
function prefixOf(prefix: unknown): string {
  if (typeof prefix === "string" && prefix.startsWith("/") && prefix.endsWith("/")) return prefix;
  throw invalid("", `its httpPrefix ${JSON.stringify(prefix)} does not begin and end with "/".`);
}

function parseChild(child: Fields, config: DefinitionConfig): ChildComponent {
  const owner = config.definitionPath;
  const name = String(child.name);
  if (!isIdentifier(name)) throw invalid(owner, `${JSON.stringify(child.name)} is not a valid name for a component.`);
  const path = String(child.path);
  if (!config.dependencies.includes(path)) throw invalid(owner, `it uses ${path}, which it does not import.`);
  const env =
    child.env === null || child.env === undefined
      ? null
      : list(child.env, owner).map((entry) => parseBinding(list(entry, owner), owner));
  return { name, path, args: [], env };
}

function parseBinding([name, binding]: unknown[], owner: string): [string, EnvBinding] {
  const { type, value, name: variable } = fields(binding, owner);
  if (type === "value" && typeof value === "string") return [String(name), { type, value }];
  if (type === "envVar" && typeof variable === "string") return [String(name), { type, name: variable }];
  throw invalid(
    owner,
    `the environment variable ${String(name)} is bound to something other than a text or a variable.`,
  );
}

function parseDeclarations(entries: unknown[], owner: string): [string, EnvDeclaration][] {
  return entries.map((entry) => {
    const [name, declaration] = list(entry, owner);
    const { value, optional } = fields(declaration, owner);
    const refuse = (problem: string) =>
      pushError(
        "InvalidEnvVarDeclaration",
        `${owner || "The app"} declares the environment variable ${String(name)}: ${problem}.`,
      );
    if (!isIdentifier(String(name))) throw refuse("that is not a valid name");
    if (!isStringLike(parseValidator(JSON.parse(String(value))))) {
      throw refuse("it must be v.string(), a string literal or a union of those");
    }
    return [String(name), { type: "value", value: String(value), ...(optional === true ? { optional: true } : {}) }];
  });
}

function fields(value: unknown, path: string): Fields {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw invalid(path, "what it exports has not the shape of a definition.");
}

function list(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw invalid(path, "what it exports has not the shape of a definition.");
}

function invalid(path: string, problem: string): Error {
  return pushError(
    "InvalidDefinition",
    `The convex.config of ${path === "" ? "the app" : `component ${path}`} is not valid: ${problem}`,
  );
}
