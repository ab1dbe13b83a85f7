import { UserError } from "../values/errors.ts";
import { decodeId } from "../values/ids.ts";
import { sizeOf, type JsonObject } from "../values/json.ts";
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
  const version = pending === undefined ? storedDocument(t, byId.id, key) : pending.after;
  if (version !== null) {
    t.metrics.add("documentsRead", 1);
    t.metrics.add("bytesRead", version.size);
  }
  return version;
}

/** Makes `after` (null: none), of `size` bytes, the state of a document that `readDocument` answered as `before`. */
export function writeDocument(
  t: TransactionState,
  table: TableInfo,
  id: string,
  before: Version | null,
  after: JsonObject | null,
  size = after === null ? 0 : sizeOf(after),
): void {
  const was = before instanceof StoredVersion ? before.withKeys(table) : before;
  const keys = after && (was ? keysAfter(table, was.keys, was.doc, after) : indexKeys(table, after));
  const next = after && keys && { doc: after, size, row: before?.row ?? null, keys };
  t.overlay.put(table, id, next, was);
}

function storedDocument(t: TransactionState, byId: number, key: Buffer): Version | null {
  const row = t.store.rows.point(byId, key);
  if (row === undefined) return null;
  return new StoredVersion(row);
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
    const { doc, size, row } = this;
    return { doc, size, row, keys: indexKeys(table, doc) };
  }
}

const NO_KEYS: ReadonlyMap<number, Buffer> = new Map();
