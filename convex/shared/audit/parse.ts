// Reading a line of an export that anybody may have changed: it has the form it must have, or it is refused with what is wrong.
// Events, which are nearly all of them, have a way of their own (eventLine.ts).

import { canonicalJson } from "../canonicalJson";
import { type EventLine, EXPORT_VERSION, type ExportLine, lineText, trailerLineText } from "./export";
import { isHash } from "./hashing";
import { isCount } from "./merkle";

type Members = Record<string, unknown>;

/** The lines around the events. */
export type OtherLine = Exclude<ExportLine, EventLine>;

/** A line by its form, or why it is none as a sentence. What it says is not judged here. */
export function parseLine(text: string): OtherLine | string {
  const line = membersOf(text);
  if (line === null) return "It is no JSON.";
  const { kind } = line;
  if (!isText(kind) || (kind !== "event" && !Object.hasOwn(FORMS, kind))) return "It is no line of an export.";
  // An event comes here where it has not its form.
  if (kind === "event" || !FORMS[kind as OtherLine["kind"]](line))
    return `It has not the form of a line of kind “${kind}”.`;
  const parsed = line as unknown as OtherLine;
  return onlyForm(parsed) === text ? parsed : "It is not written as the desk writes it.";
}

/**
 * The one form that a line has: no white space, no member twice. The last one has no further members, because it says what is
 * signed; nor have those of chains, of which there are very many. Null where it has none, as with half of a surrogate pair.
 */
function onlyForm(line: OtherLine): string | null {
  try {
    switch (line.kind) {
      case "trailer":
        return trailerLineText(line).trimEnd();
      case "head":
        return `{"chain":${canonicalJson(line.chain)},"hash":"${line.hash}","kind":"head","seq":${line.seq}}`;
      default:
        return lineText(line).trimEnd();
    }
  } catch {
    return null;
  }
}

/** Which event a line is of that has not the form of one, as far as it says so itself. */
export function brokenEvent(text: string): { chain: string; seq: number } | null {
  const record = membersOf(text)?.["record"];
  if (!isMembers(record)) return null;
  const { chain, seq } = record;
  return isText(chain) && isCount(seq) ? { chain, seq } : null;
}

/** The members of a JSON object; none where a text is JSON of something else; null where it is no JSON. */
function membersOf(text: string): Members | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMembers(value) ? value : {};
  } catch {
    return null;
  }
}

/** The form of each kind of line. */
const FORMS: Record<OtherLine["kind"], (line: Members) => boolean> = {
  export: isHeader,
  key: isKey,
  gap: isGap,
  checkpoint: isCheckpoint,
  head: isHead,
  trailer: isTrailer,
};

function isHeader(line: Members): boolean {
  const { version, origin, part, previous, whole, filter, from, size, sealed, at } = line;
  return (
    version === EXPORT_VERSION &&
    isText(origin) &&
    isCount(part) &&
    (previous === null || isHash(previous)) &&
    typeof whole === "boolean" &&
    filter !== undefined &&
    [from, size, sealed, at].every(isCount)
  );
}

function isKey(line: Members): boolean {
  const { keyId, publicKey, since, vouched } = line;
  const isVouched =
    vouched === null || (isMembers(vouched) && isText(vouched["by"]) && isSignature(vouched["signature"]));
  return isText(keyId) && isText(publicKey) && isCount(since) && isVouched;
}

function isGap({ to, hashes }: Members): boolean {
  return isCount(to) && Array.isArray(hashes) && hashes.every(isHash);
}

function isCheckpoint({ origin, number, size, root, at, previous, keyId, signature }: Members): boolean {
  return (
    isText(origin) &&
    [number, size, at].every(isCount) &&
    isHash(root) &&
    isHash(previous) &&
    isText(keyId) &&
    isSignature(signature)
  );
}

function isHead({ chain, seq, hash }: Members): boolean {
  return isText(chain) && isCount(seq) && isHash(hash);
}

function isTrailer(line: Members): boolean {
  const { origin, part, last, previous, whole, filter, to, size, events, chains, lines, sha256, at, keyId, signature } =
    line;
  return (
    isText(origin) &&
    typeof last === "boolean" &&
    (previous === null || isHash(previous)) &&
    typeof whole === "boolean" &&
    filter !== undefined &&
    [part, to, size, events, chains, lines, at].every(isCount) &&
    isHash(sha256) &&
    isText(keyId) &&
    isSignature(signature)
  );
}

/** 64 bytes in base64: two of its characters mean nothing, and four bits of the one before, which are 0. */
function isSignature(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z0-9+/]{85}[AQgw]==$/.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
