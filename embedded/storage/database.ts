import { join, resolve } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { UserError } from "../values/errors.ts";
import { mayBeOnDisk, openingError, storageError } from "./faults.ts";
import { checkFilesBelongTogether, DATA_FILE, prepareFolder } from "./folder.ts";
import { FORMAT, LAYOUT } from "./layout.ts";
import { FolderLock } from "./lock.ts";
import { NewestCommit } from "./newest-commit.ts";
import { upgrade } from "./upgrade.ts";

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
  /** The copy that an upgrade made at this opening, if there was one. */
  readonly copyBeforeUpgrade: string | null;
  readonly #lock: FolderLock;
  readonly #newest: NewestCommit;
  readonly #getMeta: StatementSync;
  readonly #setMeta: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  #lastTs = 0n;
  #takenBack = 0;
  /** What the file says of it. */
  #keptTs = 0n;
  #reserved = 0n;

  /** A COMMIT failed and no write has succeeded since: see `isInDoubt`. */
  #isInDoubt = false;

  /**
   * Opens or creates the file. Throws a UserError with one sentence when the folder cannot be made or written, another
   * process holds it, a newer version of this server wrote it, or it is damaged or incomplete (S1–S3, D10–D13).
   */
  constructor(dir: string) {
    this.dir = resolve(dir);
    this.#newest = new NewestCommit(this.dir);
    let lock: FolderLock | undefined;
    let sql: DatabaseSync | undefined;
    try {
      prepareFolder(this.dir);
      lock = new FolderLock(this.dir);
      checkFilesBelongTogether(this.dir);
      const format = checkedFormat(this.dir, this.#newest);
      sql = openFile(this.dir);
      if (format === null) sql.exec(`BEGIN IMMEDIATE; ${LAYOUT}; INSERT INTO meta (k, v) VALUES ('format', '${FORMAT}'); COMMIT`);
      this.copyBeforeUpgrade = format === null || format === FORMAT ? null : upgrade(sql, this.dir, format, FORMAT);
      this.#lock = lock;
      this.sql = sql;
      this.#getMeta = sql.prepare("SELECT v FROM meta WHERE k = ?");
      this.#setMeta = sql.prepare("INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v");
      this.#begin = sql.prepare("BEGIN IMMEDIATE");
      this.#commit = sql.prepare("COMMIT");
      this.#rollback = sql.prepare("ROLLBACK");
      this.#savepoint = sql.prepare("SAVEPOINT step");
      this.#release = sql.prepare("RELEASE step");
      this.#reloadClock();
      this.setLastTs(this.nextTs());
      this.#keepClock();
      this.#newest.passed(this.#lastTs);
    } catch (error) {
      if (sql?.isOpen) sql.close();
      lock?.release();
      throw openingError(error, this.dir);
    }
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

  /** Records that the commit `ts` is finished; called inside its SQL transaction, whose COMMIT keeps it. */
  setLastTs(ts: bigint): void {
    this.#lastTs = ts;
  }

  #reloadClock(): void {
    this.#keptTs = BigInt(this.meta("lastTs") ?? "0");
    this.#lastTs = this.#keptTs;
  }

  #keepClock(): void {
    if (this.#keptTs === this.#lastTs) return;
    this.setMeta("lastTs", String(this.#lastTs));
    this.#keptTs = this.#lastTs;
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

  /** Commits it: when this returns, its writes are on disk. After a throw call `rollback`. */
  commit(): void {
    this.#keepClock();
    try {
      this.#commit.run();
    } catch (error) {
      this.#isInDoubt = mayBeOnDisk(error);
      throw error;
    }
    this.#isInDoubt = false;
    this.#newest.passed(this.#lastTs);
  }

  /**
   * Takes back an open SQL transaction, and the clock with it. After a failed COMMIT the log may hold the whole
   * transaction, only not confirmed, and a start after a crash would take it for done: it is overwritten at once (D3).
   */
  rollback(): void {
    this.#takenBack += 1;
    if (this.sql.isTransaction) this.#rollback.run();
    this.#reloadClock();
    if (!this.#isInDoubt) return;
    try {
      this.setMeta("mendedMs", String(Date.now()));
      this.#isInDoubt = false;
    } catch {
      // The disk refuses this too. The next write that succeeds does the same.
    }
  }

  /** How often something that was written was taken back: what was read before may be wrong since. */
  get takenBack(): number {
    return this.#takenBack;
  }

  /** Whether the last COMMIT failed in such a way that what it held may be found after a crash (D3). */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** Runs `fn` inside the open SQL transaction; a throw takes back what it wrote and nothing else. */
  savepoint(fn: () => void): void {
    const lastTs = this.#lastTs;
    this.#savepoint.run();
    try {
      fn();
    } catch (error) {
      this.#lastTs = lastTs;
      this.#takenBack += 1;
      // SQLite has given up the whole transaction by itself when the disk is full or broken.
      if (this.sql.isTransaction) this.sql.exec("ROLLBACK TO step; RELEASE step");
      throw error;
    }
    this.#release.run();
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
      throw storageError(error, this.#isInDoubt);
    }
  }

  /** Closes the file and gives the folder free; an open SQL transaction is lost. */
  close(): void {
    if (this.sql.isOpen) {
      this.#newest.remove();
      this.sql.close();
    }
    this.#lock.release();
  }
}

/** Opens the file and sets it up for durability; throws SQLite's errors. */
function openFile(dir: string): DatabaseSync {
  const sql = new DatabaseSync(join(dir, DATA_FILE));
  try {
    checkSqliteVersion(sql);
    sql.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = OFF;" +
        "PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY",
    );
    return sql;
  } catch (error) {
    sql.close();
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

/**
 * The format of the data file, null for an empty one. Looks through a read-only connection: one that may write would, when
 * it is closed after a refusal, put a write-ahead log into the file and delete it.
 */
function checkedFormat(dir: string, newest: NewestCommit): number | null {
  const file = join(dir, DATA_FILE);
  const sql = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = sql.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all().map((row) => row["name"]);
    if (tables.length > 0 && !tables.includes("meta")) {
      throw new UserError("DataFormat", `The file "${file}" is not a data file of this server; it was left as it is.`);
    }
    const metaOf = (key: string): string | undefined =>
      tables.length === 0 ? undefined : (sql.prepare("SELECT v FROM meta WHERE k = ?").get(key)?.["v"] as string | undefined);
    const format = Number(metaOf("format"));
    if (format > FORMAT) {
      throw new UserError(
        "DataFormat",
        `The data in "${dir}" was written by a newer version of this server (format ${format}, known: ${FORMAT}); it was left as it is: start the newer version, or restore a backup of this one.`,
      );
    }
    newest.check(dir, BigInt(metaOf("lastTs") ?? "0"));
    return tables.length === 0 ? null : format;
  } finally {
    sql.close();
  }
}
