// An event's line of an export, read where it stands. The desk writes such a line in one form only (E4), so its members are found by
// their places and the JSON inside is never built: the bytes that are hashed are those of the line, and what is known of an
// event is read from the same bytes. That is enough because only canonical JSON was ever chained (C2): bytes with white space, other
// escapes, members twice or in another order have another hash, which no leaf of the desk's tree has; where the hash is made to fit,
// the next event of the chain or the root is wrong. Everything around record and words must be as it is searched for here.
//
// Names of members are found by `,"name":"`: in JSON no text holds such characters, because its quotes are escaped. Actors have no
// member `chain`, and no record one called `salt`.

/** An event's line by its form. Places count from the beginning of the piece of the file that the line stands in. */
export type ReadEvent = {
  /** Its place in the tree; null where no checkpoint held it yet. */
  leaf: number | null;
  /** Where the 64 digits of its hash begin. */
  hashAt: number;
  /** Its record: the bytes that were hashed. */
  record: Span;
  /** Its chain as the line writes it: `chainName` says it as people read it. It may be a slice of the piece. */
  chain: string;
  seq: number;
  /** Where the 64 digits of the hash before begin. */
  prevAt: number;
  /** Where the 64 digits of the digest of its words begin, in its record; null where it has no words. */
  digestAt: number | null;
  /** Its words, and where the 32 digits of their salt begin; null where it has none, or they were erased. */
  words: (Span & { saltAt: number }) | null;
  /** What proves its place, where it stands after a later leaf. */
  proof: string[] | null;
};
/** Bytes from `from` up to, and without, `to`. */
export type Span = { from: number; to: number };
/** A piece of a file, as bytes and with a character (0 to 255) for each of them. */
export type Piece = { bytes: Uint8Array; text: string };

/** ASCII as bytes: comparing them is many times as fast as `startsWith` on a text. */
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const EVENT = bytesOf('{"kind":"event","leaf":');
const HASH = bytesOf(',"hash":"');
const RECORD = bytesOf('","record":{"actor":');
const CHAIN = ',"chain":"';
const PREV = bytesOf(',"prev":"');
const SEQ = bytesOf('","seq":');
const NULL = bytesOf("null");
const END = bytesOf("}");
const PROOF_END = bytesOf("]}");
const SALT = '},"salt":';
const BARE = bytesOf('"v":1,"words":null');
const TOLD = bytesOf('"v":1,"words":"');
const NO_WORDS = bytesOf('null,"words":null');
const WORDS = bytesOf('","words":');
const PROOF = ',"proof":';

/** Digits of a hash, and of a salt. */
const DIGITS = 64;
const SALT_DIGITS = 32;
/** Digits of a number that is still exact. */
const COUNT_DIGITS = 15;

/** Whether a line that begins there is an event's; those of other kinds never begin so. */
export function isEventLine({ bytes }: Piece, from: number): boolean {
  return standsAt(bytes, from, EVENT);
}

function standsAt(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

/**
 * Reads an event's line, or answers null where it has not the form of one.
 * @param from where the line begins; `to` is where it ends, without its line end
 */
export function readEventLine({ bytes, text }: Piece, from: number, to: number): ReadEvent | null {
  const leafAt = from + EVENT.length;
  const isPending = standsAt(bytes, leafAt, NULL);
  const leafTo = isPending ? leafAt + NULL.length : digitsFrom(bytes, leafAt);
  const leaf = isPending ? null : countAt(bytes, leafAt, leafTo);
  const hashAt = leafTo + HASH.length;
  if (leaf === -1 || !standsAt(bytes, leafTo, HASH) || !standsAt(bytes, hashAt + DIGITS, RECORD)) return null;
  const recordFrom = hashAt + DIGITS + '","record":'.length;
  const chainAt = text.indexOf(CHAIN, recordFrom) + CHAIN.length;
  const chainTo = textEnd(text, chainAt);
  const recordEnd = text.indexOf(SALT, chainTo);
  if (chainAt < recordFrom || chainTo < 0 || recordEnd < 0 || recordEnd > to) return null;
  // From the end of the record backwards: its last members have lengths that are known.
  const isBare = standsAt(bytes, recordEnd - BARE.length, BARE);
  const versionAt = recordEnd - (isBare ? BARE.length : TOLD.length + DIGITS + 1);
  if (!isBare && !standsAt(bytes, versionAt, TOLD)) return null;
  const seqAt = digitsBefore(bytes, versionAt - 1);
  const seq = countAt(bytes, seqAt, versionAt - 1);
  const prevAt = seqAt - SEQ.length - DIGITS;
  if (seq < 1 || !standsAt(bytes, prevAt + DIGITS, SEQ) || !standsAt(bytes, prevAt - PREV.length, PREV)) return null;
  const saltAt = recordEnd + SALT.length + 1;
  const isErased = standsAt(bytes, saltAt - 1, NO_WORDS);
  if (!isErased && !standsAt(bytes, saltAt + SALT_DIGITS, WORDS)) return null;
  const wordsFrom = saltAt + SALT_DIGITS + WORDS.length;
  const proofAt = standsAt(bytes, to - 2, PROOF_END) ? text.lastIndexOf(PROOF, to) : to - 1;
  const proof = proofAt === to - 1 ? null : proofOf(text.slice(proofAt + PROOF.length, to - 1));
  if (!standsAt(bytes, to - 1, END) || proof?.length === 0) return null;
  if (isErased ? proofAt !== saltAt - 1 + NO_WORDS.length : proofAt <= wordsFrom) return null;
  return {
    leaf,
    hashAt,
    record: { from: recordFrom, to: recordEnd + 1 },
    chain: text.slice(chainAt, chainTo),
    seq,
    prevAt,
    digestAt: isBare ? null : recordEnd - 1 - DIGITS,
    words: isErased ? null : { saltAt, from: wordsFrom, to: proofAt },
    proof,
  };
}

/** Where the digits that begin at `from` end. */
function digitsFrom(bytes: Uint8Array, from: number): number {
  let to = from;
  while (isDigit(bytes[to])) to += 1;
  return to;
}

/** Where the digits that end at `to` begin. */
function digitsBefore(bytes: Uint8Array, to: number): number {
  let from = to;
  while (isDigit(bytes[from - 1])) from -= 1;
  return from;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}

/** The whole number that these digits write; -1 where they are none, or write it in a way that JSON does not. */
function countAt(bytes: Uint8Array, from: number, to: number): number {
  const hasZero = bytes[from] === 48 && to > from + 1;
  if (to <= from || to > from + COUNT_DIGITS || hasZero) return -1;
  let count = 0;
  for (let i = from; i < to; i += 1) count = 10 * count + (bytes[i] as number) - 48;
  return count;
}

/** Where a JSON text ends that begins at `from`, after its quote; -1 where it does not end. */
function textEnd(text: string, from: number): number {
  let to = text.indexOf('"', from);
  while (to > 0 && isEscaped(text, to)) to = text.indexOf('"', to + 1);
  return to;
}

/** Whether a character is taken for itself because backslashes stand before it. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text.charCodeAt(from - 1) === 92) from -= 1;
  return (at - from) % 2 === 1;
}

/** The hashes of a proof; none where it is not the JSON of at least one, as the desk writes it. */
function proofOf(json: string): string[] {
  return /^\["[0-9a-f]{64}"(?:,"[0-9a-f]{64}")*\]$/.test(json) ? (JSON.parse(json) as string[]) : [];
}

/** How an event's line writes the name of a chain: as JSON in UTF-8, a character (0 to 255) for each byte. */
export function chainInLine(name: string): string {
  const json = JSON.stringify(name).slice(1, -1);
  return PLAIN.test(json)
    ? json
    : Array.from(new TextEncoder().encode(json), (byte) => String.fromCharCode(byte)).join("");
}

/** The name of a chain that an event's line writes so; as it stands where that is no JSON in UTF-8. */
export function chainName(written: string): string {
  const json = utf8Of(Uint8Array.from(written, (character) => character.charCodeAt(0)));
  try {
    return JSON.parse(`"${json}"`) as string;
  } catch {
    return written;
  }
}
const PLAIN = /^[ -~]*$/;

/** A byte order mark is part of the text here: no line begins with one. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text that these bytes are in UTF-8; null where they are none. */
export function utf8Of(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
