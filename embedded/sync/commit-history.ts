import { overlaps, type ReadSet, type WriteEntry } from "../storage/read-set.ts";

/** How long commits are remembered, ms: longer than a query may run. */
const KEEP_MS = 30_000;
/** How many are remembered at most; each holds the index keys it changed. */
const KEEP = 2_000;

/** The newest commits, to tell whether what a query read at some moment still stands. */
export class CommitHistory {
  #commits: { ts: bigint; atMs: number; writes: WriteEntry[] }[] = [];
  /** Those before this one are forgotten; they are cut off many at a time. */
  #first = 0;
  /** Commits up to here are forgotten, or were made before this process. */
  #forgotten: bigint;

  /** `ts`: the newest commit made before the history begins. */
  constructor(ts: bigint) {
    this.#forgotten = ts;
  }

  /** Adds a commit; they come in order. */
  push(ts: bigint, writes: WriteEntry[], nowMs: number): void {
    this.#commits.push({ ts, atMs: nowMs, writes });
    const last = this.#commits.length - 1;
    while (this.#first < last && (last - this.#first >= KEEP || this.#commits[this.#first]!.atMs < nowMs - KEEP_MS)) {
      this.#forgotten = this.#commits[this.#first]!.ts;
      this.#first += 1;
    }
    if (this.#first < KEEP) return;
    this.#commits = this.#commits.slice(this.#first);
    this.#first = 0;
  }

  /** True when a commit after `ts` changed something in `reads`, or when that is no longer known. */
  touchedSince(ts: bigint, reads: ReadSet): boolean {
    if (ts < this.#forgotten) return true;
    for (let i = this.#commits.length - 1; i >= this.#first; i--) {
      const commit = this.#commits[i];
      if (!commit || commit.ts <= ts) return false;
      if (overlaps(reads, commit.writes)) return true;
    }
    return false;
  }
}
