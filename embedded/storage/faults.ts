import { join } from "node:path";
import { UserError } from "../values/errors.ts";

/**
 * What SQLite and the file system refuse, as sentences for people: what happened, what became of the data, what to do.
 * SQLite's extended codes carry the plain one in their lowest byte.
 */

const FULL = 13;
const READ_ONLY = 8;
const IO = 10;
/** A write that failed; what follows it was not written. */
const IO_WRITE = 778;
const CANNOT_OPEN = 14;
const BUSY = 5;
const LOCKED = 6;
const DAMAGED: readonly number[] = [11, 26];
const OF_STORAGE: readonly number[] = [FULL, READ_ONLY, IO, CANNOT_OPEN, BUSY, LOCKED, ...DAMAGED];
const FULL_DISK: readonly string[] = ["ENOSPC", "EDQUOT"];

/** The plain result code of an error of SQLite; null for any other error. */
function sqliteCode(error: unknown): number | null {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === "ERR_SQLITE_ERROR" && typeof errcode === "number" ? errcode & 0xff : null;
}

/** What SQLite says, with its extended code: "disk I/O error, 778". */
function said(error: unknown): string {
  const { errstr, message, errcode } = error as { errstr?: string; message?: string; errcode?: number };
  const text = errstr ?? message ?? String(error);
  return errcode === undefined || errcode <= 0xff ? text : `${text}, ${errcode}`;
}

/**
 * A write the disk refused, as UserError of status 503: "StorageError" when nothing of it is on disk (D1), "StorageInDoubt"
 * when the disk only did not confirm it and the mending write failed too, so that it may be found after a crash (D3). Any
 * other error as it is.
 */
export function storageError(error: unknown, isInDoubt = false): unknown {
  const code = sqliteCode(error);
  if (code === null || !OF_STORAGE.includes(code)) return error;
  if (!isInDoubt) {
    const text = `The change could not be written to disk and nothing of it was kept: ${advice(code, error)}`;
    return new UserError("StorageError", text, 503);
  }
  return new UserError(
    "StorageInDoubt",
    `The disk did not confirm the change, which does not count unless the server ends before it can write again: ${advice(code, error)}`,
    503,
  );
}

/** Whether a COMMIT that failed so may have left all of it in the log: the disk took the writes and failed to confirm them. */
export function mayBeOnDisk(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return sqliteCode(error) !== FULL && errcode !== IO_WRITE;
}

function advice(code: number, error: unknown): string {
  if (code === FULL) return `${said(error)}. Reads go on; free some space, and writes work again by themselves.`;
  if (DAMAGED.includes(code)) return `${said(error)}. The data file is damaged: stop the server and restore a backup.`;
  return `${said(error)}. Reads go on; writes work again by themselves when the disk does.`;
}

/** Why the data folder `dir` cannot be used, as a UserError of one line (D10); any other error as it is. */
export function openingError(error: unknown, dir: string): unknown {
  if (error instanceof UserError) return error;
  const code = sqliteCode(error);
  const file = join(dir, "deployment.sqlite3");
  if (code !== null && DAMAGED.includes(code)) {
    return new UserError(
      "DataDamaged",
      `The data file "${file}" is damaged (${said(error)}) and was left as it is: restore a backup into an empty folder and start with that one.`,
    );
  }
  const { code: name } = error as NodeJS.ErrnoException;
  if (code === FULL || FULL_DISK.includes(String(name))) {
    return new UserError(
      "DataFolder",
      `The disk of the data folder "${dir}" is full; nothing was lost: free some space and start again.`,
    );
  }
  const reason = code !== null && OF_STORAGE.includes(code) ? said(error) : typeof name === "string" && /^E[A-Z]+$/.test(name) ? name : null;
  if (reason === null || name?.startsWith("ERR_") === true && code === null) return error;
  return new UserError(
    "DataFolder",
    `The data folder "${dir}" cannot be written (${reason}); nothing was lost: let the user who starts the server write there, or name another folder.`,
  );
}
