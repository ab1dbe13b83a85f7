/** What the command line asks of exports and imports while it waits for them (SPEC X1, X5). */
import type { Store } from "../storage/store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { EXPORT_STATE, latestExport } from "./export-state.ts";
import { IMPORT_STATE, importDocument, readImports } from "./import-state.ts";

type Run = (txn: Transaction, context: { store: Store }, args: JsonObject) => Json;

/** System queries by their path without `_system/`. */
export const TRANSFER_QUERIES: Record<string, Run> = {
  "cli/exports:getLatest": (txn, { store }) => {
    txn.reads.depend(EXPORT_STATE);
    return latestExport(store);
  },
  "cli/queryImport:default": (txn, { store }, { importId }) => {
    txn.reads.depend(IMPORT_STATE);
    const found = readImports(store).find(({ id }) => id === importId);
    if (!found) throw new UserError("ImportNotFound", `There is no import ${JSON.stringify(importId ?? null)}.`);
    return importDocument(found);
  },
  "cli/queryImport:list": (txn, { store }) => {
    txn.reads.depend(IMPORT_STATE);
    return readImports(store).map(importDocument);
  },
};
