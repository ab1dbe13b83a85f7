/**
 * `storage.store` and `storage.get` in a worker thread: the bytes go between the thread and the disk, and only names
 * cross to the server's thread (SPEC B1).
 */
import { readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { incomingDir, receiveFile } from "../../files/receive.ts";

/** Asks the server's thread; gives the JSON text of the answer. */
type Ask = (args: object) => Promise<string>;

/** Writes `args.blob` to disk and gives the id of its document. Throws when it is no Blob or has another digest. */
export async function storeBlob(filesDir: string, args: Record<string, unknown>, ask: Ask): Promise<unknown> {
  const { blob, options } = args as { blob: unknown; options?: { sha256?: string } };
  if (!(blob instanceof Blob)) {
    throw new TypeError(
      "store() expects a Blob. If you are trying to store a Request, `await request.blob()` will give you the correct input.",
    );
  }
  const maxBytes = Number.POSITIVE_INFINITY; // It is in memory already.
  const file = await receiveFile(filesDir, blob.stream(), { maxBytes, expectedSha256: options?.sha256 ?? null });
  try {
    return JSON.parse(await ask({ ...file, contentType: blob.type === "" ? null : blob.type }));
  } catch (error) {
    await unlink(join(incomingDir(filesDir), file.uuid)).catch(() => undefined);
    throw error;
  }
}

/** The file `args.storageId` as a Blob, or null. */
export async function getBlob(filesDir: string, args: Record<string, unknown>, ask: Ask): Promise<Blob | null> {
  const found = JSON.parse(await ask({ storageId: args["storageId"] })) as { uuid: string; contentType: string | null } | null;
  if (found === null) return null;
  try {
    return new Blob([await readFile(join(filesDir, found.uuid))], { type: found.contentType ?? "" });
  } catch (error) {
    // Deleted between the answer and the reading.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
