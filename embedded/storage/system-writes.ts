import { UserError } from "../values/errors.ts";
import { encodeId, newInternalId } from "../values/ids.ts";
import { canonical, setOwn, type JsonObject } from "../values/json.ts";
import { dropDocument, readDocument, tableOf, writeDocument } from "./documents.ts";
import type { Version } from "./overlay.ts";
import { mustWrite, tableNamed, type TransactionState } from "./state.ts";
import type { TableInfo } from "./tables.ts";

/** Inserts into a system table and answers the id. The server's own writes: neither counted nor checked by a schema. */
export function insertSystemDocument(t: TransactionState, ns: number, tableName: string, value: JsonObject): string {
  mustWrite(t);
  const table = tableNamed(t, ns, tableName);
  if (table?.system !== true) throw new UserError("SystemTable", `There is no system table "${tableName}".`);
  const id = encodeId(table.number, newInternalId(t.nowMs));
  const doc = canonical({ ...value, _id: id, _creationTime: t.creation.next() }) as JsonObject;
  writeDocument(t, table, id, null, doc);
  return id;
}

/** Replaces top-level fields of a system document and answers it. */
export function patchSystemDocument(t: TransactionState, ns: number, id: string, value: JsonObject): JsonObject {
  const { table, before } = existing(t, ns, id);
  const merged: JsonObject = { ...before.doc };
  for (const [field, v] of Object.entries(value)) setOwn(merged, field, v);
  const doc = canonical(merged) as JsonObject;
  writeDocument(t, table, id, before, doc);
  return doc;
}

/** Deletes a system document and answers what it was. */
export function removeSystemDocument(t: TransactionState, ns: number, id: string): JsonObject {
  const { table, before } = existing(t, ns, id);
  dropDocument(t, table, id, before);
  return before.doc;
}

function existing(t: TransactionState, ns: number, id: string): { table: TableInfo; before: Version } {
  mustWrite(t);
  const table = tableOf(t, { ns, id, op: "db.system" });
  const before = table?.system === true ? readDocument(t, table, id) : null;
  if (table !== undefined && before !== null) return { table, before };
  throw new UserError("DocumentNotFound", `There is no system document with ID ${id}.`);
}
