// Checks an export line by line, part after part, in memory that grows with its chains and not with its events (rules V1 to V9
// in README.md). It needs nothing but the lines and, to be sure of who signed them, a public key.

import { type AuditKey, type Checkpoint, heirsOf } from "./checkpoint";
import type { ExportLine, HeaderLine, TrailerLine } from "./export";
import { parseLine } from "./parse";
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

export type { LinesDigest, Tools } from "./verifyPart";

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
  /** Takes the next line, without its end. Answers what is wrong with it; then nothing more can be checked. */
  line: (text: string) => Promise<Problem | null>;
  /** To be called at the end of each file. Answers what is missing. Another file with the next part may follow. */
  endOfFile: () => Promise<Problem | null>;
  /** After the end of the last file. */
  report: () => Report;
};

/** Which kinds of lines come after which (V2). */
const ORDER: Record<ExportLine["kind"], number> = {
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
  const sums: Sums = { events: 0, proven: 0, pending: 0, erased: 0, checkpoints: 0, chains: new Map(), firstPart: 1 };
  let parts = 0;
  let part: Part | null = null;
  let before: { part: Part; trailer: TrailerLine; hash: string } | null = null;
  let [lines, stage, lastLine] = [0, 0, ""];

  const check = async (line: ExportLine): Promise<string | null> => {
    // Parts may stand one after another in one file.
    if (part?.trailer && line.kind === "export") await close(part, part.trailer);
    else if (part?.trailer) return "It comes after the last line: it was added.";
    if (ORDER[line.kind] < stage) return `A line of kind “${line.kind}” cannot stand here: lines were moved or added.`;
    if (line.kind === "export") return begin(line);
    if (part === null) return "It is not the first line of an export.";
    stage = ORDER[line.kind];
    switch (line.kind) {
      case "key":
        return await readKey(part, line, tools);
      case "gap":
        return await readGap(part, line, tools);
      case "event":
        return await readEvent(part, line, sums, tools);
      case "checkpoint":
        return await readCheckpoint(part, line, sums, tools);
      case "head":
        return readHead(part, line);
      case "trailer":
        return (await readTrailer(part, line, tools)) ?? (await strangerProblem(part, line, tools)) ?? end(part, line);
      default:
        return line satisfies never;
    }
  };

  const begin = (header: HeaderLine): string | null => {
    if (part !== null) return "It is the first line of an export, in the middle of one.";
    const problem = before === null ? firstProblem(header) : nextProblem(header, before);
    if (problem !== null) return problem;
    if (before === null) sums.firstPart = header.part;
    part = newPart(header, tools.digest());
    return null;
  };

  const close = async (closed: Part, trailer: TrailerLine): Promise<void> => {
    before = { part: closed, trailer, hash: await tools.hashing.text(lastLine) };
    [part, stage] = [null, 0];
  };

  const end = (ended: Part, trailer: TrailerLine): null => {
    ended.trailer = trailer;
    parts += 1;
    return null;
  };

  return {
    async line(text) {
      lines += 1;
      const line = parseLine(text);
      const reason = typeof line === "string" ? line : await check(line);
      if (reason === null) {
        lastLine = text;
        // `check` has set it; the compiler does not see that.
        const here = part as Part | null;
        if (here !== null && here.trailer === null) {
          here.lines += 1;
          here.digest.add(text);
        }
        return null;
      }
      const record = typeof line !== "string" && line.kind === "event" ? line.record : null;
      return problemAt(lines, reason, record);
    },
    async endOfFile() {
      if (part === null) return problemAt(lines, "The file is empty.");
      if (part.trailer === null) return problemAt(lines, "The file ends here, without the line that seals it: it was cut off.");
      await close(part, part.trailer);
      lines = 0;
      return null;
    },
    report() {
      const key = before?.part.keys.get(before.trailer.keyId);
      if (before === null || key === undefined) throw new Error("Nothing has been checked yet.");
      const { header, checkpoint, beyond } = before.part;
      const { origin, whole, filter, sealed } = header;
      const complete = before.trailer.last;
      return { ...sums, parts, chains: sums.chains.size, origin, whole, filter, checkpoint, key, complete, sealed, beyond };
    },
  };

  function problemAt(line: number, reason: string, record: { chain: string; seq: number } | null = null): Problem {
    const number = part?.header.part ?? (before?.trailer.part ?? 0) + 1;
    return { part: number, line, chain: record?.chain ?? null, seq: record?.seq ?? null, reason };
  }
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
  const isOther = header.origin !== trailer.origin || header.whole !== trailer.whole || !isSame(header.filter, trailer.filter);
  if (isOther) return "The part before it is of another export.";
  return header.whole && header.from !== trailer.to ? "Events between this part and the one before it are missing." : null;
}

/** Why the signer is not somebody that the trusted key vouches for, or null (V9). */
async function strangerProblem({ keys, header }: Part, { keyId }: TrailerLine, tools: Tools): Promise<string | null> {
  if (tools.trusted === null) return null;
  const heirs = await heirsOf(tools.trusted, [...keys.values()], header.origin, tools.verify);
  return heirs.has(keyId) ? null : `The key ${keyId} that signed it is not the one you gave, nor does that one vouch for it.`;
}
