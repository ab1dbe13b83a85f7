/**
 * Values in exported files (SPEC X2): JSON that people can read and that keeps the types apart. int64 is a number without
 * a point, float64 one with a point or an exponent, everything else that JSON lacks is encoded as everywhere.
 */
import { decodeFloat, decodeInt64, encodeInt64, encodingOf, type Json, type JsonObject, setOwn } from "../values/json.ts";

/** The text of a value in an export. */
export function exportText(v: Json): string {
  if (typeof v === "number") return floatText(v);
  if (typeof v !== "object" || v === null) return JSON.stringify(v);
  if (Array.isArray(v)) return `[${v.map(exportText).join(",")}]`;
  switch (encodingOf(v)) {
    case "$integer":
      return decodeInt64(v).toString();
    case "$float": {
      const n = decodeFloat(v);
      return Object.is(n, -0) ? "-0.0" : JSON.stringify(v);
    }
    case null:
      return `{${Object.entries(v).map(([key, item]) => `${JSON.stringify(key)}:${exportText(item)}`).join(",")}}`;
    default:
      return JSON.stringify(v);
  }
}

function floatText(n: number): string {
  const text = Object.is(n, -0) ? "-0" : String(n);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The smallest and the largest int64. */
const [MIN, MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The value of a text that `exportText` made. Throws SyntaxError for what is no JSON, or nested beyond all measure. */
export function parseExported(text: string): Json {
  return orTooDeep(() => JSON.parse(text, typed) as Json);
}

function typed(_key: string, value: Json, context?: { source?: string }): Json {
  if (typeof value !== "number") return value;
  const source = context?.source ?? String(value);
  if (/^-?\d{1,20}$/.test(source)) {
    const n = BigInt(source);
    return n >= MIN && n <= MAX ? encodeInt64(n) : value;
  }
  return Object.is(value, -0) ? NEGATIVE_ZERO : value;
}

const NEGATIVE_ZERO: JsonObject = { $float: "AAAAAAAAAIA=" };

/** The value of a text without type information: every number is a float64. Throws as `parseExported` does. */
export function parsePlain(text: string): Json {
  return orTooDeep(() => withNegativeZeros(JSON.parse(text) as Json));
}

/** Values have few levels; going through thousands of them exhausts the stack. */
function orTooDeep(parse: () => Json): Json {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SyntaxError("It is nested too deep.");
  }
}

/** JSON.parse gives a bare -0 for "-0"; the encoding has a form of its own for it. */
function withNegativeZeros(v: Json): Json {
  if (Object.is(v, -0)) return NEGATIVE_ZERO;
  if (typeof v !== "object" || v === null) return v;
  if (Array.isArray(v)) return v.map(withNegativeZeros);
  for (const key in v) {
    const item = v[key]!;
    if (typeof item === "object" || Object.is(item, -0)) setOwn(v, key, withNegativeZeros(item));
  }
  return v;
}
