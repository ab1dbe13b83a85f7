import { ValueError } from "./errors.ts";
import { base64Length, encodingOf, type Json, type JsonObject } from "./encoding.ts";
import {
  MAX_ARRAY_LENGTH,
  MAX_DOCUMENT_NESTING,
  MAX_DOCUMENT_SIZE,
  MAX_FIELD_NAME_LENGTH,
  MAX_OBJECT_FIELDS,
  MAX_VALUE_NESTING,
  MAX_VALUE_SIZE,
  sizeText,
} from "./limits.ts";

const INT64_TEXT = /^[A-Za-z0-9+/]{10}[AEIMQUYcgkosw048]=$/;
const FIELD_NAME = /^[\x20-\x7e]*$/;

/** What is wrong with a field name inside an object, or null (SPEC V2). The empty name is legal. */
export function fieldNameProblem(name: string): string | null {
  if (name.length > MAX_FIELD_NAME_LENGTH) {
    return `Field name is too long (${name.length} > maximum length ${MAX_FIELD_NAME_LENGTH})`;
  }
  if (name.charCodeAt(0) === 36) return `Field name ${name} starts with a '$', which is reserved.`;
  if (!FIELD_NAME.test(name)) {
    return `Field name ${JSON.stringify(name)} has invalid characters: only printable ASCII characters are allowed.`;
  }
  return null;
}

/**
 * Checks that `v` is a legal encoded value (SPEC V1–V5): names, nesting, lengths, encodings, size in bytes.
 * `what` is put before the message. Throws ValueError.
 */
export function checkValue(
  v: unknown,
  opts?: { maxNesting?: number; maxSize?: number; what?: string },
): asserts v is Json {
  try {
    const size = walk(v, 1, opts?.maxNesting ?? MAX_VALUE_NESTING);
    checkSize(size, opts?.maxSize ?? MAX_VALUE_SIZE);
  } catch (error) {
    if (opts?.what !== undefined && error instanceof ValueError) throw new ValueError(`${opts.what}: ${error.message}`);
    throw error;
  }
}

/**
 * Checks a document of `table`: as `checkValue`, at most 1 MiB and 16 levels, an object, and of the names that start
 * with `_` only the system fields. Pass it with `_id` and `_creationTime`, because they count. Throws ValueError.
 */
export function checkDocument(v: unknown, table: string): asserts v is JsonObject {
  checkedSize(v, table);
}

/** As `checkDocument`; answers the size of the document in bytes (`sizeOf`). */
export function checkedSize(v: unknown, table: string): number {
  if (typeof v !== "object" || v === null || Array.isArray(v) || encodingOf(v as JsonObject) !== null) {
    throw new ValueError(`A document of table "${table}" must be an object.`);
  }
  for (const key in v) {
    if (key.charCodeAt(0) === 95 && key !== "_id" && key !== "_creationTime") {
      throw new ValueError(
        `Field name ${key} starts with an underscore, which is only allowed for system fields like '_id'.`,
      );
    }
  }
  const size = walkDocument(v as JsonObject);
  checkSize(size, MAX_DOCUMENT_SIZE);
  return size;
}

class TooNested extends ValueError {
  constructor(what: "Value" | "Document", levels: number, max: number) {
    super(`${what} is too nested (nested ${levels} levels deep > maximum nesting ${max})`);
  }
}

/** As `walk`; a document that only nests too deep for a document is told how deep it nests. */
function walkDocument(v: JsonObject): number {
  try {
    return walk(v, 1, MAX_DOCUMENT_NESTING);
  } catch (error) {
    if (!(error instanceof TooNested)) throw error;
    walk(v, 1, MAX_VALUE_NESTING);
    throw new TooNested("Document", levelsOf(v), MAX_DOCUMENT_NESTING);
  }
}

/** Levels of arrays and objects of a legal value. */
function levelsOf(v: Json): number {
  if (typeof v !== "object" || v === null || (!Array.isArray(v) && encodingOf(v) !== null)) return 0;
  return 1 + Math.max(0, ...Object.values(v).map(levelsOf));
}

function checkSize(size: number, max: number): void {
  if (size > max) throw new ValueError(`Value is too large (${sizeText(size)} > maximum size ${sizeText(max)})`);
}

/** Checks `v`, which would be at nesting level `level` if it is a container, and returns its size. */
function walk(v: unknown, level: number, maxNesting: number): number {
  switch (typeof v) {
    case "string":
      if (!v.isWellFormed()) throw new ValueError("String is not valid Unicode: it holds a lone surrogate.");
      return 2 + Buffer.byteLength(v);
    case "number":
      if (!Number.isFinite(v)) throw new ValueError("A number is outside the range of float64.");
      return 9;
    case "boolean":
      return 1;
    case "object":
      if (v === null) return 1;
      return Array.isArray(v) ? walkArray(v, level, maxNesting) : walkObject(v as JsonObject, level, maxNesting);
    default:
      throw new ValueError(`${v === undefined ? "undefined" : `A ${typeof v}`} is not a supported value.`);
  }
}

function walkArray(v: unknown[], level: number, maxNesting: number): number {
  if (level > maxNesting) throw new TooNested("Value", level, maxNesting);
  if (v.length > MAX_ARRAY_LENGTH) {
    throw new ValueError(`Array length is too long (${v.length} > maximum length ${MAX_ARRAY_LENGTH})`);
  }
  let size = 2;
  for (let i = 0; i < v.length; i++) size += walk(v[i], level + 1, maxNesting);
  return size;
}

function walkObject(v: JsonObject, level: number, maxNesting: number): number {
  switch (encodingOf(v)) {
    case "$integer":
      if (typeof v.$integer !== "string" || !INT64_TEXT.test(v.$integer)) {
        throw new ValueError("$integer must be the base64 text of 8 bytes.");
      }
      return 9;
    case "$float":
      return checkFloat(v.$float!);
    case "$bytes":
      return checkBytes(v.$bytes!);
    case "$commitTs":
    case "$undefined":
    case null:
  }
  if (level > maxNesting) throw new TooNested("Value", level, maxNesting);
  let size = 2;
  let fields = 0;
  for (const key in v) {
    const problem = fieldNameProblem(key);
    if (problem !== null) throw new ValueError(problem);
    size += key.length + 1 + walk(v[key], level + 1, maxNesting);
    fields++;
  }
  if (fields > MAX_OBJECT_FIELDS) {
    throw new ValueError(`Object has too many fields (${fields} > maximum number ${MAX_OBJECT_FIELDS})`);
  }
  return size;
}

function checkFloat(text: Json): number {
  if (typeof text !== "string" || !INT64_TEXT.test(text)) {
    throw new ValueError("$float must be the base64 text of 8 bytes.");
  }
  const n = Buffer.from(text, "base64").readDoubleLE();
  if (Number.isFinite(n) && !Object.is(n, -0)) {
    throw new ValueError(`Float ${n} should be encoded as a number: $float is for NaN, infinities and -0.`);
  }
  return 9;
}

function checkBytes(text: Json): number {
  if (typeof text !== "string" || Buffer.from(text, "base64").toString("base64") !== text) {
    throw new ValueError("$bytes must be standard base64 text with padding.");
  }
  return 2 + base64Length(text);
}
