/**
 * The contents of stored files, `<data>/files/<uuid>`. A file is first written whole to `files/incoming/` and is renamed
 * in the same turn of the event loop in which the row that names it is committed (SPEC B2). So a file in `files/` that no
 * row names belongs to nobody, and one in `incoming/` that a row names only lacks its renaming, which a crash prevented.
 */
import { createHash, randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open, opendir, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { FileRows } from "../storage/file-rows.ts";
import { checkDigest, FILES_FOLDER, incomingDir, type ReceivedFile } from "./receive.ts";

/** A file written by a transaction that came to nothing is removed this much later, ms: longer than any transaction. */
const ABANDONED_AFTER_MS = 60_000;
/** Names looked at in one turn of the event loop while sweeping. */
const SWEEP_BATCH = 200;

export class Blobs {
  /** `<data>/files`. */
  readonly dir: string;
  readonly #rows: FileRows;
  /** Uuids whose rows a transaction deletes; whether it was committed is seen later. */
  #doomed: string[] = [];
  #holds = 0;
  #isClosed = false;
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Puts what a crash left in `incoming/` where it belongs, or removes it. */
  constructor(dataDir: string, rows: FileRows) {
    this.dir = join(dataDir, FILES_FOLDER);
    this.#rows = rows;
    for (const uuid of namesIn(incomingDir(this.dir))) {
      if (rows.byUuid(uuid) === null) rmSync(join(incomingDir(this.dir), uuid), { force: true, recursive: true });
      else this.place(uuid);
    }
  }

  /** Gives a received file its final place; in the step of a transaction that writes its row. */
  place(uuid: string): void {
    renameSync(join(incomingDir(this.dir), uuid), join(this.dir, uuid));
  }

  /** Writes a file inside a running transaction, to the disk; for small ones. Throws as `receiveFile` does. */
  writeNow(bytes: Buffer, expectedSha256: string | null): ReceivedFile {
    const digest = createHash("sha256").update(bytes).digest();
    checkDigest(digest, expectedSha256);
    const folder = incomingDir(this.dir);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const uuid = randomUUID();
    const path = join(folder, uuid);
    const fd = openSync(path, "wx", 0o600);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // When the transaction is rolled back nobody says so: what is still here then is nobody's.
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.discard(uuid);
    }, ABANDONED_AFTER_MS).unref();
    this.#timers.add(timer);
    return { uuid, size: bytes.length, sha256: digest.toString("base64") };
  }

  /** The whole content of a file, also of one that waits in `incoming/`; for small ones. */
  readNow(uuid: string): Buffer {
    try {
      return readFileSync(join(this.dir, uuid));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return readFileSync(join(incomingDir(this.dir), uuid));
    }
  }

  /** Opens a file for reading; it stays readable when it is deleted meanwhile. Throws when its content is missing. */
  open(uuid: string): Promise<FileHandle> {
    return open(join(this.dir, uuid), "r");
  }

  /** Removes a received file that will get no row. */
  async discard(uuid: string): Promise<void> {
    await unlink(join(incomingDir(this.dir), uuid)).catch(() => undefined);
  }

  /** Marks a file for removal; in the step of a transaction that deletes its row. */
  doom(uuid: string): void {
    this.#doomed.push(uuid);
  }

  /** Removes the files whose rows are really gone. Called after every COMMIT, before the next transaction begins. */
  committed(): void {
    if (this.#doomed.length === 0 || this.#holds > 0) return;
    for (const uuid of this.#doomed.splice(0)) {
      // A transaction that failed at its COMMIT has left the row, and the file with it.
      if (this.#rows.byUuid(uuid) === null) void unlink(join(this.dir, uuid)).catch(() => undefined);
    }
  }

  /** Keeps all files until the returned function is called: for those who read an older state of the data. */
  hold(): () => void {
    this.#holds += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (!this.#isClosed) this.committed();
    };
  }

  /**
   * Removes files that no row names: left by a process that ended between a commit and the removal, or whose COMMIT
   * failed. Answers their number. Ends early when the store is closed.
   */
  async sweep(): Promise<number> {
    let removed = 0;
    let seen = 0;
    const folder = await opendir(this.dir).catch(() => null);
    if (folder === null) return 0;
    for await (const entry of folder) {
      if (this.#isClosed || this.#holds > 0) return removed;
      if (++seen % SWEEP_BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
      if (!entry.isFile() || this.#isClosed || this.#rows.byUuid(entry.name) !== null) continue;
      await unlink(join(this.dir, entry.name)).catch(() => undefined);
      removed += 1;
    }
    return removed;
  }

  /** The rows cannot be asked any more. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}
