import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { UserError } from "../values/errors.ts";
import { FORMAT, LAYOUT } from "./layout.ts";
import { FolderLock } from "./lock.ts";

/** Older versions can damage a WAL file when it is reset. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/**
 * The deployment's file `<dir>/deployment.sqlite3`, open in this process alone: one connection, write-ahead log, full
 * synchronisation, so a COMMIT that returned is on disk. Keeps the commit clock: nanoseconds since 1970 as `bigint`,
 * strictly increasing, also over restarts and when the wall clock goes back.
 */
export class Database {
  readonly dir: string;
  readonly sql: DatabaseSync;
  readonly #lock: FolderLock;
  readonly #getMeta: StatementSync;
  readonly #setMeta: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #lastTs = 0n;
  #reserved = 0n;

  /**
   * Opens or creates the file. Throws a UserError with one sentence when the folder cannot be made or written, another
   * process holds it, or a newer version of this server wrote it.
   */
  constructor(dir: string) {
    this.dir = resolve(dir);
    prepareFolder(this.dir);
    this.#lock = new FolderLock(this.dir);
    this.sql = openFile(this.dir, this.#lock);
    this.#getMeta = this.sql.prepare("SELECT v FROM meta WHERE k = ?");
    this.#setMeta = this.sql.prepare(
      "INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
    );
    this.#begin = this.sql.prepare("BEGIN IMMEDIATE");
    this.#commit = this.sql.prepare("COMMIT");
    this.#rollback = this.sql.prepare("ROLLBACK");
    this.reloadClock();
    this.setLastTs(this.nextTs());
  }

  /** Timestamp of the last finished commit, in ns. */
  lastTs(): bigint {
    return this.#lastTs;
  }

  /** Reserves the timestamp of a commit to come, in ns: larger than every one reserved or finished before. */
  nextTs(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    const floor = (this.#reserved > this.#lastTs ? this.#reserved : this.#lastTs) + 1n;
    this.#reserved = now > floor ? now : floor;
    return this.#reserved;
  }

  /** Records that the commit `ts` is finished; called inside its SQL transaction. */
  setLastTs(ts: bigint): void {
    this.setMeta("lastTs", String(ts));
    this.#lastTs = ts;
  }

  /** Reads the clock again from the file, after a SQL transaction was rolled back. */
  reloadClock(): void {
    this.#lastTs = BigInt(this.meta("lastTs") ?? "0");
  }

  /** The value kept under `key`, or null. */
  meta(key: string): string | null {
    return (this.#getMeta.get(key)?.["v"] as string | undefined) ?? null;
  }

  /** Keeps `value` under `key`. */
  setMeta(key: string, value: string): void {
    this.#setMeta.run(key, value);
  }

  /** Begins the group's SQL transaction. */
  begin(): void {
    this.#begin.run();
  }

  /** Commits it: when this returns, its writes are on disk. */
  commit(): void {
    this.#commit.run();
  }

  /** Takes back an open SQL transaction; does nothing when there is none. */
  rollback(): void {
    if (this.sql.isTransaction) this.#rollback.run();
  }

  /** Runs `fn` inside the open SQL transaction; a throw takes back what it wrote and nothing else. */
  savepoint(fn: () => void): void {
    this.sql.exec("SAVEPOINT step");
    try {
      fn();
    } catch (error) {
      // SQLite has given up the whole transaction by itself when the disk is full or broken.
      if (this.sql.isTransaction) this.sql.exec("ROLLBACK TO step; RELEASE step");
      throw error;
    }
    this.sql.exec("RELEASE step");
  }

  /** Runs `fn` in the SQL transaction that is open, or in one of its own, which a throw rolls back. */
  atomically<T>(fn: () => T): T {
    if (this.sql.isTransaction) return fn();
    this.begin();
    try {
      const result = fn();
      this.commit();
      return result;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Closes the file and gives the folder free; an open SQL transaction is lost. */
  close(): void {
    if (this.sql.isOpen) this.sql.close();
    this.#lock.release();
  }
}

/** One level at a time: the recursive form never returns on file systems such as /proc. */
function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  makeFolder(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
}

/** Makes the folder (readable by its owner only) and the file's first bytes, or says in one sentence why it cannot. */
function prepareFolder(dir: string): void {
  try {
    makeFolder(dir);
    for (const name of ["deployment.sqlite3", "lock.sqlite3", "server.pid"]) {
      closeSync(openSync(join(dir, name), "a", 0o600));
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError("DataFolder", `The data folder "${dir}" cannot be written (${reason}).`);
  }
}

/** Opens the file and checks or makes its layout; gives the lock back when that fails. */
function openFile(dir: string, lock: FolderLock): DatabaseSync {
  let sql: DatabaseSync | undefined;
  try {
    sql = new DatabaseSync(join(dir, "deployment.sqlite3"));
    checkSqliteVersion(sql);
    sql.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF;" +
        "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY",
    );
    createOrCheckLayout(sql, dir);
    return sql;
  } catch (error) {
    sql?.close();
    lock.release();
    throw error;
  }
}

function checkSqliteVersion(sql: DatabaseSync): void {
  const version = String(sql.prepare("SELECT sqlite_version() AS v").get()?.["v"]);
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const [a, b, c] = OLDEST_SQLITE;
  const isOld = major !== a ? major < a : minor !== b ? minor < b : patch < c;
  if (!isOld) return;
  const needed = OLDEST_SQLITE.join(".");
  throw new UserError("OldSqlite", `SQLite ${needed} or newer is needed, this Node carries ${version}.`);
}

function createOrCheckLayout(sql: DatabaseSync, dir: string): void {
  const exists = sql.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined;
  if (!exists) {
    sql.exec(`BEGIN IMMEDIATE; ${LAYOUT}; INSERT INTO meta (k, v) VALUES ('format', '${FORMAT}'); COMMIT`);
    return;
  }
  const format = Number(sql.prepare("SELECT v FROM meta WHERE k = 'format'").get()?.["v"]);
  if (format === FORMAT) return;
  throw new UserError(
    "DataFormat",
    format > FORMAT
      ? `The data in "${dir}" was written by a newer version of this server (format ${format}, known: ${FORMAT}).`
      : `The data in "${dir}" has the unknown format ${format} (known: ${FORMAT}).`,
  );
}
