// The lines of an export (JSON lines): what each kind says, how it is written, and how it is read again. The order of lines and
// what they prove stand in README.md (rules E1 to E8).

import { canonicalJson, type Canonical } from "../canonicalJson";
import { type ChainRecord, recordText } from "./chain";
import type { AuditKey, Checkpoint } from "./checkpoint";
import type { Words } from "./words";

/** The version of this format. */
export const EXPORT_VERSION = 1;
/**
 * A part takes no more events after this many bytes: one HTTP body ends at 20 MiB, the ends of its chains follow, and it is held
 * in memory to be hashed.
 */
export const PART_BYTES = 10 * 1024 * 1024;

/** What an export is of. */
export type Selection = {
  /** Whether it holds every event there is (and was not sealed), in the order of the tree. */
  whole: boolean;
  /** What was asked for, as whoever asked wrote it down; any JSON value. `null` in a whole export. */
  filter: Canonical;
};

/** The first line. */
export type HeaderLine = Selection & {
  kind: "export";
  version: typeof EXPORT_VERSION;
  origin: string;
  /** 1 for the first part. */
  part: number;
  /** SHA-256 of the last line of the part before; null in the first part. */
  previous: string | null;
  /** Leaves before this one stand in earlier parts (of a whole export). */
  from: number;
  /** Leaves in the tree of the checkpoint that everything is proven against; 0 where there is none yet. */
  size: number;
  /** The events of this many leaves were sealed and exported before, and may be gone. */
  sealed: number;
  /** ms since 1970. */
  at: number;
};

export type KeyLine = { kind: "key" } & AuditKey;

/** The leaves up to (and without) `to` are not in this part; `hashes` are those of the subtrees that cover them (M4). */
export type GapLine = { kind: "gap"; to: number; hashes: string[] };

export type EventLine = {
  kind: "event";
  /** Its place in the tree; null where no checkpoint holds it yet. */
  leaf: number | null;
  hash: string;
  record: ChainRecord & { v: number };
  /** Both null where the record has no words, or they were erased. */
  salt: string | null;
  words: Words | null;
  /** Where an event comes after later leaves: its own proof of inclusion in the tree of the header's size. */
  proof?: string[];
};

export type CheckpointLine = { kind: "checkpoint" } & Checkpoint;

/** The last event of a chain, for every chain that the part has events of (E6). */
export type HeadLine = { kind: "head"; chain: string; seq: number; hash: string };

/** What the last line says and signs. */
export type TrailerFacts = {
  origin: string;
  part: number;
  /** Whether no further part follows. */
  last: boolean;
  previous: string | null;
  whole: boolean;
  filter: Canonical;
  /** The first leaf after this part's; the size where it is the last part. */
  to: number;
  size: number;
  events: number;
  chains: number;
  /** Lines before this one, and SHA-256 of them with their line ends. */
  lines: number;
  sha256: string;
  at: number;
  keyId: string;
};
export type TrailerLine = { kind: "trailer" } & TrailerFacts & { signature: string };

export type ExportLine = HeaderLine | KeyLine | GapLine | EventLine | CheckpointLine | HeadLine | TrailerLine;

/** A line with its line end. */
export function lineText(line: Exclude<ExportLine, EventLine | TrailerLine>): string {
  return `${canonicalJson(line as Canonical)}\n`;
}

/** An event's line with its line end. Its record stands in it as the canonical JSON that was hashed. */
export function eventLineText(line: Omit<EventLine, "kind" | "record"> & { record: ChainRecord }): string {
  return `${eventStart(line)}${eventEnd(line)}\n`;
}

/** What an event's line begins with: everything that never changes once the event has its place. */
export function eventStart({ leaf, hash, record }: Pick<EventLine, "leaf" | "hash"> & { record: ChainRecord }): string {
  return `${EVENT_START}${leaf},"hash":"${hash}","record":${recordText(record)}`;
}

/** What every event's line begins with, and no other. */
export const EVENT_START = '{"kind":"event","leaf":';

/** The event's hash in what `eventStart` gave. */
export function hashIn(start: string): string {
  const from = start.indexOf(BEFORE_HASH, EVENT_START.length) + BEFORE_HASH.length;
  return start.slice(from, from + 64);
}

const BEFORE_HASH = ',"hash":"';

/** What an event's line ends with, after `eventStart`: its salt and words, and what proves it, without a line end. */
export function eventEnd({ salt, words, proof }: Pick<EventLine, "salt" | "words" | "proof">): string {
  const kept = words === null ? "null" : canonicalJson(words);
  const proven = proof === undefined ? "" : `,"proof":${JSON.stringify(proof)}`;
  return `,"salt":${JSON.stringify(salt)},"words":${kept}${proven}}`;
}

/**
 * The event that a line tells of by its place in its chain, or null where it is another line. `line` is one that `eventLineText`
 * wrote; reading it as text costs a tenth of parsing it. In JSON a quote within a text has a backslash before it, so the first
 * member `chain` is the record's, as are the last members of the record. Throws an Error where the line is not of that form.
 */
export function headIn(line: string): Omit<HeadLine, "kind"> | null {
  if (!line.startsWith(EVENT_START)) return null;
  const hash = HASH.exec(line)?.[1];
  const chain = CHAIN.exec(line)?.[1];
  const seq = SEQ.exec(line)?.[1];
  if (hash === undefined || chain === undefined || seq === undefined)
    throw new Error(`This is no event's line: ${line}`);
  return { chain: JSON.parse(chain) as string, seq: Number(seq), hash };
}

const HASH = /^\{"kind":"event","leaf":(?:\d+|null),"hash":"([0-9a-f]{64})"/;
const CHAIN = /"chain":("(?:[^"\\]|\\.)*")/;
const SEQ = /"prev":"[0-9a-f]{64}","seq":(\d+),"v":1,/;

/** The text that the desk signs for an export (E7). */
export function trailerText(facts: TrailerFacts): string {
  return `countersign export\n${canonicalJson(factsOf(facts))}\n`;
}

/** The last line with its line end. */
export function trailerLineText({ signature, ...facts }: Omit<TrailerLine, "kind">): string {
  return `${canonicalJson({ kind: "trailer", ...factsOf(facts), signature })}\n`;
}

/** What is signed, without anything else that a line may have. */
function factsOf(facts: TrailerFacts): { [member: string]: Canonical } {
  const { origin, part, last, previous, whole, filter, to, size, events, chains, lines, sha256, at, keyId } = facts;
  return { origin, part, last, previous, whole, filter, to, size, events, chains, lines, sha256, at, keyId };
}
