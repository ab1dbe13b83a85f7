/**
 * `evaluate_schema`: what a push would do to schemas and indexes, for the command line's warnings about large tables.
 * Only the schema modules are evaluated, and nothing is written (P24).
 */
import type { IndexDiff, IndexDiffEntry } from "../storage/index-diff.ts";
import { enforcedTypes, type SchemaJson } from "../storage/schema-json.ts";
import type { Store } from "../storage/store.ts";
import { isSubset } from "../values/validators.ts";
import type { PushDeps } from "./deps.ts";
import { parseStartPush } from "./wire.ts";

/** What happens to a table's documents: not checked, known to fit, or to be read one by one. */
type Outcome = "notValidated" | "supersetOfEnforced" | "mustWalk";
type Change = "added" | "identical" | "enabled" | "disabled" | "dropped";

interface Evaluation {
  definitionPath: string;
  schemaValidation: boolean;
  tables: { name: string; outcome: Outcome; numDocs: number; sizeBytes: number }[];
  indexes: (IndexDiffEntry & { change: Change; needsBackfill: boolean; numDocs: number })[];
}

/** Keyed by component path; components that are not mounted yet have nothing to compare with. Throws as a push does. */
export async function evaluateSchemas(body: unknown, deps: PushDeps) {
  const request = parseStartPush(body);
  const { byPath } = deps.code();
  const schemas = await deps.analysis.schemas([request.app, ...request.components]);
  const evaluations: Record<string, Evaluation> = {};
  for (const { path, ns, definitionPath } of byPath.values()) {
    const schema = schemas.get(definitionPath);
    if (schema !== undefined) evaluations[path] = evaluate(definitionPath, ns, schema, deps);
  }
  const known = new Set([...byPath.values()].map(({ definitionPath }) => definitionPath));
  return {
    componentSchemaEvaluations: evaluations,
    newComponentDefinitions: [...schemas.keys()].filter((path) => !known.has(path)),
  };
}

const CHANGES: Record<keyof IndexDiff, Change> = {
  added_indexes: "added",
  removed_indexes: "dropped",
  enabled_indexes: "enabled",
  disabled_indexes: "disabled",
};
/** Documents from whose sizes that of a table is estimated. */
const SAMPLE = 100;

function evaluate(definitionPath: string, ns: number, schema: SchemaJson | null, { store }: PushDeps): Evaluation {
  const [enforced, wanted] = [enforcedTypes(store.catalog.schema(ns)), enforcedTypes(schema)];
  const tables = (schema?.tables ?? []).map(({ tableName }) => {
    const [old, next] = [enforced.get(tableName), wanted.get(tableName)];
    const outcome: Outcome = !next ? "notValidated" : old && isSubset(old, next) ? "supersetOfEnforced" : "mustWalk";
    const size = outcome === "mustWalk" ? sizeOf(store, ns, tableName) : { numDocs: 0, sizeBytes: 0 };
    return { name: tableName, outcome, ...size };
  });
  const diff = store.catalog.diffIndexes(ns, schema);
  const indexes = (Object.keys(CHANGES) as (keyof IndexDiff)[]).flatMap((kind) =>
    diff[kind].map((entry) => {
      const { numDocs } = sizeOf(store, ns, entry.name.split(".")[0]!);
      const change = CHANGES[kind];
      return { ...entry, change, needsBackfill: change === "added" && numDocs > 0, numDocs };
    }),
  );
  return { definitionPath, schemaValidation: schema?.schemaValidation ?? false, tables, indexes };
}

/** How many documents a table has, and about how many bytes, judged by its newest ones. */
function sizeOf({ catalog, rows }: Store, ns: number, name: string): { numDocs: number; sizeBytes: number } {
  const byCreation = catalog.table(ns, name)?.indexes.get("by_creation_time");
  if (!byCreation) return { numDocs: 0, sizeBytes: 0 };
  const numDocs = rows.count(byCreation.id);
  const sample = rows.range(byCreation.id, Buffer.alloc(0), null, "desc", SAMPLE);
  const sampled = sample.reduce((sum, { size }) => sum + size, 0);
  return { numDocs, sizeBytes: sample.length === 0 ? 0 : Math.round((sampled / sample.length) * numDocs) };
}
