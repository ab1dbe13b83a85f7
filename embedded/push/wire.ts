/**
 * What the command line sends in `start_push`, `evaluate_push` and `evaluate_schema`, parsed at the border. Unknown
 * fields are ignored (newer command lines send more), missing flags are false.
 */
import { pushError } from "./errors.ts";

export type ModuleEnvironment = "isolate" | "node";

/** One bundled module as it arrives: an ES module's source with its source map as a separate text. */
export interface ModuleConfig {
  path: string;
  source: string;
  sourceMap: string | null;
  environment: ModuleEnvironment;
}

/** A root module that the server already has, named by its hash. */
export interface ModuleHash {
  path: string;
  environment: ModuleEnvironment;
  sha256: string;
}

/** One component definition; `functions` of the root are the changed ones only, `unchanged` names the others. */
export interface DefinitionConfig {
  definitionPath: string;
  definition: ModuleConfig | null;
  dependencies: string[];
  schema: ModuleConfig | null;
  functions: ModuleConfig[];
  unchanged: ModuleHash[];
  udfServerVersion: string;
}

export interface StartPushRequest {
  dryRun: boolean;
  forCodegen: boolean;
  functions: string;
  app: DefinitionConfig;
  components: DefinitionConfig[];
  nodeDependencies: { name: string; version: string }[];
  nodeVersion: string | null;
}

type Fields = Record<string, unknown>;

/** The request body as typed parts. Throws 400 `InvalidConfig` naming the malformed part. */
export function parseStartPush(body: unknown): StartPushRequest {
  const request = fields(body, "request");
  const app = fields(request.appDefinition, "appDefinition");
  return {
    dryRun: request.dryRun === true,
    forCodegen: request.forCodegen === true,
    functions: text(request.functions, "functions"),
    app: {
      definitionPath: "",
      definition: optionalModule(app.definition, "appDefinition.definition"),
      dependencies: list(app.dependencies, "appDefinition.dependencies", text),
      schema: optionalModule(app.schema, "appDefinition.schema"),
      functions: list(app.changedModules ?? app.functions, "appDefinition.changedModules", moduleConfig),
      unchanged: list(app.unchangedModuleHashes ?? [], "appDefinition.unchangedModuleHashes", moduleHash),
      udfServerVersion: text(app.udfServerVersion, "appDefinition.udfServerVersion"),
    },
    components: list(request.componentDefinitions, "componentDefinitions", componentDefinition),
    nodeDependencies: list(request.nodeDependencies ?? [], "nodeDependencies", nodeDependency),
    nodeVersion:
      request.nodeVersion === undefined || request.nodeVersion === null
        ? null
        : text(request.nodeVersion, "nodeVersion"),
  };
}

function componentDefinition(value: unknown, where: string): DefinitionConfig {
  const config = fields(value, where);
  return {
    definitionPath: text(config.definitionPath, `${where}.definitionPath`),
    definition: moduleConfig(config.definition, `${where}.definition`),
    dependencies: list(config.dependencies, `${where}.dependencies`, text),
    schema: optionalModule(config.schema, `${where}.schema`),
    functions: list(config.functions, `${where}.functions`, moduleConfig),
    unchanged: [],
    udfServerVersion: text(config.udfServerVersion, `${where}.udfServerVersion`),
  };
}

function nodeDependency(value: unknown, where: string): { name: string; version: string } {
  const dependency = fields(value, where);
  return { name: text(dependency.name, `${where}.name`), version: text(dependency.version, `${where}.version`) };
}

function optionalModule(value: unknown, where: string): ModuleConfig | null {
  return value === null || value === undefined ? null : moduleConfig(value, where);
}

function moduleConfig(value: unknown, where: string): ModuleConfig {
  const module = fields(value, where);
  return {
    path: text(module.path, `${where}.path`),
    source: text(module.source, `${where}.source`),
    sourceMap:
      module.sourceMap === undefined || module.sourceMap === null ? null : text(module.sourceMap, `${where}.sourceMap`),
    environment: environment(module.environment, `${where}.environment`),
  };
}

function moduleHash(value: unknown, where: string): ModuleHash {
  const hash = fields(value, where);
  return {
    path: text(hash.path, `${where}.path`),
    environment: environment(hash.environment, `${where}.environment`),
    sha256: text(hash.sha256, `${where}.sha256`),
  };
}

function environment(value: unknown, where: string): ModuleEnvironment {
  if (value === "isolate" || value === "node") return value;
  throw malformed(where, `"isolate" or "node"`);
}

function fields(value: unknown, where: string): Fields {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Fields;
  throw malformed(where, "an object");
}

function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw malformed(where, "a string");
}

function list<T>(value: unknown, where: string, item: (value: unknown, where: string) => T): T[] {
  if (!Array.isArray(value)) throw malformed(where, "an array");
  return value.map((entry, index) => item(entry, `${where}[${index}]`));
}

function malformed(where: string, expected: string): Error {
  return pushError("InvalidConfig", `The push request is malformed: ${where} must be ${expected}.`);
}
