import { fieldNameProblem, checkValue } from "./check.ts";
import { setOwn, type Json } from "./encoding.ts";
import { UserError } from "./errors.ts";
import { MAX_VALUE_NESTING } from "./limits.ts";
import type { ObjectFieldJson, ValidatorJson } from "./validators.ts";

/**
 * Checks that `json`, as the SDK exports it, is a validator (SPEC V13) and returns a clean copy. Throws UserError
 * "InvalidValidator" that names the place.
 */
export function parseValidator(json: unknown): ValidatorJson {
  return parse(json, "validator", 0);
}

function refuse(where: string, problem: string): never {
  throw new UserError("InvalidValidator", `Invalid validator at ${where}: ${problem}.`);
}

function objectAt(json: unknown, where: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) refuse(where, "it is not an object");
  return json as Record<string, unknown>;
}

function parse(json: unknown, where: string, depth: number): ValidatorJson {
  if (depth > MAX_VALUE_NESTING) refuse(where, `it is nested more than ${MAX_VALUE_NESTING} levels deep`);
  const v = objectAt(json, where);
  switch (v.type) {
    case "null":
    case "number":
    case "bigint":
    case "boolean":
    case "string":
    case "bytes":
    case "any":
    case "commitTs":
      return { type: v.type };
    case "id":
      if (typeof v.tableName !== "string") refuse(where, "an id needs a table name");
      return { type: "id", tableName: v.tableName as string };
    case "literal":
      return { type: "literal", value: parseLiteral(v.value, where) };
    case "array":
      return { type: "array", value: parse(v.value, `${where}[]`, depth + 1) };
    case "union":
      if (!Array.isArray(v.value)) refuse(where, "a union needs a list of members");
      return {
        type: "union",
        value: (v.value as unknown[]).map((member, i) => parse(member, `${where}|${i}`, depth + 1)),
      };
    case "object":
      return { type: "object", value: parseFields(v.value, where, depth) };
    case "record": {
      const keys = parse(v.keys, `${where}.keys`, depth + 1);
      const values = parseField(v.values, `${where}.values`, depth);
      if (values.optional) refuse(where, "the values of a record cannot be optional");
      return { type: "record", keys, values };
    }
    default:
      return refuse(where, `unknown type ${JSON.stringify(v.type)}`);
  }
}

function parseLiteral(value: unknown, where: string): Json {
  try {
    checkValue(value);
    return value;
  } catch (error) {
    return refuse(where, (error as Error).message);
  }
}

function parseFields(json: unknown, where: string, depth: number): Record<string, ObjectFieldJson> {
  const fields: Record<string, ObjectFieldJson> = {};
  const given = objectAt(json, where);
  // The first field that fails is told, in the order of names.
  for (const name of Object.keys(given).sort()) {
    const field = given[name];
    const problem = fieldNameProblem(name);
    if (problem !== null) refuse(where, problem);
    setOwn(fields, name, parseField(field, `${where}.${name}`, depth));
  }
  return fields;
}

function parseField(json: unknown, where: string, depth: number): ObjectFieldJson {
  const field = objectAt(json, where);
  if (field.optional !== undefined && typeof field.optional !== "boolean") refuse(where, "optional is not a boolean");
  return { fieldType: parse(field.fieldType, where, depth + 1), optional: field.optional === true };
}
