import type { JsonObject } from "../values/json.ts";
import { successor, type Interval } from "./intervals.ts";
import { versionAt, type PendingDoc, type Version } from "./overlay.ts";
import { documentIn, type StoredRow } from "./rows.ts";
import type { Entry } from "./sorted-entries.ts";
import type { TransactionState } from "./state.ts";

/** A document as a scan hands it out, with its key, which is its position. */
export interface Row {
  readonly key: Buffer;
  readonly doc: JsonObject;
  readonly size: number;
  /** The JSON text of the document, where it is at hand. */
  readonly json?: string;
}

/** A stored document: parsed when somebody looks into it. */
class StoredDocument implements Row {
  readonly #stored: StoredRow;

  constructor(stored: StoredRow) {
    this.#stored = stored;
  }

  get key(): Buffer {
    return this.#stored.key;
  }

  get doc(): JsonObject {
    return documentIn(this.#stored);
  }

  get size(): number {
    return this.#stored.size;
  }

  get json(): string {
    return this.#stored.json;
  }
}

/** Rows in order, one at a time; null when there are no more. */
export interface RowSource {
  next(): Row | null;
}

/** The interval of one index that a scan goes over, from ≤ key < to. */
export interface ScanRange extends Interval {
  /** The namespace of the index. */
  ns: number;
  indexId: number;
  order: "asc" | "desc";
}

/** Rows read from the file at a time: the first batch, and the largest. */
const FIRST_BATCH = 32;
const LARGEST_BATCH = 256;
/** Bytes a batch should not exceed by much. */
const BATCH_BYTES = 1024 * 1024;

/**
 * Goes over an interval of an index in either direction, stored rows and pending writes merged. It reads ahead from the
 * file, where nothing changes meanwhile, and looks at the pending writes at every step, so that a write made during the
 * scan is seen when it lies ahead. Only what was handed out is recorded as read (SPEC S22, Q6).
 */
export class IndexScan implements RowSource {
  readonly #t: TransactionState;
  readonly #range: ScanRange;
  /** What is still ahead. */
  readonly #ahead: Interval;
  /** What the read set holds of this scan. */
  #consumed: Interval | null = null;
  #batch: StoredRow[] = [];
  #at = 0;
  #batchSize: number;
  /** Where the next batch begins (ascending) or ends (descending); null when the file has no more. */
  #readFrom: Buffer | null;
  #isDone = false;
  #moves: number;

  /** `limit` is how many rows will be wanted at most, when that is known. */
  constructor(t: TransactionState, range: ScanRange, limit = FIRST_BATCH) {
    this.#t = t;
    this.#range = range;
    this.#ahead = { from: range.from, to: range.to };
    this.#batchSize = Math.max(1, Math.min(limit, LARGEST_BATCH));
    this.#readFrom = range.order === "asc" ? range.from : (range.to ?? BEYOND);
    this.#moves = t.moves;
  }

  next(): Row | null {
    if (this.#isDone) return null;
    if (this.#consumed === null) this.#start();
    else if (this.#moves !== this.#t.moves) this.#startAgain();
    for (;;) {
      const stored = this.#peekStored();
      const pending = this.#peekPending();
      if (stored === undefined && pending === undefined) return this.#finish();
      const first = this.#compareHeads(stored, pending);
      const key = first <= 0 ? stored!.key : pending!.key;
      if (first <= 0) this.#at += 1;
      if (this.#range.order === "asc") this.#ahead.from = successor(key);
      else this.#ahead.to = key;
      if (first < 0) return this.#handStored(stored!);
      const row = pendingRow(pending!, this.#range.indexId);
      if (row !== null) return this.#hand(row);
    }
  }

  #start(): void {
    const { from, to, indexId } = this.#range;
    if (this.#t.reads.isFirst(indexId, from, to)) this.#t.metrics.add("databaseQueries", 1);
    this.#consumed = { from, to: from };
    this.#t.reads.growing(indexId, this.#consumed);
  }

  /** Goes on over a newer commit: reads ahead anew, and grows an interval that was not compared yet. */
  #startAgain(): void {
    this.#moves = this.#t.moves;
    this.#batch = [];
    this.#at = 0;
    this.#readFrom = this.#range.order === "asc" ? this.#ahead.from : (this.#ahead.to ?? BEYOND);
    this.#consumed = { ...this.#consumed! };
    this.#t.reads.growing(this.#range.indexId, this.#consumed);
  }

  #handStored(stored: StoredRow): Row {
    this.#t.near.keep(this.#range.ns, stored);
    return this.#hand(new StoredDocument(stored));
  }

  #hand(row: Row): Row {
    if (this.#range.order === "asc") this.#consumed!.to = this.#ahead.from;
    else Object.assign(this.#consumed!, { from: row.key, to: this.#range.to });
    this.#t.metrics.add("documentsRead", 1);
    this.#t.metrics.add("bytesRead", row.size);
    return row;
  }

  #finish(): null {
    this.#isDone = true;
    Object.assign(this.#consumed!, { from: this.#range.from, to: this.#range.to });
    return null;
  }

  #peekStored(): StoredRow | undefined {
    if (this.#at >= this.#batch.length && this.#readFrom !== null) this.#readBatch(this.#readFrom);
    return this.#batch[this.#at];
  }

  #readBatch(edge: Buffer): void {
    const { indexId, from, to, order } = this.#range;
    const size = this.#batchSize;
    const rows = this.#t.store.rows;
    const [low, high] = order === "asc" ? [edge, to] : [from, edge];
    this.#batch = rows.range(indexId, low, high, order, size);
    this.#at = 0;
    const last = this.#batch.at(-1);
    if (last === undefined || this.#batch.length < size) this.#readFrom = null;
    else this.#readFrom = order === "asc" ? successor(last.key) : last.key;
    const bytes = this.#batch.reduce((sum, row) => sum + row.size, 0);
    const larger = Math.min(LARGEST_BATCH, Math.max(FIRST_BATCH, size * 2));
    this.#batchSize = bytes > BATCH_BYTES ? Math.max(1, size >> 1) : larger;
  }

  /** < 0: the stored row comes first in scan order, > 0: the pending one, 0: both stand under the same key. */
  #compareHeads(stored: StoredRow | undefined, pending: Entry<PendingDoc> | undefined): number {
    if (pending === undefined) return -1;
    if (stored === undefined) return 1;
    const order = Buffer.compare(stored.key, pending.key);
    return this.#range.order === "asc" ? order : -order;
  }

  #peekPending(): Entry<PendingDoc> | undefined {
    const entries = this.#t.overlay.entries(this.#range.indexId);
    const { from, to } = this.#ahead;
    return this.#range.order === "asc" ? entries?.first(from, to) : entries?.last(from, to);
  }
}

/** Greater than every index key. */
const BEYOND = Buffer.from([0xff]);

/** A document that this transaction wrote. */
class PendingRow implements Row {
  readonly key: Buffer;
  readonly #version: Version;

  constructor(key: Buffer, version: Version) {
    this.key = key;
    this.#version = version;
  }

  get doc(): JsonObject {
    return this.#version.doc;
  }

  get size(): number {
    return this.#version.size;
  }

  get json(): string {
    return this.#version.json;
  }
}

function pendingRow({ key, value }: Entry<PendingDoc>, indexId: number): Row | null {
  const version = versionAt(value, indexId, key);
  return version && new PendingRow(key, version);
}
