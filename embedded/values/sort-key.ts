import type { Json, JsonObject } from "./encoding.ts";
import { floatKey, int64Of, rankOf, RANK } from "./order.ts";

/**
 * Byte keys whose order is the order of values (SPEC V7). A key is a row of parts; each part starts with a tag:
 *
 * ```
 * 01 undefined   03 null   0e false   0f true
 * 04 05 06 07 negative int64 in 8, 4, 2, 1 bytes   08 zero   09 0a 0b 0c positive int64 in 1, 2, 4, 8 bytes
 * 0d float64     10 string   11 bytes (00 inside is 00 ff; both end in 00)
 * 12 array: items, then 00
 * 15 object: per field in order its name, 00 (an empty name: 00 ff), its value; then 00
 * ```
 *
 * A part never starts with a byte above 15, and ff after a 00 continues a string. So the keys that begin with the
 * *parts* P are those from P up to, not including, P ff. Whatever is put behind a prefix must itself be parts.
 */

let scratch: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(4096);
let end = 0;

/** The key of a row of values, such as the fields of an index entry; undefined is a missing field. */
export function encodeKey(parts: readonly (Json | undefined)[]): Buffer {
  end = 0;
  for (let i = 0; i < parts.length; i++) part(parts[i]);
  const key = Buffer.allocUnsafe(end);
  scratch.copy(key, 0, 0, end);
  return key;
}

/** The key of these fields of `doc`, with `tail` as it is behind them. */
export function encodeFields(doc: JsonObject, fields: readonly string[], tail: Uint8Array): Buffer {
  end = 0;
  for (const field of fields) part(fieldAt(doc, field));
  const key = Buffer.allocUnsafe(end + tail.length);
  scratch.copy(key, 0, 0, end);
  key.set(tail, end);
  return key;
}

/** The end (not included) of all keys that begin with the parts of `key`; also the start of those greater than they. */
export function afterPrefix(key: Buffer): Buffer {
  const after = Buffer.allocUnsafe(key.length + 1);
  key.copy(after);
  after[key.length] = 0xff;
  return after;
}

/** The value at a dotted path; undefined when it is missing or the path goes through something that is no object. */
export function fieldAt(doc: JsonObject, path: string): Json | undefined {
  const names = namesOf(path);
  let value: Json | undefined = doc;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

/** The names of paths looked at lately. There are few: those of indexes, and of filters. */
const paths = new Map<string, readonly string[]>();
const MAX_PATHS = 4096;

function namesOf(path: string): readonly string[] {
  const known = paths.get(path);
  if (known !== undefined) return known;
  // A name that is already that of a property is looked up fastest; one out of a parsed text is not.
  const names = path.split(".").map((name) => Object.keys({ [name]: null })[0]!);
  if (paths.size >= MAX_PATHS) paths.clear();
  paths.set(path, names);
  return names;
}

function room(bytes: number): void {
  if (end + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(end + bytes, scratch.length * 2));
  scratch.copy(larger, 0, 0, end);
  scratch = larger;
}

function byte(b: number): void {
  if (end === scratch.length) room(1);
  scratch[end++] = b;
}

function part(v: Json | undefined): void {
  switch (typeof v) {
    case "string":
      byte(0x10);
      return text(v);
    case "number":
      return float(v);
    case "boolean":
      return byte(v ? 0x0f : 0x0e);
    case "undefined":
      return byte(0x01);
  }
  if (v === null) return byte(0x03);
  switch (rankOf(v)) {
    case RANK.undefined:
      return byte(0x01);
    case RANK.int64:
      return integer(int64Of(v as JsonObject));
    case RANK.float64:
      byte(0x0d);
      return raw(floatKey(v as JsonObject));
    case RANK.bytes:
      byte(0x11);
      return escaped(Buffer.from((v as JsonObject).$bytes as string, "base64"));
    case RANK.array:
      byte(0x12);
      for (const item of v as Json[]) part(item);
      return byte(0);
    default:
      byte(0x15);
      for (const name of Object.keys(v).sort()) {
        text(name);
        if (name === "") byte(0xff);
        part((v as JsonObject)[name]);
      }
      return byte(0);
  }
}

function float(n: number): void {
  room(9);
  scratch[end] = 0x0d;
  scratch.writeDoubleBE(n === 0 ? 0 : n, end + 1);
  if (n < 0) for (let i = end + 1; i < end + 9; i++) scratch[i] = ~scratch[i]! & 0xff;
  else scratch[end + 1] = scratch[end + 1]! | 0x80;
  end += 9;
}

function integer(n: bigint): void {
  room(9);
  if (n === 0n) return byte(0x08);
  const negative = n < 0n;
  const magnitude = negative ? ~n : n;
  if (magnitude < 0x80n) {
    scratch[end] = negative ? 0x07 : 0x09;
    scratch.writeInt8(Number(n), end + 1);
    end += 2;
  } else if (magnitude < 0x8000n) {
    scratch[end] = negative ? 0x06 : 0x0a;
    scratch.writeInt16BE(Number(n), end + 1);
    end += 3;
  } else if (magnitude < 0x8000_0000n) {
    scratch[end] = negative ? 0x05 : 0x0b;
    scratch.writeInt32BE(Number(n), end + 1);
    end += 5;
  } else {
    scratch[end] = negative ? 0x04 : 0x0c;
    scratch.writeBigInt64BE(n, end + 1);
    end += 9;
  }
}

/** The UTF-8 bytes of `s`, escaped and ended. Short ASCII text, the common case, needs no call into the host. */
function text(s: string): void {
  const length = s.length;
  if (length <= 64) {
    room(length + 1);
    let i = 0;
    for (; i < length; i++) {
      const unit = s.charCodeAt(i);
      if (unit === 0 || unit > 0x7f) break;
      scratch[end + i] = unit;
    }
    if (i === length) {
      end += length;
      scratch[end++] = 0;
      return;
    }
  }
  if (s.includes("\0")) return escaped(Buffer.from(s));
  room(length * 3 + 1);
  end += scratch.write(s, end);
  scratch[end++] = 0;
}

function escaped(bytes: Buffer): void {
  room(bytes.length * 2 + 1);
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i]!;
    scratch[end++] = b;
    if (b === 0) scratch[end++] = 0xff;
  }
  scratch[end++] = 0;
}

function raw(bytes: Buffer): void {
  room(bytes.length);
  end += bytes.copy(scratch, end);
}
