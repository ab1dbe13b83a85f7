// Reading a line of an export that anybody may have changed: it has the form it must have, or it is refused with what is wrong.

import { EXPORT_VERSION, type ExportLine, trailerLineText } from "./export";
import { isHash } from "./hashing";
import { isCount } from "./merkle";

type Members = Record<string, unknown>;

/** A line by its form, or why it is none as a sentence. What it says is not judged here. */
export function parseLine(text: string): ExportLine | string {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return "It is no JSON.";
  }
  const kind = isMembers(line) ? line["kind"] : undefined;
  if (!isMembers(line) || !isText(kind) || !Object.hasOwn(FORMS, kind)) return "It is no line of an export.";
  if (!FORMS[kind as ExportLine["kind"]](line)) return `It has not the form of a line of kind “${kind}”.`;
  const parsed = line as unknown as ExportLine;
  // Its own signature is all that holds the last line, so it has only one form.
  if (parsed.kind === "trailer" && trailerLineText(parsed) !== `${text}\n`) return "It is not written as the desk writes it.";
  return parsed;
}

/** The form of each kind of line. */
const FORMS: Record<ExportLine["kind"], (line: Members) => boolean> = {
  export: isHeader,
  key: isKey,
  gap: isGap,
  event: isEvent,
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
  const isVouched = vouched === null || (isMembers(vouched) && isText(vouched["by"]) && isSignature(vouched["signature"]));
  return isText(keyId) && isText(publicKey) && isCount(since) && isVouched;
}

function isGap({ to, hashes }: Members): boolean {
  return isCount(to) && Array.isArray(hashes) && hashes.every(isHash);
}

/** Hashes are texts here: each is compared with one that is computed. */
function isEvent(line: Members): boolean {
  const { leaf, hash, record, salt, words, proof } = line;
  return (
    (leaf === null || isCount(leaf)) &&
    isText(hash) &&
    isMembers(record) &&
    isRecord(record) &&
    (salt === null || isText(salt)) &&
    (words === null || isMembers(words)) &&
    (salt === null) === (words === null) &&
    (proof === undefined || (Array.isArray(proof) && proof.every(isHash)))
  );
}

function isRecord({ v, chain, seq, prev, words, event }: Members): boolean {
  return v === 1 && isText(chain) && isCount(seq) && seq > 0 && isText(prev) && (words === null || isText(words)) && isMembers(event);
}

function isCheckpoint({ origin, number, size, root, at, previous, keyId, signature }: Members): boolean {
  return isText(origin) && [number, size, at].every(isCount) && isHash(root) && isHash(previous) && isText(keyId) && isSignature(signature);
}

function isHead({ chain, seq, hash }: Members): boolean {
  return isText(chain) && isCount(seq) && isHash(hash);
}

function isTrailer(line: Members): boolean {
  const { origin, part, last, previous, whole, filter, to, size, events, chains, lines, sha256, at, keyId, signature } = line;
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
