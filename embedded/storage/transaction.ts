import { TransactionFiles } from "../files/in-transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { decodeId, encodeId } from "../values/ids.ts";
import { UserError } from "../values/errors.ts";
import type { TableNames } from "../values/validators.ts";
import { QueryCursor } from "../query/cursor.ts";
import { readPage, type PageOptions, type PageResult } from "../query/paginate.ts";
import { planQuery, type QueryJson } from "../query/plan.ts";
import { planVectorSearch, type VectorQueryJson } from "../query/vector-plan.ts";
import { VectorScan } from "../query/vector-search.ts";
import { CreationClock } from "./creation-clock.ts";
import { insertDocument, patchDocument, removeDocument, replaceDocument } from "./document-writes.ts";
import { badId, readDocument, tableOf, type DocumentRef } from "./documents.ts";
import { flushOverlay, namedEntry, writeEntries } from "./flush.ts";
import { cancelJob, findJob, moveJob, removeJob, retryJob, scheduleJob, setJobState, type NewJob } from "./job-writes.ts";
import type { Job, JobPhase, JobState } from "./jobs.ts";
import { Metrics } from "./metrics.ts";
import { NearRows } from "./near-rows.ts";
import { Overlay, type Mark, type Version } from "./overlay.ts";
import { ReadSet, type WriteEntry } from "./read-set.ts";
import type { SessionRequest } from "./session-requests.ts";
import { fillTs, tableNamed, tableNames, type TransactionState } from "./state.ts";
import type { Store } from "./store.ts";
import { insertSystemDocument, patchSystemDocument, removeSystemDocument } from "./system-writes.ts";

export interface TransactionOptions {
  kind: "query" | "mutation";
  /** The time the transaction sees, ms since 1970. */
  nowMs: number;
  /** ns; of a mutation the reserved commit (`db.nextTs()`), of a query the last finished one (`db.lastTs()`). */
  ts: bigint;
}

/**
 * One query or mutation with everything it calls. Its writes stay in memory until `flush`; reads see them merged with
 * what is stored. All errors that code can cause are UserErrors, which that code may catch.
 */
export class Transaction {
  readonly #t: TransactionState;
  #snapshotTs: bigint;
  /** Of the catalog that names, numbers and indexes were read from. */
  readonly #catalogVersion: number;
  #files: TransactionFiles | null = null;
  readonly #touched = new Set<string>();
  /** The writes as they were flushed. */
  #flushed: readonly WriteEntry[] | null = null;

  constructor(store: Store, opts: TransactionOptions, metrics: Metrics = new Metrics()) {
    this.#snapshotTs = store.db.lastTs();
    this.#catalogVersion = store.catalog.version;
    this.#t = {
      store,
      ...opts,
      hasShownTs: false,
      moves: 0,
      overlay: new Overlay(),
      reads: new ReadSet(),
      near: new NearRows(),
      metrics,
      creation: new CreationClock(opts.nowMs, this.#snapshotTs, store.creationFloor),
    };
  }

  get kind(): "query" | "mutation" {
    return this.#t.kind;
  }

  /** ns; see `TransactionOptions`. */
  get ts(): bigint {
    return this.#t.ts;
  }

  /** ns; the last finished commit when the transaction began, or when it last moved on. */
  get snapshotTs(): bigint {
    return this.#snapshotTs;
  }

  /** `snapshotTs` for the function, which from then on cannot change any more. */
  showSnapshotTs(): bigint {
    this.#t.hasShownTs = true;
    return this.#snapshotTs;
  }

  /** A value with the commit timestamp for its placeholder (V9), which from then on cannot change any more. */
  fillTs(v: Json): Json {
    return fillTs(this.#t, v);
  }

  get nowMs(): number {
    return this.#t.nowMs;
  }

  /** Everything read so far; complete when the transaction has ended. */
  get reads(): ReadSet {
    return this.#t.reads;
  }

  get metrics(): Metrics {
    return this.#t.metrics;
  }

  /** A query over the last finished commit: none of the pending writes, nothing added to `reads` and counted on. */
  snapshot(): Transaction {
    const { store, nowMs, metrics } = this.#t;
    return new Transaction(store, { kind: "query", nowMs, ts: store.db.lastTs() }, metrics.copy());
  }

  /** A document, or null. Throws for what is no id, an id of another table than `table`, or the wrong kind of table. */
  get(ns: number, id: string, o: { isSystem: boolean; table?: string | undefined }): JsonObject | null {
    return this.#read(ns, id, o)?.doc ?? null;
  }

  /** The same as JSON text: what is stored is passed on as it is. */
  getText(ns: number, id: string, o: { isSystem: boolean; table?: string | undefined }): string | null {
    return this.#read(ns, id, o)?.json ?? null;
  }

  #read(ns: number, id: string, o: { isSystem: boolean; table?: string | undefined }): Version | null {
    const ref: DocumentRef = { ns, id, table: o.table, op: o.isSystem ? "db.system.get" : "db.get" };
    const table = tableOf(this.#t, ref);
    if (table === undefined) return null;
    if (table.system !== o.isSystem) {
      const kinds = table.system ? ["System", "db.system."] : ["User", "db."];
      throw badId(ref, `${kinds[0]} tables can only be accessed from ${kinds[1]}get().`);
    }
    return readDocument(this.#t, table, id);
  }

  /** Inserts a document and answers its id. */
  insert(ns: number, table: string, value: JsonObject): string {
    return insertDocument(this.#t, ns, table, value);
  }

  /** Changes top-level fields (`{"$undefined": null}` removes one) and answers the document. */
  patch(ns: number, id: string, value: JsonObject, table?: string): JsonObject {
    return patchDocument(this.#t, { ns, id, table, op: "db.patch" }, value).doc;
  }

  /** The same, answering JSON text. */
  patchText(ns: number, id: string, value: JsonObject, table?: string): string {
    return patchDocument(this.#t, { ns, id, table, op: "db.patch" }, value).json;
  }

  /** Replaces all fields and answers the document. */
  replace(ns: number, id: string, value: JsonObject, table?: string): JsonObject {
    return replaceDocument(this.#t, { ns, id, table, op: "db.replace" }, value).doc;
  }

  /** The same, answering JSON text. */
  replaceText(ns: number, id: string, value: JsonObject, table?: string): string {
    return replaceDocument(this.#t, { ns, id, table, op: "db.replace" }, value).json;
  }

  /** Deletes a document and answers what it was. */
  remove(ns: number, id: string, table?: string): JsonObject {
    return removeDocument(this.#t, { ns, id, table, op: "db.delete" }).doc;
  }

  /** The same, answering JSON text. */
  removeText(ns: number, id: string, table?: string): string {
    return removeDocument(this.#t, { ns, id, table, op: "db.delete" }).json;
  }

  /** `id` in its one spelling when it is an id of `table`, whether or not the document exists; else null. */
  normalizeId(ns: number, table: string, id: string): string | null {
    const decoded = decodeId(id);
    const number = tableNamed(this.#t, ns, table)?.number;
    return decoded !== null && decoded.tableNumber === number ? encodeId(number, decoded.internalId) : null;
  }

  /** Number of documents in a table; 0 when there is no such table. */
  count(ns: number, name: string): number {
    const table = tableNamed(this.#t, ns, name);
    if (table === undefined) return 0;
    const byId = table.indexes.get("by_id")!;
    this.#t.metrics.add("databaseQueries", 1);
    this.#t.reads.range(byId.id, Buffer.alloc(0), null);
    let count = this.#t.store.rows.count(byId.id);
    for (const pending of this.#t.overlay.docs.values()) {
      if (pending.table === table) count += Number(pending.after !== null) - Number(pending.before !== null);
    }
    return count;
  }

  /** Resolves table numbers for `validate`, tables made in this transaction included. */
  tableNames(ns: number): TableNames {
    return tableNames(this.#t, ns);
  }

  /** Starts a query; throws when its plan is wrong. */
  query(ns: number, q: QueryJson): QueryCursor {
    return new QueryCursor(this.#t, planQuery(this.#t, ns, q));
  }

  /** Reads one page. The caller refuses a second one in the same function call. */
  page(ns: number, q: QueryJson, o: PageOptions, journal: string | null): PageResult & { journal: string } {
    return readPage(this.#t, planQuery(this.#t, ns, q), o, journal);
  }

  /** Starts a vector search over what is committed; throws when it is wrong. It may go on after the transaction. */
  vectorSearch(ns: number, q: VectorQueryJson): VectorScan {
    return new VectorScan(this.#t.store.vectors, planVectorSearch(this.#t, ns, q));
  }

  /** Schedules a function and answers the id of its job. */
  schedule(ns: number, job: NewJob): string {
    return scheduleJob(this.#t, ns, job);
  }

  /** Cancels a job of this namespace. */
  cancelJob(ns: number, id: string): void {
    cancelJob(this.#t, ns, id);
  }

  /** A job as this transaction sees it, or null. */
  job(ns: number, id: string): Job | null {
    return findJob(this.#t, ns, id);
  }

  /** Moves a job to a state; a final one gets `completedTime`. */
  setJobState(ns: number, id: string, state: JobState): void {
    setJobState(this.#t, ns, id, state);
  }

  /** Moves a job that is in phase `from`; false when it is not, or does not exist. */
  moveJob(ns: number, id: string, from: JobPhase, state: JobState): boolean {
    return moveJob(this.#t, ns, id, from, state);
  }

  /** Leaves a job pending until `atMs` and counts one more attempt. */
  retryJob(ns: number, id: string, atMs: number): void {
    retryJob(this.#t, ns, id, atMs);
  }

  /** Forgets a job and its document. */
  removeJob(ns: number, id: string): void {
    removeJob(this.#t, ns, id);
  }

  /** Whether a job was scheduled or changed. */
  get jobsChanged(): boolean {
    return this.#t.overlay.jobs.size > 0;
  }

  /** The stored files. */
  get files(): TransactionFiles {
    return (this.#files ??= new TransactionFiles(this, this.#t.store));
  }

  /** Inserts into a system table and answers the id; for the server itself. */
  insertSystem(ns: number, table: string, value: JsonObject): string {
    return insertSystemDocument(this.#t, ns, table, value);
  }

  /** Changes top-level fields of a system document; for the server itself. */
  patchSystem(ns: number, id: string, value: JsonObject): JsonObject {
    return patchSystemDocument(this.#t, ns, id, value);
  }

  /** Deletes a system document; for the server itself. */
  removeSystem(ns: number, id: string): JsonObject {
    return removeSystemDocument(this.#t, ns, id);
  }

  /** Records, in this commit, that a client's mutation was done. */
  recordSessionRequest(request: SessionRequest): void {
    this.atFlush((store) => store.sessions.put(request, this.ts));
  }

  /** Leaves a step for the end of `flush`, inside its SQL transaction. Not visible before, undone by `rollbackTo`. */
  atFlush(step: (store: Store) => void): void {
    if (this.kind === "query") throw new UserError("ReadOnlyTransaction", "A query cannot leave anything to write.");
    this.#t.overlay.later(step);
  }

  /** With the commit, tells whoever depends on `name` (`ReadSet.depend`) that it changed. */
  touch(name: string): void {
    this.atFlush(() => this.#touched.add(name));
  }

  /** The first of `writes` that changes something this transaction has read or written; undefined when none does. */
  touchedBy(writes: readonly WriteEntry[]): WriteEntry | undefined {
    const { reads } = this.#t;
    return writes.find((write) => reads.touches(write) || reads.searched(write));
  }

  /**
   * Goes on over the newest commit, as if it had read everything there: `touchedBy` must have said of all commits since
   * it began that they change none of it. False when that cannot be: its function saw one of its timestamps, or tables,
   * indexes or schemas are others (F33). Then it is worthless.
   */
  moveOn(): boolean {
    const t = this.#t;
    const { store, overlay } = t;
    if (store.catalog.version !== this.#catalogVersion) return false;
    const newest = store.db.lastTs();
    if (newest === this.#snapshotTs) return true;
    if (t.hasShownTs) return false;
    for (const { table, indexes, building } of overlay.docs.values()) {
      if (table.indexes !== indexes || table.building !== building) return false;
    }
    this.#snapshotTs = newest;
    t.ts = t.kind === "mutation" ? store.db.nextTs() : newest;
    t.creation.notBefore(store.creationFloor);
    t.moves += 1;
    return true;
  }

  /** A place to roll back to. */
  mark(): Mark {
    return this.#t.overlay.mark();
  }

  /** Takes back writes, jobs, new tables and steps since `mark`. Reads and counters stay. */
  rollbackTo(mark: Mark): void {
    this.#t.overlay.rollbackTo(mark);
  }

  /** Whether there is anything to flush. */
  get hasWrites(): boolean {
    return !this.#t.overlay.isEmpty;
  }

  /** What changed, for those who read it; known before and after `flush`. */
  writes(): readonly WriteEntry[] {
    return this.#flushed ?? writeEntries(this.#t.overlay);
  }

  /**
   * Writes everything into the open SQL transaction and moves the commit clock; does nothing without writes. When it
   * throws, as a step left for the end may, nothing of this transaction is written, and the rest of the group stands.
   */
  flush(): void {
    if (!this.hasWrites) return;
    const { store, overlay, ts } = this.#t;
    const entries = writeEntries(overlay);
    store.step(() => {
      flushOverlay(store, overlay, entries);
      store.db.setLastTs(ts);
    });
    store.creationFloor = Math.max(store.creationFloor, this.#t.creation.upcoming);
    this.#flushed = this.#touched.size === 0 ? entries : [...entries, namedEntry([...this.#touched])];
  }

  /** Limits a nested call; answers what lifts the limits again. */
  withLimits(limits: Readonly<Record<string, Json>>): () => void {
    return this.#t.metrics.restrict(limits);
  }
}
