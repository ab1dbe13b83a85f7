import { fillRandomly } from "./chance.ts";

/**
 * Document ids: lowercase Crockford base32 of the table number (variable length, 7 bits per byte, least first), the 16
 * bytes of the internal id and a two-byte checksum (SPEC V10).
 */

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const INTERNAL = 16;
const FOOTER = 2;
/** A table number of 32 bits takes one to five bytes, so ids have 31 to 37 characters. */
const MAX_BYTES = 5 + INTERNAL + FOOTER;

const DIGIT = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) DIGIT[ALPHABET.charCodeAt(i)] = i;

const bytes = new Uint8Array(MAX_BYTES);

function checksum(length: number): number {
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    low = (low + bytes[i]!) & 0xff;
    high = (high + low) & 0xff;
  }
  return low | (high << 8);
}

/** The id text of a table number (1 … 2^32-1) and 16 bytes. Throws RangeError when either is out of range. */
export function encodeId(tableNumber: number, internalId: Uint8Array): string {
  if (!(Number.isInteger(tableNumber) && tableNumber >= 1 && tableNumber <= 0xffff_ffff)) {
    throw new RangeError(`table number ${tableNumber} is out of range`);
  }
  if (internalId.length !== INTERNAL) throw new RangeError(`an internal id has 16 bytes, not ${internalId.length}`);
  let length = 0;
  let rest = tableNumber;
  while (rest >= 0x80) {
    bytes[length++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[length++] = rest;
  for (let i = 0; i < INTERNAL; i++) bytes[length++] = internalId[i]!;
  const footer = checksum(length);
  bytes[length++] = footer & 0xff;
  bytes[length++] = footer >> 8;

  let id = "";
  let window = 0;
  let bits = 0;
  for (let i = 0; i < length; i++) {
    window = ((window << 8) | bytes[i]!) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      id += ALPHABET[(window >> bits) & 31]!;
    }
  }
  return bits > 0 ? id + ALPHABET[(window << (5 - bits)) & 31]! : id;
}

/** Where the internal id starts in `bytes` after the last successful `parse`. */
let internalStart = 0;

/** Decodes into `bytes` and returns the table number, or 0 when `id` is no canonical id with a right checksum. */
function parse(id: string): number {
  if (id.length < 31 || id.length > 37) return 0;
  let length = 0;
  let window = 0;
  let bits = 0;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    const digit = code < 128 ? DIGIT[code]! : -1;
    if (digit < 0) return 0;
    window = ((window << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (window >> bits) & 0xff;
    }
  }
  // The last character may carry padding only: fewer than 5 bits, all zero.
  if (bits >= 5 || (window & ((1 << bits) - 1)) !== 0) return 0;

  let tableNumber = 0;
  let used = 0;
  for (;;) {
    const b = bytes[used]!;
    tableNumber += (b & 0x7f) * 2 ** (7 * used);
    used++;
    if (b < 0x80) {
      if (b === 0 && used > 1) return 0;
      break;
    }
    if (used === 5) return 0;
  }
  if (tableNumber < 1 || tableNumber > 0xffff_ffff || length !== used + INTERNAL + FOOTER) return 0;
  const footer = checksum(length - FOOTER);
  if (bytes[length - 2] !== (footer & 0xff) || bytes[length - 1] !== footer >> 8) return 0;
  internalStart = used;
  return tableNumber;
}

export interface DecodedId {
  readonly tableNumber: number;
  /** 16 bytes, shared by all who decode the id: nobody changes them. */
  readonly internalId: Buffer;
}

/** Ids decoded lately: a transaction decodes the same few again and again. */
const decoded = new Map<string, DecodedId>();
const MAX_DECODED = 256;

/** The parts of an id, or null when the text is not one: wrong letters, length, padding or checksum. */
export function decodeId(id: string): DecodedId | null {
  const known = decoded.get(id);
  if (known !== undefined) return known;
  const tableNumber = parse(id);
  if (tableNumber === 0) return null;
  const internalId = Buffer.allocUnsafeSlow(INTERNAL);
  internalId.set(bytes.subarray(internalStart, internalStart + INTERNAL));
  const made = { tableNumber, internalId };
  if (decoded.size === MAX_DECODED) decoded.clear();
  decoded.set(id, made);
  return made;
}

/** The table number of an id, or null when the text is not an id. As `decodeId`, without making anything. */
export function tableNumberOf(id: string): number | null {
  const tableNumber = parse(id);
  return tableNumber === 0 ? null : tableNumber;
}

const CLOCK = 6;

/**
 * A new internal id: the time in ms since 1970 as 6 bytes, then 10 random ones. What is made at about the same time so lies together
 * in every index that begins with an id, and a commit writes few pages instead of one for each id (docs/decisions/0020).
 */
export function newInternalId(nowMs: number): Buffer {
  const internalId = Buffer.allocUnsafe(INTERNAL);
  internalId.writeUIntBE(Math.floor(nowMs), 0, CLOCK);
  fillRandomly(internalId, CLOCK, INTERNAL);
  return internalId;
}
