import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../values/errors.ts";

/** Name of the deployment's file in its data folder. */
export const DATA_FILE = "deployment.sqlite3";

/** One level at a time: the recursive form never returns on file systems such as /proc. */
export function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

/**
 * Makes the data folder and the files that must be the owner's alone from their first byte (S1, D12); a folder that
 * others may look into is closed to them. Throws the file system's errors as they are.
 */
export function prepareFolder(dir: string): void {
  makeFolder(dir);
  if ((statSync(dir).mode & 0o077) !== 0) chmodSync(dir, 0o700);
  for (const name of [DATA_FILE, "lock.sqlite3", "server.pid"]) closeSync(openSync(join(dir, name), "a", 0o600));
  for (const suffix of ["", "-wal", "-shm"]) {
    const file = join(dir, DATA_FILE + suffix);
    if (existsSync(file) && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/**
 * Throws UserError "DataDamaged" when the folder has a write-ahead log and no data file that it could belong to: SQLite
 * would throw the log away (D11).
 */
export function checkFilesBelongTogether(dir: string): void {
  const sizeOf = (name: string): number => statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0;
  if (sizeOf(DATA_FILE) > 0 || sizeOf(`${DATA_FILE}-wal`) === 0) return;
  throw new UserError(
    "DataDamaged",
    `The data folder "${dir}" has ${DATA_FILE}-wal but ${DATA_FILE} is missing or empty; nothing was changed: put the file that belongs to it back, or restore a backup into an empty folder.`,
  );
}
