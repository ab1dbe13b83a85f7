import { encodingOf, type Json, type JsonObject } from "./encoding.ts";
import { tableNumberOf } from "./ids.ts";
import { equalValues } from "./json.ts";
import {
  type Failure,
  failureText,
  missingField,
  mismatch,
  sortedNames,
  unexpectedField,
  wrongLiteral,
  wrongTable,
} from "./validator-text.ts";

/** What a function says of its arguments and result, and a schema of its tables (SPEC V12). */
export type ValidatorJson =
  | { type: "null" | "number" | "bigint" | "boolean" | "string" | "bytes" | "any" | "commitTs" }
  | { type: "id"; tableName: string }
  | { type: "literal"; value: Json }
  | { type: "array"; value: ValidatorJson }
  | { type: "union"; value: ValidatorJson[] }
  | { type: "object"; value: Record<string, ObjectFieldJson> }
  | { type: "record"; keys: ValidatorJson; values: ObjectFieldJson };

export interface ObjectFieldJson {
  fieldType: ValidatorJson;
  optional: boolean;
}

/** Names the tables of one namespace by their number: what `v.id("t")` is checked against. */
export interface TableNames {
  nameOf(tableNumber: number): string | undefined;
}

export { parseValidator } from "./validator-parse.ts";

/**
 * Checks `value` (encoded, valid) against `v`. Returns null when it passes, else the text that says what is wrong where
 * (SPEC V14), without a prefix such as "ArgumentValidationError: ".
 */
export function validate(v: ValidatorJson, value: Json | undefined, tables: TableNames): string | null {
  const failure = check(v, value, tables);
  return failure === null ? null : failureText(failure);
}

function check(v: ValidatorJson, value: Json | undefined, tables: TableNames): Failure | null {
  switch (v.type) {
    case "any":
      return value === undefined ? mismatch(v, value) : null;
    case "string":
      return typeof value === "string" ? null : mismatch(v, value);
    case "number":
      return typeof value === "number" || isEncoding(value, "$float") ? null : mismatch(v, value);
    case "boolean":
      return typeof value === "boolean" ? null : mismatch(v, value);
    case "null":
      return value === null ? null : mismatch(v, value);
    case "bigint":
    case "commitTs":
      return isEncoding(value, "$integer") || isEncoding(value, "$commitTs") ? null : mismatch(v, value);
    case "bytes":
      return isEncoding(value, "$bytes") ? null : mismatch(v, value);
    case "literal":
      return equalValues(v.value, value) ? null : wrongLiteral(v, value);
    case "id":
      return checkId(v, value, tables);
    case "array":
      return checkArray(v, value, tables);
    case "union":
      for (const member of fitting(v, value)) if (check(member, value, tables) === null) return null;
      return v.value.length === 1 ? check(v.value[0]!, value, tables) : mismatch(v, value);
    case "object":
      return checkObject(v, value, tables);
    case "record":
      return checkRecord(v, value, tables);
    default:
      return v satisfies never;
  }
}

function isEncoding(value: Json | undefined, encoding: "$integer" | "$float" | "$bytes" | "$commitTs"): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && encodingOf(value) === encoding;
}

function objectOf(value: Json | undefined): JsonObject | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return encodingOf(value) === null ? value : null;
}

type Of<T extends ValidatorJson["type"]> = Extract<ValidatorJson, { type: T }>;

function checkId(v: Of<"id">, value: Json | undefined, tables: TableNames): Failure | null {
  if (typeof value !== "string") return mismatch(v, value);
  const number = tableNumberOf(value);
  if (number === null) return mismatch(v, value);
  const name = tables.nameOf(number);
  if (name === v.tableName) return null;
  return name === undefined ? mismatch(v, value) : wrongTable(v, value, name);
}

/** A field that tells the members of a union apart: each is an object that requires it to be one text. */
interface Discriminant {
  field: string;
  members: Map<string, ValidatorJson[]>;
}

const discriminants = new WeakMap<Of<"union">, Discriminant | null>();

/** The members of a union that `value` may pass; the others it fails. */
function fitting(v: Of<"union">, value: Json | undefined): readonly ValidatorJson[] {
  let known = discriminants.get(v);
  if (known === undefined) discriminants.set(v, (known = discriminantOf(v)));
  if (known === null) return v.value;
  const object = objectOf(value);
  const name = object !== null && Object.hasOwn(object, known.field) ? object[known.field] : undefined;
  return typeof name === "string" ? (known.members.get(name) ?? []) : [];
}

function discriminantOf({ value: all }: Of<"union">): Discriminant | null {
  const [first] = all;
  if (all.length < 2 || first?.type !== "object") return null;
  for (const field of Object.keys(first.value)) {
    const members = new Map<string, ValidatorJson[]>();
    for (const member of all) {
      const of = member.type === "object" && Object.hasOwn(member.value, field) ? member.value[field] : undefined;
      const text = of?.optional === false && of.fieldType.type === "literal" ? of.fieldType.value : undefined;
      if (typeof text !== "string") break;
      members.set(text, [...(members.get(text) ?? []), member]);
    }
    if ([...members.values()].flat().length === all.length) return { field, members };
  }
  return null;
}

function checkArray(v: Of<"array">, value: Json | undefined, tables: TableNames): Failure | null {
  if (!Array.isArray(value)) return mismatch(v, value);
  for (let i = 0; i < value.length; i++) {
    const failure = check(v.value, value[i], tables);
    if (failure !== null) {
      failure.path.unshift(i);
      return failure;
    }
  }
  return null;
}

function checkObject(v: Of<"object">, value: Json | undefined, tables: TableNames): Failure | null {
  const object = objectOf(value);
  if (object === null) return mismatch(v, value);
  let known = 0;
  for (const name in v.value) {
    const field = v.value[name]!;
    if (!Object.hasOwn(object, name) || object[name] === undefined) {
      if (field.optional) continue;
      return missingField(v, object, name);
    }
    known++;
    const failure = check(field.fieldType, object[name], tables);
    if (failure !== null) {
      failure.path.unshift(name);
      return failure;
    }
  }
  for (const name in object) if (object[name] !== undefined) known--;
  if (known === 0) return null;
  const extra = sortedNames(object).find((name) => object[name] !== undefined && !Object.hasOwn(v.value, name));
  return extra === undefined ? null : unexpectedField(v, object, extra);
}

function checkRecord(v: Of<"record">, value: Json | undefined, tables: TableNames): Failure | null {
  const object = objectOf(value);
  if (object === null) return mismatch(v, value);
  for (const name in object) {
    const key = check(v.keys, name, tables);
    const failure = key ?? check(v.values.fieldType, object[name], tables);
    if (failure !== null) {
      failure.path.unshift(key === null ? "values()" : "keys()");
      return failure;
    }
  }
  return null;
}

/**
 * True when every value that passes `a` is sure to pass `b`; false when not, or when that is not plain to see. A push
 * uses it to skip the validation of stored documents.
 */
export function isSubset(a: ValidatorJson, b: ValidatorJson): boolean {
  if (b.type === "any") return true;
  if (a.type === "union") return a.value.every((member) => isSubset(member, b));
  if (b.type === "union") return b.value.some((member) => isSubset(a, member));
  switch (a.type) {
    case "any":
      return false;
    case "null":
    case "number":
    case "boolean":
    case "string":
    case "bytes":
      return a.type === b.type;
    case "bigint":
    case "commitTs":
      return b.type === "bigint" || b.type === "commitTs";
    case "id":
      return b.type === "string" || (b.type === "id" && a.tableName === b.tableName);
    case "literal":
      return b.type === "literal" ? equalValues(a.value, b.value) : check(b, a.value, NO_TABLES) === null;
    case "array":
      return b.type === "array" && isSubset(a.value, b.value);
    case "object":
      return b.type === "object" ? isObjectSubset(a, b) : b.type === "record" && isRecordOf(a, b);
    case "record":
      return b.type === "record" && isSubset(a.keys, b.keys) && isSubset(a.values.fieldType, b.values.fieldType);
    default:
      return a satisfies never;
  }
}

const NO_TABLES: TableNames = { nameOf: () => undefined };

function isObjectSubset(a: Of<"object">, b: Of<"object">): boolean {
  for (const name in a.value) {
    if (!Object.hasOwn(b.value, name)) return false;
    const from = a.value[name]!;
    const to = b.value[name]!;
    if ((from.optional && !to.optional) || !isSubset(from.fieldType, to.fieldType)) return false;
  }
  for (const name in b.value) if (!b.value[name]!.optional && !Object.hasOwn(a.value, name)) return false;
  return true;
}

function isRecordOf(a: Of<"object">, b: Of<"record">): boolean {
  return Object.entries(a.value).every(
    ([name, field]) =>
      check(b.keys, name, NO_TABLES) === null && isSubset(field.fieldType, b.values.fieldType),
  );
}
