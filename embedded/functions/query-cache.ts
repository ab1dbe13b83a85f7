/** Results of one-shot queries, kept while nothing they read has changed (F29). */
import { overlaps, type WriteEntry } from "../storage/read-set.ts";
import { sizeOf } from "../values/json.ts";
import type { QueryOutcome } from "./call-types.ts";

/** Memory that results may take in all, and one of them, in bytes by the sizes of values; and how many they may be. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_ENTRY_BYTES = 1024 * 1024;
const MAX_ENTRIES = 4096;
/** What an entry and an interval of its reads take besides their values, about. */
const ENTRY_BYTES = 500;
const INTERVAL_BYTES = 200;
/** Commits whose writes are remembered. A result that lies further back and may have been touched is run again. */
const KEPT_COMMITS = 64;

interface Entry {
  outcome: QueryOutcome;
  /** True up to this commit. */
  ts: bigint;
  bytes: number;
}

/**
 * A result is found by what was asked and, when the query looked at who asks, by who. Whether it still stands is
 * decided when it is asked for, so a commit costs next to nothing: it only leaves a note at what it wrote.
 */
export class QueryCache {
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  /** The newest commit that wrote to an index (by id) or changed a named dependency. */
  readonly #lastWrite = new Map<number | string, bigint>();
  #commits: { ts: bigint; writes: readonly WriteEntry[] }[] = [];
  /** Of commits up to here only the notes are known. */
  #forgotten = 0n;
  #bytes = 0;

  /** Bytes that the kept results take, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The outcome of a query that is true at the commit `ts`, the newest; null when it must be run. */
  find(key: string, identity: string, ts: bigint): QueryOutcome | null {
    for (const slot of [anybody(key), somebody(key, identity)]) {
      const entry = this.#entries.get(slot);
      if (!entry) continue;
      this.#forget(slot, entry);
      if (!this.#stands(entry)) return null;
      entry.ts = ts;
      this.#remember(slot, entry);
      return { ...entry.outcome, ts, isCached: true };
    }
    return null;
  }

  /** Keeps what a query just gave. Errors and what time or chance went into are not kept. */
  keep(key: string, identity: string, outcome: QueryOutcome): void {
    const { result, logLines, reads, identityObserved, timeObserved, randomObserved, ts } = outcome;
    if (!result.ok || timeObserved || randomObserved) return;
    let bytes = ENTRY_BYTES + key.length + sizeOf(result.value);
    for (const line of logLines) bytes += line.length;
    for (const id of reads.indexIds()) bytes += reads.intervals(id).length * INTERVAL_BYTES;
    if (bytes > MAX_ENTRY_BYTES) return;
    const slot = identityObserved ? somebody(key, identity) : anybody(key);
    const former = this.#entries.get(slot);
    if (former) this.#forget(slot, former);
    this.#remember(slot, { outcome, ts, bytes });
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= MAX_BYTES && this.#entries.size <= MAX_ENTRIES) break;
      this.#forget(oldest, entry);
    }
  }

  /** To be told of every commit, in order and before anything that depends on it is answered. */
  committed(ts: bigint, writes: readonly WriteEntry[]): void {
    if (this.#entries.size === 0) {
      // Whatever is kept later was true after this commit.
      this.#commits = [];
      this.#lastWrite.clear();
      this.#forgotten = ts;
      return;
    }
    this.#commits.push({ ts, writes });
    if (this.#commits.length > KEPT_COMMITS) this.#forgotten = this.#commits.shift()!.ts;
    for (const { indexKeys, search, dependencies } of writes) {
      for (const { indexId } of indexKeys) this.#lastWrite.set(indexId, ts);
      for (const { indexId } of search) this.#lastWrite.set(indexId, ts);
      for (const name of dependencies) this.#lastWrite.set(name, ts);
    }
  }

  /** Forgets everything: code, environment or schema changed. */
  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #stands({ ts, outcome: { reads } }: Entry): boolean {
    const isNear = (read: number | string): boolean => (this.#lastWrite.get(read) ?? 0n) > ts;
    if (![...reads.indexIds(), ...reads.dependencies()].some(isNear)) return true;
    if (ts < this.#forgotten) return false;
    return !this.#commits.some((commit) => commit.ts > ts && overlaps(reads, commit.writes));
  }

  #remember(slot: string, entry: Entry): void {
    this.#entries.set(slot, entry);
    this.#bytes += entry.bytes;
  }

  #forget(slot: string, entry: Entry): void {
    this.#entries.delete(slot);
    this.#bytes -= entry.bytes;
  }
}

function anybody(key: string): string {
  return `anybody ${key}`;
}

function somebody(key: string, identity: string): string {
  return `${identity} ${key}`;
}
