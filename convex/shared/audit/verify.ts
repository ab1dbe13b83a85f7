// Checks an export line by line, part after part, in memory that grows with its chains and not with its events (rules V1 to V10
// in README.md). It needs nothing but the bytes of its files and, to be sure of who signed them, a public key.

import { type AuditKey, type Checkpoint, heirsOf } from "./checkpoint";
import { chainName, isEventLine, type Piece, type ReadEvent, readEventLine, utf8Of } from "./eventLine";
import type { HeaderLine, TrailerLine } from "./export";
import { brokenEvent, type OtherLine, parseLine } from "./parse";
import {
  isSame,
  newPart,
  type Part,
  readCheckpoint,
  readEvent,
  readGap,
  readHead,
  readKey,
  readTrailer,
  type Sums,
  type Tools,
} from "./verifyPart";

export type { BytesDigest, Tools } from "./verifyPart";

/** A line may have so many bytes: no part of an export is larger. */
const LINE_BYTES = 20 * 1024 * 1024;
const NONE = new Uint8Array();
/** A checkpoint may be made while an export begins, and stand in the next one, ms. */
const MEANWHILE_MS = 60_000;

/** The first thing that is wrong. `line` counts from 1 in its file; `chain` and `seq` name the event, where it is one. */
export type Problem = { part: number; line: number; chain: string | null; seq: number | null; reason: string };

/** What a check has come to, where nothing was wrong. */
export type Report = Omit<Sums, "chains"> & {
  parts: number;
  chains: number;
  origin: string;
  whole: boolean;
  filter: HeaderLine["filter"];
  /** What everything in the last part is proven by; null where the desk had no checkpoint yet. */
  checkpoint: Checkpoint | null;
  /** The key that signed the last part. */
  key: AuditKey;
  /** Whether the last part says that no other follows. */
  complete: boolean;
  /** Events of so many leaves were sealed and exported before. */
  sealed: number;
  /** Events that the chains of the last part have beyond those in it. */
  beyond: number;
};

export type Verifier = {
  /**
   * Takes the next bytes of a file, cut anywhere; they may be overwritten afterwards. Answers what is wrong with the lines that
   * end in them; then nothing more can be checked.
   */
  add: (bytes: Uint8Array) => Promise<Problem | null>;
  /** To be called at the end of each file. Answers what is missing. Another file with the next part may follow. */
  endOfFile: () => Promise<Problem | null>;
  /** After the end of the last file. */
  report: () => Report;
};

/** Which kinds of lines come after which (V2). */
const ORDER: Record<OtherLine["kind"] | "event", number> = {
  export: 0,
  key: 1,
  gap: 2,
  event: 2,
  checkpoint: 2,
  head: 3,
  trailer: 4,
};

/** Begins a check. */
export function createVerifier(tools: Tools): Verifier {
  const sums: Sums = { events: 0, proven: 0, pending: 0, erased: 0, checkpoints: 0, kept: 0, chains: new Map(), firstPart: 1 };
  let parts = 0;
  let part: Part | null = null;
  let before: { part: Part; trailer: TrailerLine; hash: string } | null = null;
  let [lines, stage, trailerHash] = [0, 0, ""];
  /** Bytes that were not yet read, at the beginning of memory that is used again and again. */
  let held = new Uint8Array(0);
  let rest = 0;
  /** The piece that is being read: its bytes from `undigested` on are to be hashed. */
  let piece: Piece = { bytes: held, text: "" };
  let undigested = 0;

  /** Hashes the part's bytes of this piece up to here: many lines at a time, as they stand in the file. */
  const digestUpTo = (to: number): void => {
    if (part !== null && part.trailer === null) part.digest.add(piece.bytes.subarray(undigested, to));
    undigested = to;
  };

  /** Why a line of this kind cannot stand here, or null (V2). */
  const misplaced = (kind: OtherLine["kind"] | "event"): string | null => {
    if (part?.trailer) return "It comes after the last line: it was added.";
    if (ORDER[kind] < stage) return `A line of kind “${kind}” cannot stand here: lines were moved or added.`;
    if (part === null && kind !== "export") return "It is not the first line of an export.";
    stage = ORDER[kind];
    return null;
  };

  const checkEvent = (event: ReadEvent): string | null | Promise<null> => {
    const reason = misplaced("event");
    return reason !== null || part === null ? reason : readEvent(part, event, piece, sums, tools);
  };

  const check = async (line: OtherLine, from: number, to: number): Promise<string | null> => {
    // Parts may stand one after another in one file.
    if (part?.trailer && line.kind === "export") close(part, part.trailer);
    const reason = misplaced(line.kind);
    if (reason !== null) return reason;
    if (line.kind === "export") return begin(line, from);
    if (part === null) return "It is not the first line of an export.";
    switch (line.kind) {
      case "key":
        return await readKey(part, line, tools);
      case "gap":
        return readGap(part, line, tools);
      case "checkpoint":
        return await readCheckpoint(part, line, sums, tools);
      case "head":
        return readHead(part, line, sums);
      case "trailer":
        digestUpTo(from);
        trailerHash = tools.hashing.raw(piece.bytes.subarray(from, to));
        return (await readTrailer(part, line, tools)) ?? (await strangerProblem(part, line, tools)) ?? end(part, line);
      default:
        return line satisfies never;
    }
  };

  const begin = (header: HeaderLine, from: number): string | null => {
    if (part !== null) return "It is the first line of an export, in the middle of one.";
    const problem = keptProblem(header, tools) ?? (before === null ? firstProblem(header) : nextProblem(header, before));
    if (problem !== null) return problem;
    if (before === null) sums.firstPart = header.part;
    part = newPart(header, tools.digest());
    undigested = from;
    return null;
  };

  const close = (closed: Part, trailer: TrailerLine): void => {
    before = { part: closed, trailer, hash: trailerHash };
    [part, stage] = [null, 0];
  };

  const end = (ended: Part, trailer: TrailerLine): null => {
    ended.trailer = trailer;
    parts += 1;
    return null;
  };

  /** A line that is no event's, or not written as one, from its place in the piece. */
  const readLine = async (from: number, to: number): Promise<Problem | null> => {
    const text = utf8Of(piece.bytes.subarray(from, to));
    const line = text === null ? "It is no JSON." : parseLine(text);
    const reason = typeof line === "string" ? line : await check(line, from, to);
    if (reason === null) return null;
    return problemAt(lines, reason, text === null ? null : brokenEvent(text));
  };

  /** Every line that ends in the piece, or the whole of it where it ends the file. */
  const readLines = async (isLast: boolean): Promise<Problem | null> => {
    const { text } = piece;
    let from = 0;
    for (;;) {
      const found = text.indexOf("\n", from);
      const to = found < 0 && isLast ? text.length : found;
      if (to < 0 || from >= text.length) break;
      lines += 1;
      const event = isEventLine(piece, from) ? readEventLine(piece, from, to) : null;
      if (event === null) {
        const problem = await readLine(from, to);
        if (problem !== null) return problem;
      } else {
        const answer = checkEvent(event);
        const reason = answer === null || typeof answer === "string" ? answer : await answer;
        if (reason !== null) return problemAt(lines, reason, { chain: chainName(event.chain), seq: event.seq });
      }
      // The reading of a line has set it; the compiler does not see that.
      const here = part as Part | null;
      if (here !== null && here.trailer === null) here.lines += 1;
      from = to + 1;
    }
    digestUpTo(Math.min(from, text.length));
    rest = Math.max(0, text.length - from);
    held.copyWithin(0, from, from + rest);
    return null;
  };

  /** Reads what was not yet read and the bytes after it. */
  const readOn = async (bytes: Uint8Array, isLast: boolean): Promise<Problem | null> => {
    const length = rest + bytes.length;
    if (length > held.length) {
      const before = held.subarray(0, rest);
      held = new Uint8Array(2 * length);
      held.set(before);
    }
    held.set(bytes, rest);
    const all = held.subarray(0, length);
    piece = { bytes: all, text: tools.characters(all) };
    undigested = 0;
    return await readLines(isLast);
  };

  return {
    async add(bytes) {
      const problem = await readOn(bytes, false);
      if (problem !== null || rest <= LINE_BYTES) return problem;
      return problemAt(lines + 1, "It is longer than any line that a desk writes.");
    },
    async endOfFile() {
      const problem = await readOn(NONE, true);
      if (problem !== null) return problem;
      if (part === null) return problemAt(lines, "The file is empty.");
      if (part.trailer === null)
        return problemAt(lines, "The file ends here, without the line that seals it: it was cut off.");
      close(part, part.trailer);
      [lines, rest] = [0, 0];
      return null;
    },
    report() {
      const key = before?.part.keys.get(before.trailer.keyId);
      if (before === null || key === undefined) throw new Error("Nothing has been checked yet.");
      const { header, checkpoint, beyond } = before.part;
      const { origin, whole, filter, sealed } = header;
      const complete = before.trailer.last;
      return {
        ...sums,
        parts,
        chains: sums.chains.size,
        origin,
        whole,
        filter,
        checkpoint,
        key,
        complete,
        sealed,
        beyond,
      };
    },
  };

  function problemAt(line: number, reason: string, event: { chain: string; seq: number } | null = null): Problem {
    const number = part?.header.part ?? (before?.trailer.part ?? 0) + 1;
    return { part: number, line, chain: event?.chain ?? null, seq: event?.seq ?? null, reason };
  }
}

/** What speaks against an export beside checkpoints that were kept elsewhere, by its head, or null (V10). */
function keptProblem({ origin, size, at }: HeaderLine, { kept }: Tools): string | null {
  const foreign = kept.find((one) => one.origin !== origin);
  if (foreign !== undefined) return `Checkpoint ${foreign.number}, which you kept, is of another desk, ${foreign.origin}.`;
  const lost = kept.find((one) => one.size > size && one.at + MEANWHILE_MS < at);
  return lost === undefined
    ? null
    : `Checkpoint ${lost.number}, which you kept, was made before this export and is not in it: the end of the history was cut off.`;
}

/** What is wrong with the head of the first part that is read, or null. */
function firstProblem({ part, previous }: HeaderLine): string | null {
  if (part < 1) return "Parts are counted from 1.";
  return (part === 1) === (previous === null) ? null : "Only the first part has none before it.";
}

/** Why a part cannot follow the one before it, or null (V8). */
function nextProblem(header: HeaderLine, { trailer, hash }: { trailer: TrailerLine; hash: string }): string | null {
  if (trailer.last) return `Part ${trailer.part} is the last one of its export, and another one follows.`;
  if (header.part !== trailer.part + 1) return `Part ${header.part} does not follow part ${trailer.part}.`;
  if (header.previous !== hash) return `It is not the part that was made after part ${trailer.part}.`;
  const isOther =
    header.origin !== trailer.origin || header.whole !== trailer.whole || !isSame(header.filter, trailer.filter);
  if (isOther) return "The part before it is of another export.";
  return header.whole && header.from !== trailer.to
    ? "Events between this part and the one before it are missing."
    : null;
}

/** Why the signer is not somebody that the trusted key vouches for, or null (V9). */
async function strangerProblem({ keys, header }: Part, { keyId }: TrailerLine, tools: Tools): Promise<string | null> {
  if (tools.trusted === null) return null;
  const heirs = await heirsOf(tools.trusted, [...keys.values()], header.origin, tools.verify);
  return heirs.has(keyId)
    ? null
    : `The key ${keyId} that signed it is not the one you gave, nor does that one vouch for it.`;
}
