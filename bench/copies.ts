import { Store } from "../embedded/storage/store.ts";
import { Transaction } from "../embedded/storage/transaction.ts";
import { isPlainObject, type Json, type JsonObject } from "../embedded/values/json.ts";

/** A table, of a component ("workflow") or of the app (""). */
export interface Table {
  component: string;
  table: string;
}
/** Documents of a table, to be written again. */
export interface Part extends Table {
  documents: JsonObject[];
}

const PER_TRANSACTION = 500;

/** Opens the data folder of a stopped server, and closes it after `use`. */
export function withStore<T>(dataDir: string, use: (store: Store) => T): T {
  const store = new Store(dataDir);
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** All documents of a table. */
export function documentsOf(store: Store, { component, table }: Table): JsonObject[] {
  return inOneTransaction(store, (txn) => {
    const rows = txn.query(namespaceOf(store, component), { source: { type: "FullTableScan", tableName: table, order: null }, operators: [] });
    const documents: JsonObject[] = [];
    for (let row = rows.next(); row !== null; row = rows.next()) documents.push(row);
    return documents;
  });
}

/** Replaces every document of a table by what `change` makes of it. */
export function changeAll(store: Store, of: Table, change: (document: JsonObject) => JsonObject): void {
  const ns = namespaceOf(store, of.component);
  const documents = documentsOf(store, of);
  for (let from = 0; from < documents.length; from += PER_TRANSACTION) {
    inOneTransaction(store, (txn) => {
      for (const document of documents.slice(from, from + PER_TRANSACTION)) {
        const { _id: id, _creationTime: _, ...fields } = document;
        txn.replace(ns, id as string, change(fields));
      }
    });
  }
}

/**
 * Writes documents that name each other by id again, as numbers 1 up to `count`, through the store's own transactions, with
 * every index: each copy is as alive as the first. `numbered` puts the number where the documents hold it.
 */
export function writeCopies(store: Store, parts: readonly Part[], count: number, numbered: (fields: JsonObject, n: number) => JsonObject): void {
  for (let from = 1; from < count; from += PER_TRANSACTION) {
    inOneTransaction(store, (txn) => {
      for (let n = from; n < Math.min(from + PER_TRANSACTION, count); n++) writeCopy(store, txn, parts, (fields) => numbered(fields, n));
    });
  }
}

/** Writes all documents with ids of their own; one that names a later one is put right once that one is there. */
function writeCopy(store: Store, txn: Transaction, parts: readonly Part[], numbered: (fields: JsonObject) => JsonObject): void {
  const ids = new Map<Json, Json>();
  const originals = parts.flatMap(({ component, table, documents }) => documents.map((document) => ({ ns: namespaceOf(store, component), table, document })));
  const later = originals.map(({ ns, table, document }, i) => {
    const { _id: id, _creationTime: _, ...rest } = document;
    const fields = numbered(rest);
    const copy = txn.insert(ns, table, renamed(fields, ids));
    ids.set(id!, copy);
    const text = JSON.stringify(fields);
    const namesLater = originals.slice(i + 1).some((other) => text.includes(other.document._id as string));
    return () => namesLater && txn.replace(ns, copy, renamed(fields, ids));
  });
  for (const putRight of later) putRight();
}

/** Does `work` in one transaction of the store, committed when it returns. */
export function inOneTransaction<T>(store: Store, work: (txn: Transaction) => T): T {
  const txn = new Transaction(store, { kind: "mutation", nowMs: Date.now(), ts: store.db.nextTs() });
  const result = work(txn);
  store.begin();
  txn.flush();
  store.commit();
  return result;
}

/** The namespace of a component ("" for the app). Throws where there is none. */
export function namespaceOf(store: Store, component: string): number {
  const ns = store.catalog.namespace(component);
  if (ns === undefined) throw new Error(`There is no component "${component}".`);
  return ns;
}

/** The same value with every original id replaced by its copy's. */
function renamed<T extends Json>(value: T, ids: ReadonlyMap<Json, Json>): T {
  if (Array.isArray(value)) return value.map((one) => renamed(one, ids)) as T;
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, ids)])) as T;
  return (ids.get(value) ?? value) as T;
}
