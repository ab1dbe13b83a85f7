import {
  chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { backup as copyDatabase, DatabaseSync } from "node:sqlite";
import { FILES_FOLDER } from "../files/receive.ts";
import { UserError } from "../values/errors.ts";
import { openingError } from "./faults.ts";
import { DATA_FILE, makeFolder } from "./folder.ts";
import { FORMAT } from "./layout.ts";
import { syncFile } from "./upgrade.ts";

/** Backups and their restoring (SPEC D15, D16). A backup is a folder with what a data folder needs to be started again. */

/** Small files beside the data that belong to a deployment. */
const SIDE_FILES = ["admin-key", "start.json"];
/** A copy in one step: a copy in several begins anew with every commit of a running server. */
const ALL_PAGES = 0x7fffffff;
/** How often a backup is begun anew when a file was stored and deleted again while it ran. */
const MAX_TRIES = 5;

export interface BackupResult {
  /** The newest commit in it, ms since 1970. */
  atMs: number;
  /** Stored files in it. */
  files: number;
  bytes: number;
}

/**
 * Writes a backup of the data folder `dir`, whose server may run and write, to the new folder `to`: everything as it was at
 * one commit. Throws UserErrors with one sentence; what was begun is removed then.
 */
export async function backup(dir: string, to: string): Promise<BackupResult> {
  const source = join(resolve(dir), DATA_FILE);
  if (!existsSync(source)) throw new UserError("NoData", `There is no data in "${dir}": it has no ${DATA_FILE}.`);
  const target = newFolder(to, "A backup is written to a new folder");
  const draft = join(dirname(target), `.${basename(target)}.part-${process.pid}`);
  const kept = join(resolve(dir), `.backup-${process.pid}`);
  try {
    for (let attempt = 1; ; attempt++) {
      makeFolder(draft);
      keepFiles(resolve(dir), kept);
      await copyAtOneCommit(source, join(draft, DATA_FILE));
      const { uuids, atMs } = checkedContents(join(draft, DATA_FILE));
      if (!copyFiles(uuids, [kept, join(resolve(dir), FILES_FOLDER)], join(draft, FILES_FOLDER))) {
        rmSync(draft, { recursive: true });
        if (attempt < MAX_TRIES) continue;
        throw new UserError("BackupFailed", `Stored files of "${dir}" are missing; nothing was backed up: look at it with the command check.`);
      }
      for (const name of SIDE_FILES) if (existsSync(join(dir, name))) copyOwn(join(dir, name), join(draft, name));
      publish(draft, target);
      return { atMs, files: uuids.length, bytes: sizeOf(target) };
    }
  } catch (error) {
    throw openingError(error, dir);
  } finally {
    rmSync(kept, { recursive: true, force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Makes the new data folder `dir` from the backup `from`, which is looked through before and left as it is. Throws UserErrors
 * with one sentence: a folder that is not empty, a damaged backup, one of a newer version.
 */
export function restore(from: string, dir: string): BackupResult {
  const source = join(resolve(from), DATA_FILE);
  if (!existsSync(source)) throw new UserError("NoBackup", `There is no backup in "${from}": it has no ${DATA_FILE}.`);
  const target = newFolder(dir, "A backup is restored into a new folder, never over data");
  const draft = join(dirname(target), `.${basename(target)}.part-${process.pid}`);
  try {
    makeFolder(draft);
    for (const suffix of ["", "-wal"]) {
      if (existsSync(source + suffix)) copyOwn(source + suffix, join(draft, DATA_FILE + suffix));
    }
    const { uuids, atMs } = checkedContents(join(draft, DATA_FILE));
    if (!copyFiles(uuids, [join(resolve(from), FILES_FOLDER)], join(draft, FILES_FOLDER))) {
      throw new UserError("BackupDamaged", `The backup in "${from}" lacks stored files that its data names; nothing was restored.`);
    }
    for (const name of SIDE_FILES) if (existsSync(join(from, name))) copyOwn(join(from, name), join(draft, name));
    publish(draft, target);
    return { atMs, files: uuids.length, bytes: sizeOf(target) };
  } catch (error) {
    throw openingError(error, dir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** The absolute path of a folder that is not there yet or empty, or a refusal that begins with `rule`. */
function newFolder(path: string, rule: string): string {
  const folder = resolve(path);
  const isFree = !existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0);
  if (!isFree) throw new UserError("FolderInUse", `${rule}, and "${path}" is not empty; nothing was written.`);
  makeFolder(dirname(folder));
  return folder;
}

/** Gives all stored files a second name, so that they are still there when the server deletes them meanwhile. */
function keepFiles(dir: string, kept: string): void {
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { mode: 0o700 });
  const files = join(dir, FILES_FOLDER);
  if (!existsSync(files)) return;
  for (const entry of readdirSync(files, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    try {
      linkSync(join(files, entry.name), join(kept, entry.name));
    } catch (error) {
      // Deleted just now; on file systems without second names the files are copied as they are.
      if (!["ENOENT", "EPERM", "ENOTSUP", "EMLINK"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
}

async function copyAtOneCommit(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    await copyDatabase(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  chmodSync(to, 0o600);
}

/** The stored files that the data in a copy names, and its newest commit; refuses a copy that is damaged or too new. */
function checkedContents(file: string): { uuids: string[]; atMs: number } {
  const sql = new DatabaseSync(file);
  try {
    const problem = sql.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
    if (problem !== "ok") throw new UserError("DataDamaged", `The data is damaged (${String(problem)}); nothing was written.`);
    const meta = (key: string) => sql.prepare("SELECT v FROM meta WHERE k = ?").get(key)?.["v"] as string | undefined;
    const format = Number(meta("format"));
    if (format > FORMAT) {
      throw new UserError("DataFormat", `The data was written by a newer version of this server (format ${format}, known: ${FORMAT}); nothing was written.`);
    }
    const uuids = sql.prepare("SELECT uuid FROM files").all().map((row) => row["uuid"] as string);
    // One file that stands alone: a copy that lost its log would have lost data.
    sql.exec("PRAGMA journal_mode = DELETE");
    return { uuids, atMs: Number(BigInt(meta("lastTs") ?? "0") / 1_000_000n) };
  } finally {
    sql.close();
  }
}

/** Copies the named files from the first folder that has each; false when one is missing. */
function copyFiles(uuids: readonly string[], from: readonly string[], to: string): boolean {
  if (uuids.length > 0) mkdirSync(to, { mode: 0o700 });
  return uuids.every((uuid) => {
    const folder = from.find((f) => existsSync(join(f, uuid)));
    if (folder === undefined) return false;
    copyOwn(join(folder, uuid), join(to, uuid));
    return true;
  });
}

/** Copies a file to its owner's eyes only, and to the disk. */
function copyOwn(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
  syncFile(to);
}

/** A finished folder gets its name; all or nothing. */
function publish(draft: string, target: string): void {
  syncFile(join(draft, DATA_FILE));
  syncFile(draft);
  if (existsSync(target)) rmdirSync(target);
  renameSync(draft, target);
  syncFile(dirname(target));
}

function sizeOf(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
    entry.isFile() ? statSync(join(entry.parentPath, entry.name)).size : 0,
  );
  return sizes.reduce((a, b) => a + b, 0);
}
