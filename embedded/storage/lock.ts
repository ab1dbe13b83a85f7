import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { UserError } from "../values/errors.ts";

/**
 * Holds a data folder for one process. The hold is an exclusive SQLite lock on a side file, which the operating system
 * gives back the moment the process ends, however it ends; `server.pid` only says whom to ask.
 */
export class FolderLock {
  readonly #sql: DatabaseSync;

  /** Takes the lock of folder `dir`, or throws a UserError that names the process holding it. */
  constructor(dir: string) {
    const pidFile = join(dir, "server.pid");
    this.#sql = new DatabaseSync(join(dir, "lock.sqlite3"));
    try {
      this.#sql.exec("PRAGMA busy_timeout = 250; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    } catch (cause) {
      this.#sql.close();
      if (!/locked|busy/i.test(String(cause))) throw cause;
      const by = holder(pidFile);
      throw new UserError("DataFolderInUse", `The data folder "${dir}" is in use by another running server${by}.`);
    }
    writeFileSync(pidFile, `${process.pid}\n`);
  }

  /** Gives the folder free. */
  release(): void {
    if (this.#sql.isOpen) this.#sql.close();
  }
}

function holder(pidFile: string): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(pidFile, "utf8"), 10)})`;
  } catch {
    return "";
  }
}
