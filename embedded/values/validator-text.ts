import { decodeFloat, decodeInt64, encodingOf, type Json, type JsonObject } from "./encoding.ts";
import type { ObjectFieldJson, ValidatorJson } from "./validators.ts";

/**
 * Why a value did not pass, made only when it did not. The path grows from the inside while the check returns. Of most failures
 * nobody hears: they are those of members of a union beside the one that fits.
 */
export interface Failure {
  path: (string | number)[];
  /** Makes the first line. */
  reason: () => string;
  /** What is shown below it; null when the first line says everything. */
  shown: { label: "Object" | "Value"; value: Json | undefined; validator: ValidatorJson } | null;
}

/** Characters of a value or validator shown in a message; what is longer is cut. */
const MAX_SHOWN = 2000;

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function mismatch(validator: ValidatorJson, value: Json | undefined): Failure {
  return { path: [], reason: () => "Value does not match validator.", shown: { label: "Value", value, validator } };
}

export function wrongLiteral(validator: ValidatorJson & { type: "literal" }, value: Json | undefined): Failure {
  const reason = () => `\`${shown(valueText(value))}\` does not match literal validator \`${validatorText(validator)}\`.`;
  return { path: [], reason, shown: null };
}

/** `found`: the table of `id`, which is another one. */
export function wrongTable(validator: ValidatorJson & { type: "id" }, id: string, found: string): Failure {
  const from = found.startsWith("_") ? "a system table" : `table \`${found}\``;
  const reason = () =>
    `Found ID "${id}" from ${from}, which does not match the table name in validator \`${validatorText(validator)}\`.`;
  return { path: [], reason, shown: null };
}

export function missingField(validator: ValidatorJson, value: JsonObject, name: string): Failure {
  const reason = () =>
    `Object is missing the required field \`${name}\`. Consider wrapping the field validator in ` +
    "`v.optional(...)` if this is expected.";
  return { path: [], reason, shown: { label: "Object", value, validator } };
}

export function unexpectedField(validator: ValidatorJson, value: JsonObject, name: string): Failure {
  const reason = () => `Object contains extra field \`${name}\` that is not in the validator.`;
  return { path: [], reason, shown: { label: "Object", value, validator } };
}

/** The whole detail text of SPEC V14. */
export function failureText({ path, reason, shown: below }: Failure): string {
  const place = path.length > 0 ? `Path: ${path.map(segmentText).join("")}` : "";
  if (below === null) return reason() + place;
  const { label, value, validator } = below;
  const lines = [`${label}: ${shown(valueText(value))}`, `Validator: ${shown(validatorText(validator))}`];
  return [reason(), place, ...lines].join("\n");
}

function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function segmentText(segment: string | number): string {
  if (typeof segment === "number") return `[${segment}]`;
  return `.${segment}`;
}

function nameText(name: string): string {
  return PLAIN_NAME.test(name) ? name : JSON.stringify(name);
}

/** A value as people read it: `{a: 1.0, b: [2]}`. Every part is cut early, so a large value costs little. */
export function valueText(v: Json | undefined): string {
  if (v === undefined) return "undefined";
  if (v === null || typeof v === "boolean") return String(v);
  if (typeof v === "number") return Number.isInteger(v) && Math.abs(v) < 1e21 ? `${v}.0` : String(v);
  if (typeof v === "string") return JSON.stringify(v.length > MAX_SHOWN ? v.slice(0, MAX_SHOWN) : v);
  if (Array.isArray(v)) return `[${listText(v.map((item) => () => valueText(item)))}]`;
  switch (encodingOf(v)) {
    case "$integer":
      return `${decodeInt64(v)}`;
    case "$float":
      return Object.is(decodeFloat(v), -0) ? "-0.0" : String(decodeFloat(v));
    case "$bytes":
      return `b"${shown(v.$bytes as string)}"`;
    case "$commitTs":
      return "commitTs";
    case "$undefined":
      return "undefined";
    case null:
      return `{${listText(sortedNames(v).map((name) => () => `${nameText(name)}: ${valueText(v[name])}`))}}`;
  }
}

/** The names of an object in the order of texts. */
export function sortedNames(object: object): string[] {
  return Object.keys(object).sort();
}

/** A literal as JSON where there is such a form, else its type. */
function literalText(v: Json): string {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return valueText(v);
  const encoding = encodingOf(v);
  if (encoding === "$integer") return "<bigint>";
  return encoding === "$float" && !Object.is(decodeFloat(v), -0) ? "<number>" : valueText(v);
}

/** Joins what the parts give, stopping when it is longer than will be shown. */
function listText(parts: (() => string)[]): string {
  let text = "";
  for (const part of parts) {
    if (text.length > MAX_SHOWN) break;
    text += text === "" ? part() : `, ${part()}`;
  }
  return text;
}

/** A validator as it is written in code: `v.object({a: v.optional(v.string())})`. */
export function validatorText(v: ValidatorJson): string {
  switch (v.type) {
    case "number":
      return "v.float64()";
    case "bigint":
      return "v.int64()";
    case "null":
    case "boolean":
    case "string":
    case "bytes":
    case "any":
    case "commitTs":
      return `v.${v.type}()`;
    case "id":
      return `v.id(${JSON.stringify(v.tableName)})`;
    case "literal":
      return `v.literal(${literalText(v.value)})`;
    case "array":
      return `v.array(${validatorText(v.value)})`;
    case "union":
      return `v.union(${v.value.map(validatorText).join(", ")})`;
    case "object":
      return `v.object({${sortedNames(v.value)
        .map((name) => `${nameText(name)}: ${fieldText(v.value[name]!)}`)
        .join(", ")}})`;
    case "record":
      return `v.record(${validatorText(v.keys)}, ${fieldText(v.values)})`;
    default:
      return v satisfies never;
  }
}

function fieldText(field: ObjectFieldJson): string {
  const text = validatorText(field.fieldType);
  return field.optional ? `v.optional(${text})` : text;
}
