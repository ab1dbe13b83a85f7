import { overlaps, type ReadSet, type WriteEntry } from "../storage/read-set.ts";

/** How long commits are remembered, ms: longer than a query may run. */
const KEEP_MS = 30_000;
/** How many are remembered at most, and how many written documents in all; each of these holds the index keys it changed. */
const KEEP = 2_000;
const KEEP_WRITES = 50_000;

interface Commit {
  ts: bigint;
  atMs: number;
  writes: readonly WriteEntry[];
}

/** The newest commits, to tell whether what a query read at some moment still stands. */
export class CommitHistory {
  /** What is forgotten is null at once, and cut off many at a time. */
  #commits: (Commit | null)[] = [];
  /** The oldest that is remembered. */
  #first = 0;
  #writes = 0;
  /** Commits up to here are forgotten, or were made before this process. */
  #forgotten: bigint;

  /** `ts`: the newest commit made before the history begins. */
  constructor(ts: bigint) {
    this.#forgotten = ts;
  }

  /** Adds a commit; they come in order. */
  push(ts: bigint, writes: WriteEntry[], nowMs: number): void {
    this.#commits.push({ ts, atMs: nowMs, writes });
    this.#writes += writes.length;
    while (this.#first < this.#commits.length - 1 && this.#isTooMuch(nowMs)) this.#forgetFirst();
    if (this.#first < KEEP) return;
    this.#commits = this.#commits.slice(this.#first);
    this.#first = 0;
  }

  #isTooMuch(nowMs: number): boolean {
    const isOld = this.#commits[this.#first]!.atMs < nowMs - KEEP_MS;
    return isOld || this.#commits.length - this.#first > KEEP || this.#writes > KEEP_WRITES;
  }

  #forgetFirst(): void {
    const { ts, writes } = this.#commits[this.#first]!;
    this.#forgotten = ts;
    this.#writes -= writes.length;
    this.#commits[this.#first] = null;
    this.#first += 1;
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
