import { join } from "node:path";
import { UserError } from "../values/errors.ts";

/**
 * What SQLite and the file system refuse, as sentences for people: what happened, what became of the data, what to do.
 * SQLite's extended codes carry the plain one in their lowest byte.
 */

const FULL = 13;
const READ_ONLY = 8;
const IO = 10;
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
 * A write the disk refused, as UserError "StorageError" with status 503 (D1); any other error as it is. `isInDoubt`:
 * not even the mending write succeeded, so the refused change may be found after a crash (D3).
 */
export function storageError(error: unknown, isInDoubt = false): unknown {
  const code = sqliteCode(error);
  if (code === null || !OF_STORAGE.includes(code)) return error;
  const kept = isInDoubt
    ? "does not count; only if the server ends before it can write again may it be found after the next start"
    : "could not be written to disk and nothing of it was kept";
  return new UserError("StorageError", `The change ${kept}: ${advice(code, error)}`, 503);
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
