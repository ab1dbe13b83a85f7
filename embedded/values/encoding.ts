/**
 * Encoded JSON: the one form in which values travel, rest and cross syscalls. Special values are one-key objects:
 * `{"$integer": base64 of 8 bytes little-endian}`, `{"$float": same for NaN, ±Infinity and -0}`, `{"$bytes": base64}`.
 * Two more are placeholders and never stored: `{"$commitTs": null}` and `{"$undefined": null}`.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export type Encoding = "$integer" | "$float" | "$bytes" | "$commitTs" | "$undefined";

const DOLLAR = 36;

/** Which encoding a non-array object is, or null for a plain object. */
export function encodingOf(v: JsonObject): Encoding | null {
  let only: string | null = null;
  for (const key in v) {
    if (only !== null || key.charCodeAt(0) !== DOLLAR) return null;
    only = key;
  }
  switch (only) {
    case "$integer":
    case "$float":
    case "$bytes":
    case "$commitTs":
    case "$undefined":
      return only;
    default:
      return null;
  }
}

/** True for a user's object; false for scalars, arrays and encodings such as `{"$integer": …}`. */
export function isPlainObject(v: Json): v is JsonObject {
  return typeof v === "object" && v !== null && !Array.isArray(v) && encodingOf(v) === null;
}

/** Assigns an own property under any legal field name, `__proto__` included. */
export function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
}

/** A 64-bit integer as JSON. Throws RangeError outside -2^63 … 2^63-1. */
export function encodeInt64(n: bigint): JsonObject {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64LE(n);
  return { $integer: bytes.toString("base64") };
}

/** The integer in `{"$integer": …}`; the value must have passed `checkValue`. */
export function decodeInt64(v: JsonObject): bigint {
  return Buffer.from(v.$integer as string, "base64").readBigInt64LE();
}

/** The number in `{"$float": …}`: NaN, an infinity or -0. */
export function decodeFloat(v: JsonObject): number {
  return Buffer.from(v.$float as string, "base64").readDoubleLE();
}

/** The decoded length of valid base64 text, in bytes. */
export function base64Length(text: string): number {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
