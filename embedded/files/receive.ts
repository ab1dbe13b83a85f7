/** Bytes of a file on their way to disk. Free of the store, so that worker threads can write files themselves. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../values/errors.ts";

/** A file that is whole and on disk under `incoming/`, and that no document names yet. */
export interface ReceivedFile {
  uuid: string;
  /** Bytes. */
  size: number;
  /** Base64. */
  sha256: string;
}

/** Where files lie below the data folder, and inside it those without a document. */
export const FILES_FOLDER = "files";
const INCOMING = "incoming";

/** The folder of files that no document names yet. */
export function incomingDir(dir: string): string {
  return join(dir, INCOMING);
}

/**
 * Writes `body` to `<dir>/incoming/<uuid>`, readable by its owner only, and waits until it is on disk. Memory holds one
 * piece at a time.
 * @throws UserError 413 `PayloadTooLarge` above `maxBytes`, 400 `Sha256Mismatch` when `expectedSha256` (base64 or hex) is
 * not the digest; and whatever reading `body` or the disk throws. Nothing is left behind then.
 */
export async function receiveFile(
  dir: string,
  body: AsyncIterable<Uint8Array>,
  o: { maxBytes: number; expectedSha256?: string | null },
): Promise<ReceivedFile> {
  await mkdir(incomingDir(dir), { recursive: true, mode: 0o700 });
  const uuid = randomUUID();
  const path = join(incomingDir(dir), uuid);
  const hash = createHash("sha256");
  let size = 0;
  const file = await open(path, "wx", 0o600);
  try {
    for await (const part of body) {
      size += part.byteLength;
      if (size > o.maxBytes) throw tooLarge(o.maxBytes);
      hash.update(part);
      for (let at = 0; at < part.byteLength; ) at += (await file.write(part, at)).bytesWritten;
    }
    const digest = hash.digest();
    checkDigest(digest, o.expectedSha256 ?? null);
    await file.sync();
    await file.close();
    await syncFolder(incomingDir(dir));
    return { uuid, size, sha256: digest.toString("base64") };
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Throws unless `expected`, a SHA-256 in base64 or hex, is `digest`; null expects nothing. */
export function checkDigest(digest: Buffer, expected: string | null): void {
  if (expected === null) return;
  const encoding = /^[0-9a-f]{64}$/i.test(expected) ? "hex" : "base64";
  if (Buffer.from(expected, encoding).equals(digest)) return;
  const actual = digest.toString(encoding);
  throw new UserError("Sha256Mismatch", `The file's SHA-256 is ${actual}, not ${expected}: it was not stored.`);
}

/** The refusal of a file that is larger than `maxBytes`. */
export function tooLarge(maxBytes: number): UserError {
  return new UserError("PayloadTooLarge", `A file may have ${maxBytes / 1024 / 1024} MiB at most.`, 413);
}

/** Makes the names in a folder last, where the system can do that. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, "r");
  try {
    await folder.sync();
  } catch (error) {
    // Some systems do not synchronise folders; there the file system orders names by itself.
    if (!["EINVAL", "EPERM", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await folder.close();
  }
}
