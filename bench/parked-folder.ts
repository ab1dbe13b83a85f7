import { keptFolder, withServer } from "./apps.ts";
import { Store } from "../embedded/storage/store.ts";
import { Transaction } from "../embedded/storage/transaction.ts";
import type { Json, JsonObject } from "../embedded/values/json.ts";
import { isPlainObject } from "../embedded/values/json.ts";
import { call } from "./server.ts";

/**
 * 100,000 parked workflows would take the component an hour. So it parks one, and what that one consists of (documents of the
 * app and of the component that name each other by id) is written again for each of the others, through the store's own
 * transactions, with every index. Each copy is as alive as the first: an event resumes it.
 */

/** Documents of one workflow, in the order in which they are written; in a component's namespace or the app's. */
const PARTS = [
  { component: "workflow", table: "workflows" },
  { component: "workflow", table: "steps" },
  { component: "workflow", table: "events" },
  { component: "", table: "runs" },
] as const;
const PER_TRANSACTION = 1_000;

/** A kept folder of the flow app with workflows 0 up to `count` parked. */
export function parkedFolder(count: number, say: (text: string) => void): Promise<string> {
  return keptFolder("flow", `parked-${count}`, async (dir) => {
    if (count === 0) return;
    say(`parking ${count.toLocaleString("en")} workflows`);
    await withServer(dir, ({ url }) => call(url, "mutation", "flow:park", { from: 0, count: 1 }));
    const store = new Store(dir);
    try {
      const originals = inOneTransaction(store, (txn) => PARTS.map(({ component, table }) => onlyOne(txn, namespaceOf(store, component), table)));
      for (let from = 1; from < count; from += PER_TRANSACTION) {
        inOneTransaction(store, (txn) => {
          for (let n = from; n < Math.min(from + PER_TRANSACTION, count); n++) writeCopy(store, txn, originals, n);
        });
      }
    } finally {
      store.close();
    }
  });
}

function inOneTransaction<T>(store: Store, work: (txn: Transaction) => T): T {
  const txn = new Transaction(store, { kind: "mutation", nowMs: Date.now(), ts: store.db.nextTs() });
  const result = work(txn);
  store.begin();
  txn.flush();
  store.commit();
  return result;
}

function namespaceOf(store: Store, component: string): number {
  const ns = store.catalog.namespace(component);
  if (ns === undefined) throw new Error(`There is no component "${component}".`);
  return ns;
}

function onlyOne(txn: Transaction, ns: number, table: string): JsonObject {
  const rows = txn.query(ns, { source: { type: "FullTableScan", tableName: table, order: null }, operators: [] });
  const [document, more] = [rows.next(), rows.next()];
  if (document === null || more !== null) throw new Error(`One parked workflow has not one document in "${table}".`);
  return document;
}

/** Writes all parts with ids of their own; a part that names a later one is put right once that one is there. */
function writeCopy(store: Store, txn: Transaction, originals: JsonObject[], n: number): void {
  const ids = new Map<Json, Json>();
  const later = originals.map((original, i) => {
    const { component, table } = PARTS[i]!;
    const ns = namespaceOf(store, component);
    const { _id: id, _creationTime: _, ...rest } = original;
    const fields = numbered(rest, n);
    const copy = txn.insert(ns, table, renamed(fields, ids));
    ids.set(id!, copy);
    const text = JSON.stringify(fields);
    const namesLater = originals.slice(i + 1).some(({ _id }) => text.includes(_id as string));
    return () => namesLater && txn.replace(ns, copy, renamed(fields, ids));
  });
  for (const putRight of later) putRight();
}

/** The same value with every original id replaced by its copy's. */
function renamed<T extends Json>(value: T, ids: ReadonlyMap<Json, Json>): T {
  if (Array.isArray(value)) return value.map((one) => renamed(one, ids)) as T;
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, ids)])) as T;
  return (ids.get(value) ?? value) as T;
}

/** The number of the workflow, where its documents hold it. */
function numbered(fields: JsonObject, n: number): JsonObject {
  const own = "n" in fields ? { ...fields, n } : fields;
  const args = own["args"];
  return args !== undefined && isPlainObject(args) && "n" in args ? { ...own, args: { ...args, n } } : own;
}
