import { equalValues } from "../values/json.ts";
import { covers, internalId, searchEntry } from "./entries.ts";
import type { Overlay, PendingDoc, Version } from "./overlay.ts";
import { anyTableDependency, tableDependency, tableNumberDependency, type WriteEntry } from "./read-set.ts";
import type { Store } from "./store.ts";
import { keptIndexes } from "./tables.ts";
import { flushVectors } from "./vector-entries.ts";

/** The documents that are really different from what is stored. What is written once is: a write that changes nothing is none. */
function changedDocs(overlay: Overlay): PendingDoc[] {
  return [...overlay.docs.values()].filter(
    ({ before, after, again, table }) =>
      before !== after && ((!again && !table.system) || !equalValues(before?.doc, after?.doc)),
  );
}

/** What the changed documents of a transaction mean to readers. */
export function writeEntries(overlay: Overlay): WriteEntry[] {
  const made = new Set(overlay.tables());
  return changedDocs(overlay).map((pending) => {
    const { table, id, before, after } = pending;
    const { ns, name } = table;
    const newTable = made.has(table);
    return {
      ns,
      table: name,
      id,
      newTable,
      dependencies: newTable
        ? [anyTableDependency(ns), tableDependency(ns, name), tableNumberDependency(ns, table.number)]
        : [],
      indexKeys: indexKeysOf(before, after),
      search: searchEntriesOf(pending),
    };
  });
}

function indexKeysOf(before: Version | null, after: Version | null): WriteEntry["indexKeys"] {
  const list: WriteEntry["indexKeys"] = [];
  for (const [indexId, oldKey] of before?.keys ?? [])
    list.push({ indexId, oldKey, newKey: after?.keys.get(indexId) ?? null });
  for (const [indexId, newKey] of after?.keys ?? []) {
    if (before?.keys.has(indexId) !== true) list.push({ indexId, oldKey: null, newKey });
  }
  return list;
}

function searchEntriesOf({ table, before, after }: PendingDoc): WriteEntry["search"] {
  const list: WriteEntry["search"] = [];
  for (const index of keptIndexes(table)) {
    if (index.kind !== "search" || !covers(index, (after ?? before)!.doc)) continue;
    list.push({
      indexId: index.id,
      old: before && searchEntry(index, before.doc),
      new: after && searchEntry(index, after.doc),
    });
  }
  return list;
}

/** What a change means that is no document's, to those who depend on its names. */
export function namedEntry(dependencies: string[]): WriteEntry {
  return { ns: 0, table: "", id: "", newTable: false, dependencies, indexKeys: [], search: [] };
}

/** Writes a transaction into the open SQL transaction: tables, documents, jobs, then the steps left for the end. */
export function flushOverlay(store: Store, overlay: Overlay, entries: readonly WriteEntry[]): void {
  for (const table of overlay.tables()) store.catalog.addTable(table);
  for (const entry of entries) flushDoc(store, overlay.doc(entry.ns, entry.id)!, entry);
  for (const [id, job] of overlay.jobs) {
    if (job === null) store.jobs.delete(id);
    else store.jobs.put(job);
  }
  for (const step of overlay.atFlush) step(store);
}

function flushDoc(store: Store, pending: PendingDoc, entry: WriteEntry): void {
  const { table, before, after } = pending;
  if (table.indexes !== pending.indexes || table.building !== pending.building) {
    throw new Error(`the indexes of table ${table.name} changed under a transaction that had written to it`);
  }
  const { rows, search } = store;
  let row = before?.row ?? 0;
  if (after === null) rows.deleteDoc(row);
  else if (before === null) row = rows.insertDoc(after.size, after.json);
  else rows.updateDoc(row, after.size, after.json);
  for (const { indexId, oldKey, newKey } of entry.indexKeys) {
    if (oldKey !== null && (newKey === oldKey || newKey?.equals(oldKey) === true)) continue;
    if (oldKey !== null) rows.deleteEntry(indexId, oldKey);
    if (newKey !== null) rows.putEntry(indexId, newKey, row);
  }
  flushVectors(store.vectors, pending, row);
  const iid = internalId(pending.id);
  for (const { indexId, old: was, new: is } of entry.search) {
    if (was !== null && is !== null) search.replace(indexId, row, was, is);
    else if (was !== null) search.remove(indexId, row, was);
    else if (is !== null) search.put(indexId, iid, row, after!.doc["_creationTime"] as number, is);
  }
}
