/** Removes tables nobody sees, a few documents at a time, so that others go on meanwhile (SPEC X6). */
import type { Runner } from "../functions/runner.ts";
import { indexKeys } from "../storage/entries.ts";
import { flushOverlay, writeEntries } from "../storage/flush.ts";
import { Overlay } from "../storage/overlay.ts";
import type { Store } from "../storage/store.ts";
import type { TableInfo } from "../storage/tables.ts";
import type { JsonObject } from "../values/json.ts";
import { STAGING_PATH } from "./staging.ts";

/** Documents removed in one commit. */
const CHUNK = 250;

/**
 * Removes the tables that are in the staging namespace now. Resolves when they are gone, or early when `isClosed` says so:
 * what is left is removed after the next start.
 */
export async function emptyTrash(
  { store, runner }: { store: Store; runner: Pick<Runner, "transact"> },
  isClosed: () => boolean,
): Promise<void> {
  const ns = store.catalog.namespace(STAGING_PATH);
  if (ns === undefined) return;
  const tables = [...store.catalog.tables(ns)].filter(({ system }) => !system);
  for (const table of tables) {
    let left = 1;
    while (left > 0) {
      if (isClosed()) return;
      await runner.transact((txn) => txn.atFlush(() => removeSome(store, table)));
      left = store.rows.range(byCreationOf(table), Buffer.alloc(0), null, "asc", 1).length;
      // The gate takes what waits in one turn: somebody else's turn comes first.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await runner.transact((txn) => txn.atFlush(() => store.catalog.dropTable(ns, table.name)));
  }
}

/** Removes the oldest documents of a table. */
function removeSome(store: Store, table: TableInfo): void {
  const batch = store.rows.range(byCreationOf(table), Buffer.alloc(0), null, "asc", CHUNK);
  const overlay = new Overlay();
  for (const { doc: row, size, json } of batch) {
    const doc = JSON.parse(json) as JsonObject;
    overlay.put(table, doc["_id"] as string, null, { doc, size, row, json, keys: indexKeys(table, doc) });
  }
  flushOverlay(store, overlay, writeEntries(overlay));
}

function byCreationOf(table: TableInfo): number {
  return table.indexes.get("by_creation_time")!.id;
}
