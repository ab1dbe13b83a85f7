import { UserError } from "../values/errors.ts";
import { live } from "./budget.ts";
import { limits } from "./limits.ts";
import { type AddQuery, ProtocolError, type RemoveQuery } from "./protocol.ts";
import type { QuerySpec, Run, Subscriptions, Watcher } from "./subscriptions.ts";
import type { Viewer } from "./viewer.ts";

/** How long to start queries before other sockets get a turn, ms. */
const TURN_MS = 20;
/** What a live query takes besides its arguments and result, bytes. */
const QUERY_BYTES = 500;

/** One query of the client's set; it watches its run and passes the word on. */
interface LiveQuery extends Watcher {
  spec: Omit<QuerySpec, "journal">;
  journal: string | null;
  run: Run | null;
  /** What it holds besides its result, bytes. */
  bytes: number;
  /** What the client was told last; undefined before the first time. */
  told: string | undefined;
}

/** The live queries of one socket, their results, and what the client was told of them. */
export class QuerySet {
  readonly #subscriptions: Subscriptions;
  readonly #onInvalid: () => void;
  readonly #queries = new Map<number, LiveQuery>();
  #removed: number[] = [];
  readonly #arguments = live.holder();
  /** Arguments and results, those that others share too, bytes. */
  #bytes = 0;

  /** `onInvalid` is called when a result is no longer true. */
  constructor(subscriptions: Subscriptions, onInvalid: () => void) {
    this.#subscriptions = subscriptions;
    this.#onInvalid = onInvalid;
  }

  /**
   * Adds and removes queries; `bytes` is the size of the message. Throws ProtocolError for unknown and repeated ids and for
   * too many queries or too large ones (W12).
   */
  modify(modifications: (AddQuery | RemoveQuery)[], bytes: number): void {
    const each = QUERY_BYTES + bytes / Math.max(1, modifications.length);
    for (const m of modifications) {
      const known = this.#queries.get(m.queryId);
      if (m.type === "Remove") {
        if (!known) throw new ProtocolError(`Query ${m.queryId} is not there to be removed.`);
        this.#drop(known);
        this.#arguments.give(known.bytes);
        this.#bytes -= known.bytes;
        this.#queries.delete(m.queryId);
        this.#removed.push(m.queryId);
        continue;
      }
      if (known) throw new ProtocolError(`Query ${m.queryId} was added twice.`);
      if (this.#queries.size >= limits.queries) {
        throw new ProtocolError(`A client may have at most ${limits.queries} live queries.`);
      }
      const spec = { componentPath: m.componentPath, path: m.udfPath, args: m.args };
      const invalidated = this.#onInvalid;
      this.#arguments.take(each);
      this.#grow(each);
      this.#queries.set(m.queryId, { spec, journal: m.journal, bytes: each, run: null, told: undefined, invalidated });
    }
  }

  /** True when every query has a result that is true now and may be shown to the viewer. */
  isCurrent(viewer: Viewer): boolean {
    return this.#queries.values().every((q) => q.run?.serves(viewer));
  }

  /** Gets a result for every query that has none for the viewer. True when there was something to wait for. */
  async refresh(viewer: Viewer): Promise<boolean> {
    const waits: Promise<void>[] = [];
    let turnEnds = performance.now() + TURN_MS;
    for (const [queryId, q] of this.#queries) {
      if (q.run?.serves(viewer)) continue;
      waits.push(this.#resolve(queryId, q, viewer));
      if (performance.now() > turnEnds) {
        await new Promise((resolve) => setImmediate(resolve));
        turnEnds = performance.now() + TURN_MS;
      }
    }
    await Promise.all(waits);
    return waits.length > 0;
  }

  /** The modifications that bring the client up to date, as JSON texts; it counts as told of them. */
  takeModifications(): string[] {
    const modifications = this.#removed.map((queryId) => JSON.stringify({ type: "QueryRemoved", queryId }));
    this.#removed = [];
    for (const [queryId, q] of this.#queries) {
      if (!q.run || q.run.essence === q.told) continue;
      q.told = q.run.essence;
      modifications.push(q.run.modification(queryId));
    }
    return modifications;
  }

  /** Gives all results back; also what is still being computed. */
  close(): void {
    for (const q of this.#queries.values()) this.#drop(q);
    this.#queries.clear();
    this.#arguments.close();
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > limits.liveBytes) {
      const mib = limits.liveBytes / 1024 / 1024;
      throw new ProtocolError(`The arguments and results of a client's live queries may be at most ${mib} MiB.`);
    }
    if (!live.isTooMuch(this.#bytes)) return;
    throw new UserError("TooManyConcurrentRequests", "The live queries of all clients take too much memory; try again later.", 503);
  }

  async #resolve(queryId: number, q: LiveQuery, viewer: Viewer): Promise<void> {
    const run = await this.#subscriptions.resolve({ ...q.spec, journal: q.journal }, viewer, q);
    if (this.#queries.get(queryId) !== q) return this.#subscriptions.release(run, q);
    if (q.run !== run) {
      this.#drop(q);
      q.run = run;
      this.#grow(run.size);
    }
    // Later runs keep the page boundaries of this one.
    q.journal = run.journal ?? q.journal;
  }

  #drop(q: LiveQuery): void {
    if (!q.run) return;
    this.#subscriptions.release(q.run, q);
    this.#bytes -= q.run.size;
    q.run = null;
  }
}
