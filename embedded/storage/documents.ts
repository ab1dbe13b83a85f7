import { UserError } from "../values/errors.ts";
import { decodeId } from "../values/ids.ts";
import { canonicalText, sizeOf, type JsonObject } from "../values/json.ts";
import { idKey, indexKeys, keysAfter } from "./entries.ts";
import type { Version } from "./overlay.ts";
import { documentIn, type StoredRow } from "./rows.ts";
import { tableNumbered, type TransactionState } from "./state.ts";
import type { TableInfo } from "./tables.ts";

/** How a caller names a document. */
export interface DocumentRef {
  ns: number;
  id: string;
  /** The table the caller believes it is in. */
  table?: string | undefined;
  /** The operation, for errors: `db.get`. */
  op: string;
}

/** The table a document id belongs to; undefined when its namespace has no such table. Throws on what is no id. */
export function tableOf(t: TransactionState, ref: DocumentRef): TableInfo | undefined {
  const decoded = typeof ref.id === "string" ? decodeId(ref.id) : null;
  if (decoded === null) throw badId(ref, `Unable to decode ID ${JSON.stringify(ref.id)}.`);
  const table = tableNumbered(t, ref.ns, decoded.tableNumber);
  if (table !== undefined && ref.table !== undefined && ref.table !== table.name) {
    throw badId(ref, `expected an Id<"${ref.table}">, got Id<"${table.name}"> instead.`);
  }
  return table;
}

/** The error for an id that cannot be used. */
export function badId(ref: DocumentRef, cause: string): UserError {
  return new UserError("InvalidArgument", `Invalid argument \`id\` for \`${ref.op}\`: ${cause}`);
}

/** A document as this transaction sees it; counted and recorded as read, also when it is not there. */
export function readDocument(t: TransactionState, table: TableInfo, id: string): Version | null {
  const byId = table.indexes.get("by_id")!;
  const key = idKey(id);
  t.reads.point(byId.id, key);
  if (t.reads.isFirst(byId.id, key, null)) t.metrics.add("databaseQueries", 1);
  const pending = t.overlay.doc(table.ns, id);
  const version = pending === undefined ? storedDocument(t, table.ns, byId.id, id, key) : pending.after;
  if (version !== null) {
    t.metrics.add("documentsRead", 1);
    t.metrics.add("bytesRead", version.size);
  }
  return version;
}

/**
 * Makes `after`, canonical and of `size` bytes, the state of a document that `readDocument` answered as `before` (null: there
 * was none); answers it as it is now.
 */
export function writeDocument(
  t: TransactionState,
  table: TableInfo,
  id: string,
  before: Version | null,
  after: JsonObject,
  size = sizeOf(after),
): Version {
  const was = withKeys(table, before);
  const keys = was ? keysAfter(table, was.keys, was.doc, after) : indexKeys(table, after);
  const now = new WrittenVersion(after, size, before?.row ?? null, keys);
  t.overlay.put(table, id, now, was);
  return now;
}

/** Takes away a document that `readDocument` answered as `before`. */
export function dropDocument(t: TransactionState, table: TableInfo, id: string, before: Version): void {
  t.overlay.put(table, id, null, withKeys(table, before));
}

function withKeys(table: TableInfo, before: Version | null): Version | null {
  return before instanceof StoredVersion ? before.withKeys(table) : before;
}

/** What a transaction writes: its text is made once, for who reads it and for the file. */
export class WrittenVersion implements Version {
  readonly doc: JsonObject;
  readonly size: number;
  readonly row: number | null;
  readonly keys: Version["keys"];
  #json: string | null = null;

  constructor(doc: JsonObject, size: number, row: number | null, keys: Version["keys"]) {
    this.doc = doc;
    this.size = size;
    this.row = row;
    this.keys = keys;
  }

  get json(): string {
    return (this.#json ??= canonicalText(this.doc));
  }
}

function storedDocument(t: TransactionState, ns: number, byId: number, id: string, key: Buffer): Version | null {
  const row = t.near.find(ns, id) ?? t.store.rows.point(byId, key);
  return row === undefined ? null : new StoredVersion(row);
}

/** What was just read: parsed when somebody looks into it, and without keys, which are made when it is written. */
class StoredVersion implements Version {
  readonly #stored: StoredRow;
  readonly keys: Version["keys"] = NO_KEYS;

  constructor(stored: StoredRow) {
    this.#stored = stored;
  }

  get doc(): JsonObject {
    return documentIn(this.#stored);
  }

  get size(): number {
    return this.#stored.size;
  }

  get row(): number {
    return this.#stored.doc;
  }

  get json(): string {
    return this.#stored.json;
  }

  withKeys(table: TableInfo): Version {
    const { doc, size, row, json } = this;
    return { doc, size, row, json, keys: indexKeys(table, doc) };
  }
}

const NO_KEYS: ReadonlyMap<number, Buffer> = new Map();
