/** Deletes tables with all they hold (P23): slice by slice, so that other transactions get their turns in between. */
import type { Runner } from "../functions/runner.ts";
import type { SchemaJson } from "../storage/schema-json.ts";
import type { Store } from "../storage/store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";

/** Documents deleted in one transaction. */
const SLICE = 500;

/**
 * Deletes `names` of the namespace `ns`; names of tables that are not there are passed over. Throws 400
 * `TableInUse` when the active schema holds a table or refers to it, before anything is deleted; a schema in flight
 * that does fails instead (SPEC S32).
 */
export async function deleteTables(
  names: readonly string[],
  ns: number,
  { store, runner }: { store: Store; runner: Runner },
): Promise<void> {
  for (const name of names) {
    if (name.startsWith("_")) throw new UserError("InvalidTableName", `The system table ${name} cannot be deleted.`);
    checkUnused(store, ns, name);
  }
  for (const name of names) {
    while (!(await runner.transact((txn) => deleteSlice(txn, store, ns, name))).value);
  }
  // Nobody's reads tell of a table that is gone and may come back under another number.
  runner.setCode({ ...runner.code });
}

/** Deletes some documents, or the table when it holds none; true when it is gone. */
function deleteSlice(txn: Transaction, store: Store, ns: number, name: string): boolean {
  const source = { type: "FullTableScan", tableName: name, order: "asc" } as const;
  const cursor = txn.query(ns, { source, operators: [{ limit: SLICE }] });
  let count = 0;
  for (let document = cursor.next(); document !== null; document = cursor.next(), count++) {
    txn.remove(ns, document._id as string, name);
  }
  if (count > 0) return false;
  checkUnused(store, ns, name);
  const inFlight = store.catalog.inFlightSchema(ns);
  txn.atFlush(({ catalog }) => {
    if (inFlight !== null && names(inFlight.schema, name)) catalog.failSchema(inFlight.id, `The table "${name}" of the schema was deleted.`, name);
    catalog.dropTable(ns, name);
  });
  return true;
}

function checkUnused(store: Store, ns: number, name: string): void {
  const schema = store.catalog.schema(ns);
  if (schema === null || !names(schema, name)) return;
  throw new UserError(
    "TableInUse",
    `Failed to delete table "${name}" because it appears in the schema. Take it out of the schema first.`,
  );
}

/** Whether a schema defines the table or holds ids of it. */
function names(schema: SchemaJson, table: string): boolean {
  const refers = (value: unknown): boolean => {
    if (value === null || typeof value !== "object") return false;
    const { type, tableName } = value as { type?: unknown; tableName?: unknown };
    return (type === "id" && tableName === table) || Object.values(value).some(refers);
  };
  return schema.tables.some(({ tableName, documentType }) => tableName === table || refers(documentType));
}
