// Checkpoints: what the tree of all events was at a moment, signed by the desk (rules K1 to K5 in README.md). The text is a
// checkpoint of C2SP's tlog-checkpoint with two lines of our own after the root, and the note is one of its signed notes, so
// that tools for transparency logs can read it.

import { digitsOf } from "../digest";
import { base64, bytesOf, fromBase64, type Hashing } from "./hashing";
import { NOTHING_BEFORE } from "./chain";

/** What a checkpoint says. */
export type CheckpointFacts = {
  /** Which desk it is of (`originOf` its first key). */
  origin: string;
  /** 1 for the first checkpoint, then one more each. */
  number: number;
  /** Leaves in the tree. */
  size: number;
  root: string;
  /** When it was made, ms since 1970. */
  at: number;
  /** SHA-256 of the text of the checkpoint before; 64 zeros for the first. */
  previous: string;
};
/** A checkpoint with its Ed25519 signature (base64) and the id of the key that made it. */
export type Checkpoint = CheckpointFacts & { keyId: string; signature: string };

/** A public key of the desk, as base64 of its 32 bytes. */
export type AuditKey = {
  /** `keyIdOf` the public key. */
  keyId: string;
  publicKey: string;
  /** When the desk began to use it, ms since 1970. */
  since: number;
  /** The key before it says that this is the desk's next one: its signature (base64) over `vouchText`; null where none does. */
  vouched: { by: string; signature: string } | null;
};

/** Whether a signature (base64) over a text in UTF-8 was made by the private half of an Ed25519 public key (base64). */
export type Verify = (publicKey: string, text: string, signature: string) => boolean | Promise<boolean>;

/** The hash before the first checkpoint. */
export const NO_CHECKPOINT = NOTHING_BEFORE;
/** Bytes of an Ed25519 public key. */
const KEY_BYTES = 32;
/** Ed25519 among the kinds of keys of signed notes. */
const NOTE_ED25519 = "01";

/** The text that is signed (K1). */
export function checkpointText({ origin, number, size, root, at, previous }: CheckpointFacts): string {
  const lines = [origin, size, base64(bytesOf(root)), `number ${number}`, `time ${at}`, `previous ${previous}`];
  return lines.map((line) => `${line}\n`).join("");
}

/** The text with its signature as a signed note of C2SP (K4). Throws where either is no base64. */
export async function checkpointNote(
  checkpoint: Checkpoint,
  publicKey: string,
  hashing: Hashing,
): Promise<string> {
  const key = fromBase64(publicKey);
  const signature = fromBase64(checkpoint.signature);
  if (key === null || signature === null) throw new Error(`Checkpoint ${checkpoint.number} has a broken signature.`);
  const { origin } = checkpoint;
  const named = digitsOf(new TextEncoder().encode(`${origin}\n`)) + NOTE_ED25519 + digitsOf(key);
  const hint = (await hashing.bytes(named)).slice(0, 8);
  const signed = base64(bytesOf(hint + digitsOf(signature)));
  return `${checkpointText(checkpoint)}\n— ${origin} ${signed}\n`;
}

/** What the notes in a text say, as `checkpointNote` writes them; whoever kept them knows where they came from. */
export function notesIn(text: string): CheckpointFacts[] {
  return [...text.replaceAll("\r\n", "\n").matchAll(NOTE)].map(([, origin = "", size, root = "", number, at, previous = ""]) => ({
    origin,
    number: Number(number),
    size: Number(size),
    root: digitsOf(fromBase64(root) ?? new Uint8Array()),
    at: Number(at),
    previous,
  }));
}

const NOTE = /^(countersign-[0-9a-f]{16})\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\nnumber (\d{1,15})\ntime (\d{1,15})\nprevious ([0-9a-f]{64})\n\n— /gm;

/** What one key signs to say that another is the desk's next one (K3). */
export function vouchText(origin: string, publicKey: string): string {
  return `countersign key\n${origin}\n${publicKey}\n`;
}

/** A key's id: the first 16 digits of SHA-256 of its bytes (K2). Throws a TypeError where it is no public key. */
export async function keyIdOf(publicKey: string, hashing: Hashing): Promise<string> {
  const key = publicKeyBytes(publicKey);
  if (key === null) throw new TypeError("This is no Ed25519 public key.");
  return (await hashing.bytes(digitsOf(key))).slice(0, 16);
}

/** The name of a desk's tree: it stays when keys change (K2). */
export function originOf(firstKeyId: string): string {
  return `countersign-${firstKeyId}`;
}

/** The bytes of a public key as people hand it on: base64, of 32 bytes; null for anything else. */
export function publicKeyBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = fromBase64(text.trim());
  return bytes?.length === KEY_BYTES ? bytes : null;
}

/** `Verify` by Web Crypto. Throws where the runtime does not know Ed25519. */
export async function webVerify(publicKey: string, text: string, signature: string): Promise<boolean> {
  const [key, signed] = [publicKeyBytes(publicKey), fromBase64(signature)];
  if (key === null || signed === null) return false;
  const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return await crypto.subtle.verify({ name: "Ed25519" }, imported, signed, new TextEncoder().encode(text));
}

/**
 * The keys (by id) that a trusted one vouches for, itself and through others. Signatures of vouching are checked; a key
 * whose signature is wrong is vouched for by nobody (K3).
 */
export async function heirsOf(
  trusted: string,
  keys: readonly AuditKey[],
  origin: string,
  verify: Verify,
): Promise<Set<string>> {
  const heirs = new Set<string>();
  const byId = new Map(keys.map((key) => [key.keyId, key]));
  for (const { keyId, publicKey } of keys) if (publicKey === trusted) heirs.add(keyId);
  for (let before = -1; before !== heirs.size; ) {
    before = heirs.size;
    for (const { keyId, publicKey, vouched } of keys) {
      const by = vouched === null || heirs.has(keyId) || !heirs.has(vouched.by) ? undefined : byId.get(vouched.by);
      if (by === undefined || vouched === null) continue;
      if (await verify(by.publicKey, vouchText(origin, publicKey), vouched.signature)) heirs.add(keyId);
    }
  }
  return heirs;
}
