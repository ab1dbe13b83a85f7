// One part of an export while it is checked: each kind of line has its rules (V2 to V7 in README.md). Functions answer what is
// wrong as a sentence, or null. Events are checked at once, without a promise for each.

import { canonicalJson } from "../canonicalJson";
import { NOTHING_BEFORE } from "./chain";
import { type AuditKey, type Checkpoint, type CheckpointFacts, checkpointText, keyIdOf, NO_CHECKPOINT, type Verify } from "./checkpoint";
import { chainInLine, chainName, type Piece, type ReadEvent } from "./eventLine";
import { type GapLine, type HeaderLine, type HeadLine, type TrailerLine, trailerText } from "./export";
import { HASH_BYTES, type HashingNow } from "./hashing";
import { covering, emptyFrontier, type Frontier, grow, rootByInclusion, rootOf } from "./merkle";

/** SHA-256 over bytes that come one after another, in hexadecimal. */
export type BytesDigest = { add: (bytes: Uint8Array) => void; end: () => string };
/** What a check is done with. */
export type Tools = {
  hashing: HashingNow;
  verify: Verify;
  digest: () => BytesDigest;
  /** A text with a character (0 to 255) for each byte, so that places in both are the same. */
  characters: (bytes: Uint8Array) => string;
  /** A public key (base64) known from elsewhere; null for none. */
  trusted: string | null;
  /** Checkpoints that were kept elsewhere, as they came from the desk. */
  kept: readonly CheckpointFacts[];
};

/** How far a chain goes in what was read, and the last part that has events of it. */
type Head = { seq: number; hash: string; part: number };

/** What is known of all parts so far. */
export type Sums = {
  events: number;
  /** Events whose place in the tree of a signed checkpoint is proven. */
  proven: number;
  /** Events that no checkpoint held yet. */
  pending: number;
  /** Events whose personal words were erased. */
  erased: number;
  checkpoints: number;
  /** Those among them that were kept elsewhere, too. */
  kept: number;
  /** By their names as events' lines write them. */
  chains: Map<string, Head>;
  /** The number of the first part that was read. */
  firstPart: number;
};

/** What a part has come to so far. */
export type Part = {
  header: HeaderLine;
  keys: Map<string, AuditKey>;
  /** The tree of the leaves so far. */
  tree: Frontier;
  digest: BytesDigest;
  lines: number;
  events: number;
  /** Chains that it has events of. */
  chains: number;
  checkpoint: Checkpoint | null;
  /** Where events prove their place themselves: the first one for each root that such proofs lead to; one where all are right. */
  loose: Map<string | null, { line: number; chain: string; seq: number }>;
  /** Where the leaves of a whole export end in this part, once they have. */
  ended: number | null;
  /** Events of its chains that come after those it holds, as their heads tell. */
  beyond: number;
  trailer: TrailerLine | null;
};

/** A part whose head was read. */
export function newPart(header: HeaderLine, digest: BytesDigest): Part {
  return {
    header,
    keys: new Map(),
    tree: emptyFrontier(),
    digest,
    lines: 0,
    events: 0,
    chains: 0,
    checkpoint: null,
    loose: new Map(),
    ended: null,
    beyond: 0,
    trailer: null,
  };
}

/** A public key of the desk. */
export async function readKey(part: Part, line: AuditKey, { hashing }: Tools): Promise<string | null> {
  const { keyId, publicKey, since, vouched } = line;
  const id = await keyIdOf(publicKey, hashing).catch(() => null);
  if (id !== keyId) return `The key ${keyId} has not the id of its public key.`;
  part.keys.set(keyId, { keyId, publicKey, since, vouched });
  return null;
}

/** Leaves that are not in this part (V4). */
export function readGap(part: Part, { to, hashes }: GapLine, { hashing }: Tools): string | null {
  const { header, tree } = part;
  const from = tree.size;
  if (to <= from || to > header.size) return `Leaves up to ${to} cannot be left out here, after leaf ${from}.`;
  if (header.whole && to > Math.max(header.from, header.sealed)) {
    if (part.ended !== null || to !== header.size)
      return `The leaves ${from} to ${to} are missing from a whole export.`;
    part.ended = from;
  }
  const subtrees = covering(from, to);
  if (subtrees.length !== hashes.length) {
    return `The leaves ${from} to ${to} are covered by ${subtrees.length} hashes, not by ${hashes.length}.`;
  }
  for (const [i, { level }] of subtrees.entries()) grow(tree, level, hashes[i] as string, hashing);
  return null;
}

/**
 * An event: its hash, its words, its chain and its place in the tree (V3, V5). A promise only where it proves its place itself.
 * What is compared with a hash is compared where it stands; and only what is computed here is kept, because a slice of the
 * piece would hold on to all of it.
 */
export function readEvent(
  part: Part,
  event: ReadEvent,
  { bytes, text }: Piece,
  sums: Sums,
  { hashing }: Tools,
): string | null | Promise<null> {
  const { record, chain, seq, digestAt, leaf, words, proof } = event;
  const { header, tree } = part;
  const hash = hashing.raw(bytes.subarray(record.from, record.to));
  if (digitsAt(text, event.hashAt) !== hash) return "It was altered: it has not the hash it stands under.";
  if (words !== null && (digestAt === null || digitsAt(text, digestAt) !== wordsHash(bytes, words, hashing))) {
    return "Its words were altered: its record holds another digest of them.";
  }
  const last = sums.chains.get(chain);
  // An event that comes late in a filtered export proves its own place.
  const isLate = proof !== null && last !== undefined && seq < last.seq;
  if (header.whole && proof !== null) return "It stands out of its order, which no event of a whole export does.";
  const broken = isLate ? null : chainProblem(event, text, last, sums.firstPart, header);
  if (broken !== null) return broken;
  if (last?.part !== header.part) part.chains += 1;
  if (last === undefined) sums.chains.set(unsliced(chain), { seq, hash, part: header.part });
  else if (isLate) last.part = header.part;
  else [last.seq, last.hash, last.part] = [seq, hash, header.part];
  part.events += 1;
  sums.events += 1;
  if (digestAt !== null && words === null) sums.erased += 1;
  if (leaf === null) {
    sums.pending += 1;
    return null;
  }
  sums.proven += 1;
  if (proof !== null) return readLoose(part, event, hash, hashing);
  if (part.ended !== null || leaf !== tree.size || leaf >= header.size) {
    return `It says that it is leaf ${leaf} of the tree, and leaf ${tree.size} stands here: events were left out, added or moved.`;
  }
  grow(tree, 0, hashing.leaf(hash), hashing);
  return null;
}

/** The hash that stands there. */
function digitsAt(text: string, at: number): string {
  return text.slice(at, at + 2 * HASH_BYTES);
}

/** Salt and words of an event as they are hashed; used again for each. */
let salted = new Uint8Array(4096);
const SALT_DIGITS = 32;

/** SHA-256 of salt and words as they stand in the line (W3). */
function wordsHash(
  bytes: Uint8Array,
  { saltAt, from, to }: NonNullable<ReadEvent["words"]>,
  hashing: HashingNow,
): string {
  const length = SALT_DIGITS + to - from;
  if (length > salted.length) salted = new Uint8Array(2 * length);
  for (let i = 0; i < SALT_DIGITS; i += 1) salted[i] = bytes[saltAt + i] as number;
  salted.set(bytes.subarray(from, to), SALT_DIGITS);
  return hashing.raw(salted.subarray(0, length));
}

/** The same text in memory of its own. */
function unsliced(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}

/** Notes to which root the proof of an event leads: which one it must be stands after it. */
async function readLoose(part: Part, event: ReadEvent, hash: string, hashing: HashingNow): Promise<null> {
  const { leaf, proof, chain, seq } = event;
  const at = { leaf: hashing.leaf(hash), index: leaf ?? 0, size: part.header.size, proof: proof ?? [] };
  const root = await rootByInclusion(at, hashing);
  if (!part.loose.has(root)) part.loose.set(root, { line: part.lines + 1, chain: chainName(chain), seq });
  return null;
}

/** What is wrong with an event's place in its chain, or null (C3, V3). */
function chainProblem(
  { seq, prevAt }: ReadEvent,
  text: string,
  last: Head | undefined,
  firstPart: number,
  header: HeaderLine,
): string | null {
  if (seq === 1 && digitsAt(text, prevAt) !== NOTHING_BEFORE)
    return "It is the first event of its chain, and names one before it.";
  if (last === undefined) {
    const mayBeginLater = !header.whole || header.sealed > 0 || firstPart > 1;
    return seq === 1 || mayBeginLater ? null : `Its chain begins with event ${seq}: the events before it are missing.`;
  }
  if (seq <= last.seq) return `It comes after event ${last.seq} of its chain: events were added or moved.`;
  if (seq === last.seq + 1) {
    return digitsAt(text, prevAt) === last.hash
      ? null
      : `It does not follow event ${last.seq} of its chain: one of the two was altered.`;
  }
  return header.whole ? `Events ${last.seq + 1} to ${seq - 1} of its chain are missing.` : null;
}

/** A checkpoint, where its leaves end: its root, its signature and the one before it (V6). */
export async function readCheckpoint(
  part: Part,
  line: Checkpoint,
  sums: Sums,
  { hashing, verify, kept }: Tools,
): Promise<string | null> {
  const { number, size, keyId, signature, origin, root } = line;
  const { header, keys, tree, checkpoint: earlier } = part;
  const its = `Checkpoint ${number}`;
  if (origin !== header.origin) return `${its} is of another desk.`;
  if (size !== tree.size)
    return `${its} is of ${size} events and stands after ${tree.size}: lines were left out, added or moved.`;
  if (earlier !== null && number <= earlier.number) return `${its} cannot come after checkpoint ${earlier.number}.`;
  if (number === 1 && line.previous !== NO_CHECKPOINT) return `${its} is the first, and names one before it.`;
  if (earlier?.number === number - 1 && line.previous !== (await hashing.text(checkpointText(earlier)))) {
    return `${its} does not follow the one before it: one of the two was altered.`;
  }
  if ((await rootOf(tree, hashing)) !== root) return `${its} signs another root: an event before it is not the desk's.`;
  const key = keys.get(keyId);
  if (key === undefined) return `${its} is signed by the key ${keyId}, which is not in the export.`;
  if (!(await verify(key.publicKey, checkpointText(line), signature))) return `${its} has a wrong signature.`;
  const known = kept.find((one) => one.number === number);
  if (known !== undefined && checkpointText(known) !== checkpointText(line))
    return `${its} is not the one that you kept: the history was made anew from somewhere before it.`;
  sums.checkpoints += 1;
  sums.kept += known === undefined ? 0 : 1;
  part.checkpoint = line;
  return null;
}

/** How far a chain goes at the desk. */
export function readHead(part: Part, { chain, seq, hash }: HeadLine, { chains }: Sums): string | null {
  const last = chains.get(chainInLine(chain));
  if (last?.part !== part.header.part)
    return `The chain ${chain} is said to end with event ${seq}, and no event of it is in this part.`;
  if (seq < last.seq || (seq === last.seq && hash !== last.hash)) {
    return `The chain ${chain} is said to end with event ${seq}, which does not fit event ${last.seq} above.`;
  }
  part.beyond += seq - last.seq;
  return null;
}

/** The last line: that it is of this part, that nothing is missing, and who signed it (V7). */
export async function readTrailer(part: Part, line: TrailerLine, { verify }: Tools): Promise<string | null> {
  const { header, keys, tree, checkpoint, ended } = part;
  const members = ["origin", "part", "previous", "whole", "size"] as const;
  if (members.some((member) => line[member] !== header[member]) || !isSame(line.filter, header.filter)) {
    return "It is not the last line of this part: it differs from the first.";
  }
  if (header.size > 0 && checkpoint?.size !== header.size)
    return "The checkpoint that everything is proven by is missing.";
  if (header.whole && line.to !== (ended ?? tree.size)) return `Events up to leaf ${line.to} should stand before it.`;
  if (header.whole && line.last && line.to !== header.size) return "The export ends before the last event.";
  const lost = looseProblem(part);
  if (lost !== null) return lost;
  if (line.events !== part.events || line.chains !== part.chains || line.lines !== part.lines) {
    return `It tells of ${line.events} events of ${line.chains} chains in ${line.lines} lines, and there are ${part.events} of ${part.chains} in ${part.lines}.`;
  }
  if (part.digest.end() !== line.sha256) return "The lines before it are not those that were signed.";
  const key = keys.get(line.keyId);
  if (key === undefined) return `It is signed by the key ${line.keyId}, which is not in the export.`;
  return (await verify(key.publicKey, trailerText(line), line.signature)) ? null : "Its signature is wrong.";
}

/** The first event whose own proof leads to another root than the checkpoint's, as a sentence; null where there is none. */
function looseProblem({ loose, checkpoint }: Part): string | null {
  for (const [root, { line, chain, seq }] of loose) {
    if (checkpoint === null || root !== checkpoint.root)
      return `The proof that event ${seq} of ${chain} (line ${line}) is in the tree is wrong.`;
  }
  return null;
}

/** Whether two filters are the same. */
export function isSame(a: HeaderLine["filter"], b: HeaderLine["filter"]): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
