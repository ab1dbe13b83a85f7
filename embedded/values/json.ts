import {
  base64Length,
  decodeFloat,
  decodeInt64,
  encodeInt64,
  encodingOf,
  setOwn,
  type Json,
  type JsonObject,
} from "./encoding.ts";
import { MAX_VALUE_NESTING } from "./limits.ts";

export { checkDocument, checkedSize, checkValue } from "./check.ts";
export { decodeFloat, decodeInt64, encodeInt64, encodingOf, isPlainObject, setOwn } from "./encoding.ts";
export type { Json, JsonObject } from "./encoding.ts";
export { compareValues } from "./order.ts";

/** Size in bytes by the platform's formula (SPEC V4). The value must be valid. */
export function sizeOf(v: Json): number {
  switch (typeof v) {
    case "string":
      return 2 + Buffer.byteLength(v);
    case "number":
      return 9;
    case "boolean":
      return 1;
  }
  if (v === null) return 1;
  let size = 2;
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) size += sizeOf(v[i]!);
    return size;
  }
  const encoding = encodingOf(v);
  if (encoding !== null) return encoding === "$bytes" ? 2 + base64Length(v.$bytes as string) : 9;
  for (const key in v) size += key.length + 1 + sizeOf(v[key]!);
  return size;
}

function isCanonical(v: Json): boolean {
  if (typeof v === "number") return !Object.is(v, -0);
  if (typeof v !== "object" || v === null) return true;
  if (Array.isArray(v)) return v.every(isCanonical);
  let last: string | null = null;
  for (const key in v) {
    if (last !== null && key < last) return false;
    if (v[key] === undefined || !isCanonical(v[key])) return false;
    last = key;
  }
  return true;
}

/** JSON text with keys sorted by code unit: equal values have equal text, and -0 is written 0. */
export function canonicalText(v: Json): string {
  return isCanonical(v) ? JSON.stringify(v) : sortedText(v);
}

function sortedText(v: Json): string {
  if (typeof v !== "object" || v === null) return JSON.stringify(v);
  if (Array.isArray(v)) return `[${v.map(sortedText).join(",")}]`;
  const keys = Object.keys(v).filter((key) => v[key] !== undefined).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sortedText(v[key]!)}`).join(",")}}`;
}

/**
 * The same value with sorted keys and 0 for a bare -0; returns `v` itself when it is so already. JavaScript keeps
 * integer-like keys in numeric order whatever one does: only `canonicalText` is sorted by code unit without exception.
 */
export function canonical(v: Json): Json {
  if (v === 0) return 0;
  if (typeof v !== "object" || v === null) return v;
  return Array.isArray(v) ? canonicalArray(v) : canonicalObject(v);
}

function canonicalArray(v: Json[]): Json[] {
  let copy: Json[] | null = null;
  for (let i = 0; i < v.length; i++) {
    const item = canonical(v[i]!);
    if (!Object.is(item, v[i])) (copy ??= v.slice())[i] = item;
  }
  return copy ?? v;
}

function canonicalObject(v: JsonObject): JsonObject {
  let copy: JsonObject | null = null;
  let isSorted = true;
  let last = "";
  for (const key in v) {
    const item = v[key];
    if (key < last || item === undefined) isSorted = false;
    last = key;
    const same = item === undefined ? item : canonical(item);
    if (!Object.is(same, item)) setOwn((copy ??= { ...v }), key, same as Json);
  }
  const items = copy ?? v;
  if (isSorted) return items;
  const sorted: JsonObject = {};
  for (const key of Object.keys(items).sort()) if (items[key] !== undefined) setOwn(sorted, key, items[key]);
  return sorted;
}

/** Deep equality of encoded values, whatever the order of keys; undefined equals only undefined. */
export function equalValues(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!equalValues(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  let count = 0;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || !equalValues(a[key], b[key])) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/**
 * Puts the commit timestamp (nanoseconds) in place of every `{"$commitTs": null}` (SPEC V9). Returns `v` itself when it
 * holds none; never changes `v`. What lies deeper than a value may be nested (V5) stays as it is: the check that follows
 * refuses it.
 */
export function replaceCommitTs(v: Json, ts: bigint, level = 1): Json {
  if (typeof v !== "object" || v === null || level > MAX_VALUE_NESTING + 1) return v;
  if (Array.isArray(v)) {
    let copy: Json[] | null = null;
    for (let i = 0; i < v.length; i++) {
      const item = replaceCommitTs(v[i]!, ts, level + 1);
      if (item !== v[i]) (copy ??= v.slice())[i] = item;
    }
    return copy ?? v;
  }
  if (encodingOf(v) === "$commitTs") return encodeInt64(ts);
  let copy: JsonObject | null = null;
  for (const key in v) {
    const item = replaceCommitTs(v[key]!, ts, level + 1);
    if (item !== v[key]) setOwn((copy ??= { ...v }), key, item);
  }
  return copy ?? v;
}

/**
 * Plain JSON for callers that do not know the encoding (format "json" of the HTTP API, SPEC V8): int64 as a decimal
 * string, bytes as a base64 string, NaN and infinities as strings, -0 as 0.
 */
export function toCleanJson(v: Json): Json {
  if (typeof v !== "object" || v === null) return v;
  if (Array.isArray(v)) return v.map(toCleanJson);
  switch (encodingOf(v)) {
    case "$integer":
      return decodeInt64(v).toString();
    case "$float": {
      const n = decodeFloat(v);
      return n === 0 ? 0 : String(n);
    }
    case "$bytes":
      return v.$bytes!;
    case "$commitTs":
    case "$undefined":
      return null;
    case null: {
      const clean: JsonObject = {};
      for (const key in v) setOwn(clean, key, toCleanJson(v[key]!));
      return clean;
    }
  }
}
