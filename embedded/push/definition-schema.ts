/** Evaluates the schema module of a component: alone, without variables or imports, with fixed time and seed (P8). */
import type { Loader } from "../functions/loader.ts";
import type { SchemaJson } from "../storage/schema-json.ts";
import { AnalysisRealm, UserCodeError } from "./analysis-realm.ts";
import { pushError } from "./errors.ts";
import { toStoredModule } from "./modules.ts";
import { parseSchema, schemaMessage } from "./schema.ts";
import type { DefinitionConfig } from "./wire.ts";

export interface SchemaScope {
  loader: Loader;
  nowMs: number;
  seed: Uint8Array;
}

const NO_ENV = `{
  const read = [];
  const env = new Proxy(Object.create(null), {
    get(_, name) {
      if (typeof name !== "string") return undefined;
      read.push(name);
      throw new Error("Environment variables cannot be read while the schema is evaluated: " + name);
    },
  });
  Object.defineProperty(globalThis, "process", { value: { env }, configurable: true, writable: true });
  read
}`;

/** The checked schema of a definition, null when it has none. Throws a 400 with the code of the first broken rule. */
export async function evaluateSchema(config: DefinitionConfig, scope: SchemaScope): Promise<SchemaJson | null> {
  if (config.schema === null) return null;
  const module = toStoredModule(config.schema);
  const set = { definitionPath: config.definitionPath, modules: new Map([[module.path, module]]) };
  const realm = await AnalysisRealm.open({ ...scope, set, env: {}, name: `${config.definitionPath || "app"} schema` });
  const read = realm.evaluate(NO_ENV) as string[];
  try {
    const text = realm.inspect(module.path, (exports) => exportText(exports));
    return parseSchema(text);
  } catch (error) {
    if (read[0] !== undefined) {
      throw pushError(
        "NoEnvironmentVariablesInSchema",
        schemaMessage(`The schema reads the environment variable ${read[0]}; a schema cannot depend on variables.`),
      );
    }
    if (!(error instanceof UserCodeError)) throw error;
    throw pushError("InvalidSchema", schemaMessage(error.text));
  } finally {
    realm.dispose();
  }
}

function exportText(exports: Record<string, unknown>): string {
  const schema = exports.default as { export?: unknown } | null | undefined;
  if (schema === undefined)
    throw pushError("MissingSchemaExportError", schemaMessage("schema.js has no default export."));
  if (typeof schema?.export !== "function") throw refused("was not made by defineSchema()");
  let text: unknown;
  try {
    text = (schema as { export(): unknown }).export();
  } catch (error) {
    throw refused(`cannot be exported: ${String((error as Error).message)}`);
  }
  if (typeof text !== "string") throw refused("gave no text");
  return text;
}

function refused(problem: string): Error {
  return pushError("InvalidSchemaExport", schemaMessage(`The default export of schema.js ${problem}.`));
}
