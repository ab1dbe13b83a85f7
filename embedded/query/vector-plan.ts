import { tableNamed, type TransactionState } from "../storage/state.ts";
import type { IndexInfo } from "../storage/tables.ts";
import { normOf } from "../storage/vector-entries.ts";
import { UserError } from "../values/errors.ts";
import { checkValue, isPlainObject, type Json } from "../values/json.ts";
import { DEFAULT_VECTOR_RESULTS, MAX_VECTOR_FILTERS, MAX_VECTOR_RESULTS } from "../values/limits.ts";
import { encodeKey } from "../values/sort-key.ts";
import { isUndefined } from "./common.ts";
import { findIndex } from "./plan.ts";

/** A vector search as the client library writes it (SPEC Q30). */
export interface VectorQueryJson {
  /** "table.index". */
  indexName: string;
  limit?: number | null;
  vector: number[];
  /** Null, or a condition made of `$or` and `$eq` of a `$field` and a `$literal`. */
  expressions: Json;
}

/** A checked vector search. */
export interface VectorPlan {
  index: IndexInfo;
  /** Of the table, for the ids of the results. */
  tableNumber: number;
  vector: Float32Array;
  /** Euclidean length of `vector`. */
  norm: number;
  limit: number;
  /** A document passes with any of them: filter field number and the sort key it must have. Empty: all pass. */
  conditions: { field: number; key: Buffer }[];
}

/** Checks a vector search and finds its index. Throws a UserError for whatever is wrong with it (SPEC Q31, Q32). */
export function planVectorSearch(t: TransactionState, ns: number, q: VectorQueryJson): VectorPlan {
  if (!isPlainObject(q as unknown as Json)) throw refuse("InvalidVectorSearch", "A vector search must be an object.");
  const index = findIndex(t, ns, q.indexName, "vector");
  const limit = limitOf(q.limit ?? DEFAULT_VECTOR_RESULTS);
  const conditions = conditionsOf(index, q.expressions ?? null);
  const vector = vectorOf(q.vector, index.dimensions ?? 0);
  const tableNumber = tableNamed(t, ns, index.table)!.number;
  return { index, tableNumber, vector, norm: normOf(vector), limit, conditions };
}

function limitOf(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1) {
    const message = `The limit of a vector search must be a whole number of 1 or more, not ${JSON.stringify(limit)}.`;
    throw refuse("InvalidVectorLimit", message);
  }
  if (limit <= MAX_VECTOR_RESULTS) return limit;
  const message = `Vector queries can fetch at most ${MAX_VECTOR_RESULTS} results, requested ${limit}.`;
  throw refuse("VectorLimitTooLargeError", message);
}

function vectorOf(given: number[], dimensions: number): Float32Array {
  if (!Array.isArray(given) || !given.every((n) => typeof n === "number")) {
    throw refuse("InvalidVector", "The vector of a vector search must be an array of regular numbers.");
  }
  if (given.length === dimensions) return Float32Array.from(given);
  const message = `Expected a vector with dimensions ${dimensions}, received ${given.length}.`;
  throw refuse("VectorDimensionsMismatch", message);
}

function conditionsOf(index: IndexInfo, expressions: Json): VectorPlan["conditions"] {
  const conditions = new Map<string, VectorPlan["conditions"][number]>();
  for (const { field: path, value } of expressions === null ? [] : equalitiesOf(expressions)) {
    const field = (index.filterFields ?? []).indexOf(path);
    if (field < 0) {
      throw refuse(
        "IncorrectVectorFilterField",
        `Vector query against ${index.table}.${index.name} contains a filter on "${path}" but that field isn't ` +
          "indexed for filtering in `filterFields`.",
      );
    }
    const key = encodeKey([value]);
    conditions.set(`${field} ${key.toString("hex")}`, { field, key });
  }
  if (conditions.size <= MAX_VECTOR_FILTERS) return [...conditions.values()];
  throw refuse(
    "TooManyElementsInVectorQueryError",
    `Vector query against ${index.table}.${index.name} has too many conditions. Max: ${MAX_VECTOR_FILTERS} ` +
      `Actual: ${conditions.size}`,
  );
}

/** The equalities of which one must hold. */
function* equalitiesOf(expression: Json): Iterable<{ field: string; value: Json | undefined }> {
  const [operator, operand] = isPlainObject(expression) ? (Object.entries(expression)[0] ?? []) : [];
  if (operator === "$or" && Array.isArray(operand)) {
    for (const part of operand) yield* equalitiesOf(part);
  } else if (operator === "$eq" && Array.isArray(operand)) {
    yield equality(operand);
  } else {
    throw refuse("InvalidVectorSearchFilter", "Filters should be a combination of `q.eq` and `q.or`.");
  }
}

function equality([left, right]: Json[]): { field: string; value: Json | undefined } {
  const field = isPlainObject(left ?? null) ? (left as { $field?: Json }).$field : undefined;
  const literal = isPlainObject(right ?? null) ? (right as { $literal?: Json }).$literal : undefined;
  if (typeof field !== "string" || literal === undefined) {
    throw refuse(
      "InvalidVectorSearchFilter",
      "`q.eq` must take a field path as its first argument and a value as its second",
    );
  }
  if (isUndefined(literal)) return { field, value: undefined };
  checkValue(literal, { what: "Invalid value in a vector search filter" });
  return { field, value: literal };
}

function refuse(code: string, message: string): UserError {
  return new UserError(code, message);
}
