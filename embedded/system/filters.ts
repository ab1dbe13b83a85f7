/** The filters of the dashboard's table page: the base64 of a JSON text with clauses (P21). */
import type { QueryJson, RangeJson } from "../query/plan.ts";
import { UserError } from "../values/errors.ts";
import { parseJsonText } from "../values/json-text.ts";
import { checkValue, isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { decodeId } from "../values/ids.ts";

/** Stands for `undefined`, which has no place in JSON. */
export const UNDEFINED_PLACEHOLDER =
  "__CONVEX_PLACEHOLDER_undefined_I23atX0jcndVbFgXoQZffsih7eAqktCyFjgUuAeNBtfr3ySOljPSPSEOPFgprkdBO3zXNiGEJxmJ5ZFPc5C5qKesG80QRPvlJe8vgSxAt9feLTwxTg4PHfVwUaTEJU67FDwldWmTxp1guMPwxQ2jOuhEryTBf3mQ";

interface Clause {
  field: string;
  op: string;
  value: Json | undefined;
}

export interface Filters {
  clauses: Clause[];
  order: "asc" | "desc";
  index: { name: string; clauses: JsonObject[] } | null;
}

/** Far more than anybody filters by. */
const MOST = { depth: 1_000, values: 1_000_000 };
const COMPARISONS = ["eq", "neq", "lt", "lte", "gt", "gte"];
const TYPES = ["type", "notype"];
const LISTS = ["anyOf", "noneOf"];

/** The filters in `encoded`, or which of them are wrong. Throws 400 `BadArgument` for what is none at all. */
export function parseFilters(encoded: string | null): Filters | { errors: { filter: number; error: string }[] } {
  if (encoded === null) return { clauses: [], order: "desc", index: null };
  let parsed: Json;
  try {
    parsed = parseJsonText(Buffer.from(encoded, "base64").toString("utf8"), MOST) as Json;
  } catch {
    throw malformed();
  }
  if (!isPlainObject(parsed)) throw malformed();
  const raw = parsed.clauses ?? [];
  if (!Array.isArray(raw)) throw malformed();
  const errors: { filter: number; error: string }[] = [];
  const clauses: Clause[] = [];
  for (const [filter, clause] of raw.entries()) {
    if (!isPlainObject(clause) || typeof clause.op !== "string") throw malformed();
    const { op, value, field } = clause;
    if (![...COMPARISONS, ...TYPES, ...LISTS].includes(op)) throw malformed();
    if (typeof field !== "string" || clause.enabled === false) continue;
    if (value !== undefined && !isValue(value)) {
      errors.push({ filter, error: `Invalid value: ${JSON.stringify(value)}.` });
    } else clauses.push({ field, op, value });
  }
  if (errors.length > 0) return { errors };
  return { clauses, order: parsed.order === "asc" ? "asc" : "desc", index: parseIndex(parsed.index) };
}

function parseIndex(raw: Json | undefined): Filters["index"] {
  if (raw === undefined || raw === null) return null;
  if (!isPlainObject(raw) || typeof raw.name !== "string" || !Array.isArray(raw.clauses)) throw malformed();
  const clauses = raw.clauses.filter((clause): clause is JsonObject => isPlainObject(clause) && clause.enabled === true);
  return { name: raw.name, clauses };
}

/**
 * The query over `table` that reads what the filters let through, but for those by type. `fields` are those of the index
 * the filters name: its clauses go by position.
 */
export function queryOf(table: string, { clauses, order, index }: Filters, fields: readonly string[]): QueryJson {
  const parts = clauses.filter(({ op }) => !TYPES.includes(op)).map(expressionOf);
  const operators = parts.length > 0 ? [{ filter: { $and: parts } }] : [];
  if (index === null) return { source: { type: "FullTableScan", tableName: table, order }, operators };
  return {
    source: { type: "IndexRange", indexName: `${table}.${index.name}`, range: ranges(index.clauses, fields), order },
    operators,
  };
}

function expressionOf({ field, op, value }: Clause): Json {
  const is = (operator: string, operand: Json | undefined) => ({ [operator]: [{ $field: field }, literal(operand)] });
  if (op === "anyOf") return Array.isArray(value) && value.length > 0 ? { $or: value.map((v) => is("$eq", v)) } : yes();
  if (op === "noneOf") return { $and: (Array.isArray(value) ? value : []).map((v) => is("$neq", v)) };
  return is(`$${op}`, value);
}

function yes(): Json {
  return { $literal: true };
}

function literal(value: Json | undefined): Json {
  return { $literal: value === undefined || value === UNDEFINED_PLACEHOLDER ? { $undefined: null } : value };
}

/** Equalities on the first fields of an index, then at most a range with one or two ends. */
function ranges(clauses: readonly JsonObject[], fields: readonly string[]): RangeJson[] {
  return clauses.flatMap((clause, i) => {
    const fieldPath = fields[i] ?? "";
    const bound = (op: string, value: Json | undefined): RangeJson => ({
      type: `${op.slice(0, 1).toUpperCase()}${op.slice(1)}` as RangeJson["type"],
      fieldPath,
      value: (literal(value) as JsonObject).$literal!,
    });
    if (clause.type === "indexEq") return [bound("eq", clause.value)];
    const { lowerOp, upperOp } = clause;
    return [
      ...(typeof lowerOp === "string" ? [bound(lowerOp, clause.lowerValue)] : []),
      ...(typeof upperOp === "string" ? [bound(upperOp, clause.upperValue)] : []),
    ];
  });
}

/** Whether the document passes the filters by type. */
export function passesTypes(document: JsonObject, { clauses }: Filters): boolean {
  return clauses
    .filter(({ op }) => TYPES.includes(op))
    .every(({ field, op, value }) => isType(document[field], value) === (op === "type"));
}

function isType(value: Json | undefined, type: Json | undefined): boolean {
  if (type === "id") return typeof value === "string" && decodeId(value) !== null;
  return typeName(value) === type;
}

function typeName(value: Json | undefined): string {
  if (value === undefined) return "unset";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value !== "object") return typeof value;
  if ("$integer" in value) return "bigint";
  if ("$bytes" in value) return "bytes";
  return "$float" in value ? "number" : "object";
}

function isValue(value: Json): boolean {
  try {
    checkValue(value);
    return true;
  } catch {
    return false;
  }
}

function malformed(): UserError {
  return new UserError("BadArgument", `"filters" must be the base64 of a filter expression.`, 400);
}
