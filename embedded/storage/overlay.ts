import type { JsonObject } from "../values/json.ts";
import type { Job } from "./jobs.ts";
import { SortedEntries } from "./sorted-entries.ts";
import type { Store } from "./store.ts";
import type { TableInfo } from "./tables.ts";

/** One state of a document, with its key in every database index of its table. Never changed once made. */
export interface Version {
  doc: JsonObject;
  size: number;
  /** Row number in `docs`; null while it is not stored. */
  row: number | null;
  keys: ReadonlyMap<number, Buffer>;
  /** The JSON text of `doc`. */
  readonly json: string;
}

/** A document this transaction wrote: what is stored, and what it is now; null where there is none. */
export interface PendingDoc {
  table: TableInfo;
  /** The index maps of the table when the keys were made. */
  indexes: TableInfo["indexes"];
  building: TableInfo["building"];
  id: string;
  before: Version | null;
  after: Version | null;
  /** Whether it was written more than once: `after` may then say the same as `before`. */
  again: boolean;
}

/** A place in the undo log. */
export type Mark = number & { readonly mark: unique symbol };

/**
 * The writes of a running transaction, in memory, each with the step that takes it back. An index entry stays under
 * every key a document ever had here; whether it counts there is decided by where the document is now, so taking back
 * a write only has to put the former version in place.
 */
export class Overlay {
  readonly docs = new Map<string, PendingDoc>();
  readonly jobs = new Map<string, Job | null>();
  readonly atFlush: ((store: Store) => void)[] = [];
  readonly #entries = new Map<number, SortedEntries<PendingDoc>>();
  readonly #tables = new Map<string, TableInfo>();
  readonly #undo: (() => void)[] = [];

  /** Whether anything was written that was not taken back. */
  get isEmpty(): boolean {
    return this.#undo.length === 0;
  }

  /** The current place in the undo log. */
  mark(): Mark {
    return this.#undo.length as Mark;
  }

  /** Takes back everything written since `mark`. */
  rollbackTo(mark: Mark): void {
    while (this.#undo.length > mark) this.#undo.pop()!();
  }

  /** The pending state of a document, or undefined when this transaction has not written it. */
  doc(ns: number, id: string): PendingDoc | undefined {
    return this.docs.get(`${ns}:${id}`);
  }

  /** Makes `after` (null: removed) the state of a document that was `before`: as stored, unless it was put here already. */
  put(table: TableInfo, id: string, after: Version | null, before: Version | null): void {
    const name = `${table.ns}:${id}`;
    let pending = this.docs.get(name);
    if (pending === undefined) {
      pending = { table, indexes: table.indexes, building: table.building, id, before, after: before, again: false };
      this.docs.set(name, pending);
      if (before !== null) this.#enter(pending, before, null);
    } else pending.again = true;
    const previous = pending.after;
    pending.after = after;
    if (after !== null) this.#enter(pending, after, previous);
    this.#undo.push(() => (pending.after = previous));
  }

  /** The pending entries of an index by key, or undefined when there are none. */
  entries(indexId: number): SortedEntries<PendingDoc> | undefined {
    return this.#entries.get(indexId);
  }

  /** A table made here, by its name or number. */
  table(ns: number, by: string | number): TableInfo | undefined {
    return this.#tables.get(`${ns}:${typeof by}:${by}`);
  }

  /** The tables made here. */
  tables(): TableInfo[] {
    return [...new Set(this.#tables.values())];
  }

  addTable(table: TableInfo): void {
    const names = [`${table.ns}:string:${table.name}`, `${table.ns}:number:${table.number}`];
    for (const name of names) this.#tables.set(name, table);
    this.#undo.push(() => {
      for (const name of names) this.#tables.delete(name);
    });
  }

  /** Makes `job` (null: removed) the state of a scheduled job. */
  putJob(id: string, job: Job | null): void {
    const previous = this.jobs.get(id);
    this.jobs.set(id, job);
    this.#undo.push(() => {
      if (previous === undefined) this.jobs.delete(id);
      else this.jobs.set(id, previous);
    });
  }

  /** Adds a step that runs last in the flush. */
  later(step: (store: Store) => void): void {
    this.atFlush.push(step);
    this.#undo.push(() => this.atFlush.pop());
  }

  /** Enters the keys of `version`, but for those that `previous` was entered under. */
  #enter(pending: PendingDoc, version: Version, previous: Version | null): void {
    if (version.keys === previous?.keys) return;
    for (const [indexId, key] of version.keys) {
      if (previous?.keys.get(indexId) === key) continue;
      let entries = this.#entries.get(indexId);
      if (entries === undefined) this.#entries.set(indexId, (entries = new SortedEntries()));
      entries.set(key, pending);
    }
  }
}

/** The version that `pending` shows under `key` of an index, or null when the document is not there now. */
export function versionAt(pending: PendingDoc, indexId: number, key: Buffer): Version | null {
  const after = pending.after;
  const now = after?.keys.get(indexId);
  return now !== undefined && (now === key || now.equals(key)) ? after : null;
}
