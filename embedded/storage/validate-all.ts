import type { JsonObject } from "../values/json.ts";
import { isSubset, validate, type TableNames, type ValidatorJson } from "../values/validators.ts";
import { documentsOf } from "./index-builder.ts";
import type { Rows } from "./rows.ts";
import type { TableInfo } from "./tables.ts";

/** A document that a schema does not allow; `message` is what the command line prints. */
export interface Mismatch {
  tableName: string;
  id: string;
  message: string;
}

/** `doc` without its system fields: what a schema's validators describe. */
export function userFields(doc: JsonObject): JsonObject {
  const { _id, _creationTime, ...fields } = doc;
  return fields;
}

/**
 * The first stored document that does not pass its table's validator in `wanted`, or null. A table is skipped when the
 * validator in `enforced`, which every write had to pass, allows nothing more (SPEC S30).
 */
export function firstMismatch(...args: Parameters<typeof mismatchBySlices>): Mismatch | null {
  const search = mismatchBySlices(...args);
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
  }
}

/** Documents looked at between two places where a search for a mismatch may be interrupted. */
const SLICE = 256;

/**
 * As `firstMismatch`, step by step: between two steps others may write, as long as each write is held against `wanted` by
 * itself.
 */
export function* mismatchBySlices(
  rows: Rows,
  tables: readonly TableInfo[],
  enforced: ReadonlyMap<string, ValidatorJson>,
  wanted: ReadonlyMap<string, ValidatorJson>,
  names: TableNames,
): Generator<void, Mismatch | null> {
  let count = 0;
  for (const table of tables) {
    const validator = wanted.get(table.name);
    if (validator === undefined) continue;
    const old = enforced.get(table.name);
    if (old !== undefined && isSubset(old, validator)) continue;
    for (const { document } of documentsOf(rows, table)) {
      if (++count % SLICE === 0) yield;
      const detail = validate(validator, userFields(document), names);
      if (detail === null) continue;
      const id = document["_id"] as string;
      const message = `Document with ID "${id}" in table "${table.name}" does not match the schema: ${detail}`;
      return { tableName: table.name, id, message };
    }
  }
  return null;
}
