/**
 * Blocks of postings: which documents hold a term. A block is a run of postings in no particular order, each three numbers of seven
 * bits a byte, the low ones first, the top bit telling that more follow: row number in `docs`, how often the document
 * holds the term, and how many terms it has. A posting is added behind the others without reading them.
 */

/** One document of a term. */
export interface Posting {
  /** Row number in `docs`. */
  doc: number;
  /** How often the document holds the term. */
  tf: number;
  /** Number of terms of the document, repeated ones counted. */
  length: number;
}

/** Many postings, column by column. */
export interface PostingList {
  docs: number[];
  tfs: number[];
  lengths: number[];
}

const LOW_BITS = 0x7f;
const MORE = 0x80;
const BASE = 128;

/** Three numbers of up to eight bytes. */
const scratch = Buffer.alloc(24);

/** The bytes of one posting, good until the next call; its numbers are whole and not negative. */
export function postingBytes({ doc, tf, length }: Posting): Uint8Array {
  return scratch.subarray(0, write(length, write(tf, write(doc, 0))));
}

/** Writes `n` at `at`; answers where it ends. */
function write(n: number, at: number): number {
  let rest = n;
  let end = at;
  for (; rest >= BASE; rest = Math.floor(rest / BASE)) scratch[end++] = (rest % BASE) | MORE;
  scratch[end++] = rest;
  return end;
}

/** A block with `bytes` in place of the posting of `doc`; null when it has none. */
export function replaceIn(block: Uint8Array, doc: number, bytes: Uint8Array): Uint8Array | null {
  for (let from = 0; from < block.length;) {
    let at = from;
    let n = 0;
    let scale = 1;
    for (; block[at]! >= MORE; scale *= BASE) n += (block[at++]! & LOW_BITS) * scale;
    n += block[at++]! * scale;
    for (let numbers = 0; numbers < 2; numbers++) while (block[at++]! >= MORE);
    if (n === doc) {
      const changed = new Uint8Array(block.length - (at - from) + bytes.length);
      changed.set(block.subarray(0, from));
      changed.set(bytes, from);
      changed.set(block.subarray(at), from + bytes.length);
      return changed;
    }
    from = at;
  }
  return null;
}

/** Puts the postings of a block behind those in `list`. Throws when the block is cut off. */
export function readPostings(block: Uint8Array, list: PostingList): void {
  const { docs, tfs, lengths } = list;
  const end = block.length;
  let at = 0;
  let column = 0;
  while (at < end) {
    let byte = block[at++]!;
    let n = byte & LOW_BITS;
    for (let scale = BASE; byte >= MORE; scale *= BASE) {
      if (at === end) throw new Error("a block of postings is cut off");
      byte = block[at++]!;
      n += (byte & LOW_BITS) * scale;
    }
    if (column === 0) docs.push(n);
    else if (column === 1) tfs.push(n);
    else lengths.push(n);
    column = column === 2 ? 0 : column + 1;
  }
  if (column !== 0) throw new Error("a block of postings is cut off");
}

/** The postings of one block, in the order of their documents. */
export function sortedPostings(block: Uint8Array): Posting[] {
  const list: PostingList = { docs: [], tfs: [], lengths: [] };
  readPostings(block, list);
  return list.docs.map((doc, i) => ({ doc, tf: list.tfs[i]!, length: list.lengths[i]! })).sort((a, b) => a.doc - b.doc);
}

/** The block of `postings`. */
export function blockOf(postings: readonly Posting[]): Buffer {
  return Buffer.concat(postings.map((posting) => Buffer.from(postingBytes(posting))));
}
