// SHA-256 for the tree of events (RFC 6962, section 2.1). Hashes are 64 lower-case hexadecimal digits everywhere; how they are
// computed is passed in, because a browser and Convex only have Web Crypto, and the offline check has something faster.

import { sha256, sha256OfBytes } from "../digest";

/** Bytes of one hash. */
export const HASH_BYTES = 32;

/** The hashes that the history is made of. */
export type Hashing = {
  /** SHA-256 of a text in UTF-8. */
  text: (text: string) => string | Promise<string>;
  /** SHA-256 of the bytes of these hexadecimal digits. */
  bytes: (digits: string) => string | Promise<string>;
  /** SHA-256(0x00 || data), data being the bytes of these hexadecimal digits: the hash of a leaf (M1). */
  leaf: (data: string) => string | Promise<string>;
  /** SHA-256(0x01 || left || right): the hash of a node (M1). */
  node: (left: string, right: string) => string | Promise<string>;
};

/** The same where it answers at once, and can also hash bytes as they are: what the offline check of very many events needs. */
export type HashingNow = {
  [Name in keyof Hashing]: (...given: Parameters<Hashing[Name]>) => string;
} & { raw: (bytes: Uint8Array) => string };

/** Hashing by Web Crypto: browsers, Convex's runtime, Node. */
export const webHashing: Hashing = {
  text: sha256,
  bytes: (digits) => digest(digits),
  leaf: (data) => digest(`00${data}`),
  node: (left, right) => digest(`01${left}${right}`),
};

/** The hash of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

async function digest(digits: string): Promise<string> {
  return await sha256OfBytes(bytesOf(digits));
}

/** Bytes from hexadecimal digits. Throws a TypeError for anything else. */
export function bytesOf(digits: string): Uint8Array<ArrayBuffer> {
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/.test(digits)) throw new TypeError("These are no hexadecimal digits.");
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    bytes[i] = 16 * digitAt(digits.charCodeAt(2 * i)) + digitAt(digits.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** The value of a hexadecimal digit by its character code: "0" is 48, "a" is 97. */
function digitAt(code: number): number {
  return code < 97 ? code - 48 : code - 87;
}

/** Bytes as base64 (RFC 4648, with padding). */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Bytes from base64, or null where the text is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Whether a text is a hash as they are written here. */
export function isHash(text: unknown): text is string {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
}
