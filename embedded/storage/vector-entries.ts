import { equalValues, type JsonObject } from "../values/json.ts";
import { encodeKey, fieldAt } from "../values/sort-key.ts";
import { covers, internalId } from "./entries.ts";
import type { PendingDoc } from "./overlay.ts";
import { keptIndexes, type IndexInfo } from "./tables.ts";
import type { VectorRows } from "./vector-rows.ts";

/** What a vector index holds of one document. */
export interface VectorEntry {
  vector: Float32Array;
  /** Euclidean length. */
  norm: number;
  /** Sort key of each declared filter field, in their order. */
  filters: Buffer[];
}

/**
 * What `index` holds of `doc` (SPEC S35); null when the vector field is no array of as many regular float64 as the
 * index has dimensions.
 */
export function vectorEntry(index: IndexInfo, doc: JsonObject): VectorEntry | null {
  const value = fieldAt(doc, index.vectorField ?? "");
  if (!Array.isArray(value) || value.length !== index.dimensions) return null;
  if (!value.every((n) => typeof n === "number")) return null;
  const vector = Float32Array.from(value);
  const norm = normOf(vector);
  if (!Number.isFinite(norm)) return null;
  return { vector, norm, filters: (index.filterFields ?? []).map((field) => encodeKey([fieldAt(doc, field)])) };
}

/** Euclidean length of a vector. */
export function normOf(vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

/** Brings the vector indexes of a document's table up to date; `row` is its row number in `docs`. */
export function flushVectors(rows: VectorRows, { table, id, before, after }: PendingDoc, row: number): void {
  for (const index of keptIndexes(table)) {
    if (index.kind !== "vector" || isUntouched(index, before?.doc, after?.doc)) continue;
    if (!covers(index, (after ?? before)!.doc)) continue;
    const was = before && vectorEntry(index, before.doc);
    const is = after && vectorEntry(index, after.doc);
    if (was !== null) rows.remove(index.id, row, was);
    if (is !== null) rows.put(index.id, row, internalId(id), is);
  }
}

/** Whether the two versions are the same to the index. */
function isUntouched(index: IndexInfo, before: JsonObject | undefined, after: JsonObject | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const fields = [index.vectorField ?? "", ...(index.filterFields ?? [])];
  return fields.every((field) => equalValues(fieldAt(before, field), fieldAt(after, field)));
}
