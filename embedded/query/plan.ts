import { checkValue, isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import type { UserError } from "../values/errors.ts";
import { afterPrefix, encodeKey } from "../values/sort-key.ts";
import { valueText } from "../values/validator-text.ts";
import { tableDependency } from "../storage/read-set.ts";
import { fillTs, tableNamed, type TransactionState } from "../storage/state.ts";
import type { IndexInfo } from "../storage/tables.ts";
import { compileFilter, type Predicate } from "./filter.ts";
import { idBound } from "./id-bound.ts";
import { badQuery, isUndefined } from "./common.ts";
import { planSearch, type SearchFilterJson, type SearchPlan } from "./search-plan.ts";

/** A query as the client library writes it (SPEC Q1). */
export interface QueryJson {
  source:
    | { type: "FullTableScan"; tableName: string; order?: Order | null }
    | { type: "IndexRange"; indexName: string; range: RangeJson[]; order?: Order | null }
    | { type: "Search"; indexName: string; filters: SearchFilterJson[] };
  operators: ({ filter: Json } | { limit: number })[];
}

export type Order = "asc" | "desc";

/** One bound on one field of an index. */
export interface RangeJson {
  type: "Eq" | "Gt" | "Gte" | "Lt" | "Lte";
  fieldPath: string;
  value: Json;
}

/** What is done with each row, in order. */
export type Step = { filter: Predicate } | { limit: number };

/** A checked query: what to read, and what to do with it. */
export interface Plan {
  source: IndexPlan | SearchPlan | { kind: "nothing" };
  steps: Step[];
  /** What tells this query from others in a page's cursor. */
  identity: Json;
}

/** A half-open interval of one index. */
export interface IndexPlan {
  kind: "index";
  index: IndexInfo;
  from: Buffer;
  to: Buffer;
  order: Order;
}

const MAX_OPERATORS = 256;

/** Checks a query and finds the index and interval it reads. Throws a UserError for whatever is wrong with it. */
export function planQuery(t: TransactionState, ns: number, q: QueryJson): Plan {
  if (
    !isPlainObject(q as unknown as Json) ||
    !Array.isArray(q.operators) ||
    !isPlainObject(q.source as unknown as Json)
  ) {
    throw badQuery("The query must hold a source and operators.");
  }
  if (q.operators.length > MAX_OPERATORS) throw badQuery(`A query can have at most ${MAX_OPERATORS} operators.`);
  const steps = q.operators.map(planStep);
  const source = planSource(t, ns, q);
  // A table that is not there yet is the same query as once it is: a page read before goes on after.
  const isScan = q.source.type === "FullTableScan";
  const fields = source.kind === "index" ? source.index.fields : isScan ? ["_creationTime"] : [];
  return { source, steps, identity: [ns, q as unknown as Json, fields] };
}

function planSource(t: TransactionState, ns: number, { source }: QueryJson): Plan["source"] {
  switch (source.type) {
    case "FullTableScan": {
      const table = tableNamed(t, ns, String(source.tableName));
      if (table === undefined) return { kind: "nothing" };
      const index = table.indexes.get("by_creation_time")!;
      return { kind: "index", index, ...wholeIndex(), order: orderOf(source.order) };
    }
    case "IndexRange": {
      const index = findIndex(t, ns, source.indexName, "database");
      if (!Array.isArray(source.range)) throw badQuery("The range of an index query must be an array.");
      return { kind: "index", index, ...compileRange(t, index, source.range), order: orderOf(source.order) };
    }
    case "Search":
      return planSearch(findIndex(t, ns, source.indexName, "search"), source.filters);
    default:
      source satisfies never;
      throw badQuery(`Unknown query source ${JSON.stringify((source as JsonObject)["type"])}.`);
  }
}

function planStep(operator: Json | Plan["steps"][number]): Step {
  if (isPlainObject(operator as Json)) {
    const { filter, limit } = operator as JsonObject;
    if (filter !== undefined) return { filter: compileFilter(filter) };
    if (typeof limit === "number" && Number.isInteger(limit) && limit >= 0) return { limit };
    if (limit !== undefined)
      throw badQuery(`A limit must be a whole number of 0 or more, not ${JSON.stringify(limit)}.`);
  }
  throw badQuery("A query operator must be a filter or a limit.");
}

function orderOf(order: Order | null | undefined): Order {
  if (order === null || order === undefined) return "asc";
  if (order !== "asc" && order !== "desc")
    throw badQuery(`The order must be "asc" or "desc", not ${JSON.stringify(order)}.`);
  return order;
}

/** The index `table.name`, ready for queries of its kind. Throws a UserError for one that is not (SPEC Q1, Q8). */
export function findIndex(t: TransactionState, ns: number, fullName: string, kind: IndexInfo["kind"]): IndexInfo {
  const dot = String(fullName).indexOf(".");
  const tableName = String(fullName).slice(0, dot);
  const table = dot < 0 ? undefined : tableNamed(t, ns, tableName);
  const index = table?.indexes.get(fullName.slice(dot + 1));
  if (index === undefined || index.kind !== kind) {
    t.reads.depend(tableDependency(ns, tableName));
    const isBuilding = table?.building.has(fullName.slice(dot + 1)) === true;
    throw badQuery(`Index ${fullName} ${isBuilding ? "is not ready yet: its push has not finished." : "not found."}`);
  }
  if (index.staged) throw badQuery(`Index ${fullName} is staged: it can be queried after it was enabled by a push.`);
  return index;
}

function wholeIndex(): { from: Buffer; to: Buffer } {
  return { from: Buffer.alloc(0), to: afterPrefix(Buffer.alloc(0)) };
}

/** The interval of an index that satisfies all bounds (SPEC Q3). */
function compileRange(
  t: TransactionState,
  index: IndexInfo,
  range: readonly RangeJson[],
): { from: Buffer; to: Buffer } {
  // Texts of errors are made when there is one.
  const name = () => `${index.table}.${index.name}`;
  const fields = () => fieldsText(index);
  const equal = new Map<string, Json | undefined>();
  let lower: Bound | undefined;
  let upper: Bound | undefined;
  for (const { type: operator, fieldPath, value } of range) {
    if (fieldPath !== "_id" && !index.fields.includes(fieldPath)) {
      const which = `but ${name()} with fields ${fields()} doesn't index this field.`;
      throw badQuery(`The index range included a comparison with "${fieldPath}", ${which}`);
    }
    const bound = {
      field: fieldPath,
      value: boundValue(t, value),
      isInclusive: operator === "Gte" || operator === "Lte",
    };
    const already = (kind: string): UserError => {
      const added = `"${fieldPath}" ${SIGNS[operator]} ${valueText(bound.value)}`;
      return badQuery(`Already defined ${kind} bound in index range. Can't add ${added}.`);
    };
    switch (operator) {
      case "Eq":
        if (equal.has(fieldPath)) throw already("equality");
        equal.set(fieldPath, bound.value);
        break;
      case "Gt":
      case "Gte":
        if (lower !== undefined) throw already("lower");
        lower = bound;
        break;
      case "Lt":
      case "Lte":
        if (upper !== undefined) throw already("upper");
        upper = bound;
        break;
      default:
        operator satisfies never;
        throw badQuery(`Unknown range operator ${JSON.stringify(operator)}.`);
    }
  }
  for (const bound of [lower, upper]) {
    if (bound === undefined || !equal.has(bound.field)) continue;
    const value = valueText(equal.get(bound.field));
    throw badQuery(`Already defined inequality bound in index range. Can't add "${bound.field}" == ${value}.`);
  }
  if (lower !== undefined && upper !== undefined && lower.field !== upper.field) {
    throw badQuery(
      "Upper and lower bounds in `range` can only be applied to a single index field. This query against index " +
        `${name()} attempted to set a range bound on both "${lower.field}" and "${upper.field}".`,
    );
  }
  // The id ends every index.
  const order = index.name === "by_id" ? index.fields : [...index.fields, "_id"];
  const prefix: (Json | undefined)[] = [];
  while (prefix.length < order.length && equal.has(order[prefix.length]!)) {
    prefix.push(equal.get(order[prefix.length]!));
  }
  const next = order[prefix.length];
  const isInOrder = prefix.length === equal.size && [lower, upper].every((b) => b === undefined || b.field === next);
  if (!isInOrder) {
    throw badQuery(
      `The index range for ${name()} did not use its fields in order. The index has the fields ${fields()}: ` +
        "first equalities from the first field on, then at most a lower and an upper bound on the next field.",
    );
  }
  const start = encodeKey(prefix.slice(0, index.fields.length));
  if (prefix.length > index.fields.length) {
    const { from, after } = idBound(t, index, start, prefix.at(-1));
    return { from, to: after };
  }
  if (prefix.length === index.fields.length && order !== index.fields) {
    const low = lower && idBound(t, index, start, lower.value);
    const high = upper && idBound(t, index, start, upper.value);
    return {
      from: low === undefined ? start : lower?.isInclusive ? low.from : low.after,
      to: high === undefined ? afterPrefix(start) : upper?.isInclusive ? high.after : high.from,
    };
  }
  const at = (bound: Bound): Buffer => encodeKey([...prefix, bound.value]);
  return {
    from: lower === undefined ? start : lower.isInclusive ? at(lower) : afterPrefix(at(lower)),
    to: upper === undefined ? afterPrefix(start) : upper.isInclusive ? afterPrefix(at(upper)) : at(upper),
  };
}

/** The fields of an index as its schema names them. */
function fieldsText({ name, fields }: IndexInfo): string {
  const isBuiltIn = name === "by_id" || name === "by_creation_time";
  const declared = isBuiltIn ? fields : fields.slice(0, -1);
  return `[${declared.map((field) => JSON.stringify(field)).join(", ")}]`;
}

const SIGNS: Record<RangeJson["type"], string> = { Eq: "==", Gt: ">", Gte: ">=", Lt: "<", Lte: "<=" };

interface Bound {
  field: string;
  value: Json | undefined;
  isInclusive: boolean;
}

/** A bound's value: checked, the commit timestamp of a mutation filled in, `{"$undefined": null}` as undefined. */
function boundValue(t: TransactionState, value: Json): Json | undefined {
  if (isUndefined(value)) return undefined;
  const filled = t.kind === "mutation" ? fillTs(t, value) : value;
  checkValue(filled, { what: "Invalid value in an index range" });
  return filled;
}
