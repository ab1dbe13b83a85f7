import { decodeInt64, encodingOf, type Json, type JsonObject } from "./encoding.ts";

/**
 * The total order over values (SPEC V6): undefined < null < int64 < float64 < boolean < string < bytes < array <
 * object. It is the order of the bytes that `encodeKey` makes.
 */
export const RANK = {
  undefined: 0,
  null: 1,
  int64: 2,
  float64: 3,
  boolean: 4,
  string: 5,
  bytes: 6,
  array: 7,
  object: 8,
} as const;
export type Rank = (typeof RANK)[keyof typeof RANK];

/** The largest int64, which a commit timestamp not yet known sorts as. */
export const MAX_INT64 = 2n ** 63n - 1n;

/** The type of a value, as its place in the order. */
export function rankOf(v: Json | undefined): Rank {
  switch (typeof v) {
    case "undefined":
      return RANK.undefined;
    case "number":
      return RANK.float64;
    case "boolean":
      return RANK.boolean;
    case "string":
      return RANK.string;
  }
  if (v === null) return RANK.null;
  if (Array.isArray(v)) return RANK.array;
  switch (encodingOf(v)) {
    case null:
      return RANK.object;
    case "$integer":
    case "$commitTs":
      return RANK.int64;
    case "$float":
      return RANK.float64;
    case "$bytes":
      return RANK.bytes;
    case "$undefined":
      return RANK.undefined;
  }
}

/** The integer of an int64 value; the commit timestamp placeholder counts as the largest. */
export function int64Of(v: JsonObject): bigint {
  return "$commitTs" in v ? MAX_INT64 : decodeInt64(v);
}

/** The 8 bytes of a float64 value, big-endian, such that their byte order is the order of numbers. */
export function floatKey(v: number | JsonObject): Buffer {
  let bytes: Buffer;
  if (typeof v === "number") {
    bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleBE(v === 0 ? 0 : v);
  } else {
    bytes = Buffer.from(v.$float as string, "base64").reverse();
  }
  if (bytes[0]! & 0x80) for (let i = 0; i < 8; i++) bytes[i] = ~bytes[i]! & 0xff;
  else bytes[0] = bytes[0]! | 0x80;
  return bytes;
}

/** Compares two values: -1, 0 or 1. A bare -0 counts as 0; both must be valid. */
export function compareValues(a: Json | undefined, b: Json | undefined): -1 | 0 | 1 {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  const rank = rankOf(a);
  const other = rankOf(b);
  if (rank !== other) return rank < other ? -1 : 1;
  switch (rank) {
    case RANK.undefined:
    case RANK.null:
      return 0;
    case RANK.int64: {
      const x = int64Of(a as JsonObject);
      const y = int64Of(b as JsonObject);
      return x < y ? -1 : x > y ? 1 : 0;
    }
    case RANK.float64:
      return Buffer.compare(floatKey(a as number | JsonObject), floatKey(b as number | JsonObject));
    case RANK.boolean:
      return a === b ? 0 : a === false ? -1 : 1;
    case RANK.string:
      return compareStrings(a as string, b as string);
    case RANK.bytes:
      return Buffer.compare(bytesOf(a as JsonObject), bytesOf(b as JsonObject));
    case RANK.array:
      return compareArrays(a as Json[], b as Json[]);
    case RANK.object:
      return compareObjects(a as JsonObject, b as JsonObject);
    default:
      return rank satisfies never;
  }
}

function bytesOf(v: JsonObject): Buffer {
  return Buffer.from(v.$bytes as string, "base64");
}

/** By code point, which is the order of the UTF-8 bytes and, beyond U+D7FF, not that of the UTF-16 units. */
function compareStrings(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return utf8Place(x) < utf8Place(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** Moves surrogates (code points from U+10000) behind U+E000 … U+FFFF. */
function utf8Place(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function compareArrays(a: Json[], b: Json[]): -1 | 0 | 1 {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

function compareObjects(a: JsonObject, b: JsonObject): -1 | 0 | 1 {
  const left = Object.keys(a).sort();
  const right = Object.keys(b).sort();
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const x = left[i]!;
    const y = right[i]!;
    if (x !== y) return x < y ? -1 : 1;
    const order = compareValues(a[x], b[y]);
    if (order !== 0) return order;
  }
  return left.length === right.length ? 0 : left.length < right.length ? -1 : 1;
}
