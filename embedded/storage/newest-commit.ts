import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../values/errors.ts";

/** How often the note is renewed while there are commits, ms. */
const EVERY_MS = 2_000;
/** Of the note; it is always written over in place, since replacing a file can wait for the disk (100 ms and more). */
const DIGITS = 20;

/**
 * A note beside the data file of how far its commits had come, there while a server runs and after a crash. A data file
 * that is behind the note has lost what was in its write-ahead log: deleted, cut short, or not copied along (D11).
 * The note is written after a commit is on disk, so it is never ahead of a file that lost nothing.
 */
export class NewestCommit {
  readonly #file: string;
  #writtenMs = 0;
  #open: number | null = null;

  constructor(dir: string) {
    this.#file = join(dir, "newest-commit");
  }

  /** Throws UserError "DataIncomplete" when the data, whose last commit is `lastTs` (ns), is behind the note. */
  check(dir: string, lastTs: bigint): void {
    const noted = this.#read();
    if (noted === null || noted <= lastTs) return;
    const until = (ts: bigint): string => new Date(Number(ts / 1_000_000n)).toISOString();
    throw new UserError(
      "DataIncomplete",
      `The data in "${dir}" ends at ${until(lastTs)}, but commits until ${until(noted)} were on disk: ` +
        "deployment.sqlite3-wal is missing, damaged or of another time; nothing was changed: put the files back that belong together, " +
        "or delete the file newest-commit to go on without what is missing.",
    );
  }

  /** Notes a commit that is on disk, when the last note is older than two seconds. Failing to is no harm. */
  passed(lastTs: bigint): void {
    const now = Date.now();
    if (Math.abs(now - this.#writtenMs) < EVERY_MS) return;
    this.#writtenMs = now;
    try {
      this.#open ??= openSync(this.#file, "w", 0o600);
      writeSync(this.#open, `${String(lastTs).padStart(DIGITS, "0")}\n`, 0);
    } catch {
      // A full disk: the older note, or none, says less and nothing wrong.
    }
  }

  /** The data is about to be closed in order, which ends the write-ahead log. */
  remove(): void {
    if (this.#open !== null) closeSync(this.#open);
    this.#open = null;
    rmSync(this.#file, { force: true });
  }

  #read(): bigint | null {
    try {
      const text = readFileSync(this.#file, "utf8").trim();
      return /^\d{1,20}$/.test(text) ? BigInt(text) : null;
    } catch {
      return null;
    }
  }
}
