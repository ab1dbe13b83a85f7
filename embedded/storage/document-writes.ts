import { UserError } from "../values/errors.ts";
import { encodeId, newInternalId } from "../values/ids.ts";
import { canonical, checkedSize, encodingOf, equalValues, setOwn, type Json, type JsonObject } from "../values/json.ts";
import { checkTableName } from "../values/names.ts";
import { validate } from "../values/validators.ts";
import { dropDocument, readDocument, tableOf, writeDocument, type DocumentRef } from "./documents.ts";
import type { Version } from "./overlay.ts";
import { enforcedTypes } from "./schema-json.ts";
import { fillTs, mustWrite, tableNames, tableNamed, type TransactionState } from "./state.ts";
import type { TableInfo } from "./tables.ts";
import { userFields } from "./validate-all.ts";

/** Inserts a document and answers its id; makes the table when it does not exist (SPEC S11, S12). */
export function insertDocument(t: TransactionState, ns: number, tableName: string, value: JsonObject): string {
  mustWrite(t);
  if (tableName.startsWith("_")) throw systemTableError();
  checkTableName(tableName);
  for (const field of ["_id", "_creationTime"]) {
    if (!isObject(value) || !Object.hasOwn(value, field)) continue;
    const message = `The value for \`db.insert\` must not hold the field "${field}": it is set by the system.`;
    throw new UserError("InvalidDocument", message);
  }
  const table = tableNamed(t, ns, tableName) ?? makeTable(t, ns, tableName);
  const id = encodeId(table.number, newInternalId(t.nowMs));
  store(t, table, id, null, prepare(t, table, value, { _id: id, _creationTime: t.creation.next() }));
  return id;
}

/** Replaces top-level fields; `{"$undefined": null}` removes one. Answers the document as it is now. */
export function patchDocument(t: TransactionState, ref: DocumentRef, value: JsonObject): Version {
  const { table, before } = existing(t, ref, "Update");
  if (!isObject(value)) throw notAnObject(ref.op);
  const merged: JsonObject = { ...before.doc };
  for (const [field, v] of Object.entries(value)) {
    if (isObject(v) && encodingOf(v) === "$undefined") delete merged[field];
    else setOwn(merged, field, v);
  }
  return change(t, ref, table, before, merged);
}

/** Replaces all fields but the system ones. Answers the document as it is now. */
export function replaceDocument(t: TransactionState, ref: DocumentRef, value: JsonObject): Version {
  const { table, before } = existing(t, ref, "Replace");
  if (!isObject(value)) throw notAnObject(ref.op);
  const { _id, _creationTime } = before.doc as { _id: string; _creationTime: number };
  return change(t, ref, table, before, { _id, _creationTime, ...value });
}

/** Deletes a document and answers what it was. */
export function removeDocument(t: TransactionState, ref: DocumentRef): Version {
  const { table, before } = existing(t, ref, "Delete");
  t.metrics.add("documentsWritten", 1);
  dropDocument(t, table, ref.id, before);
  return before;
}

function existing(t: TransactionState, ref: DocumentRef, what: string): { table: TableInfo; before: Version } {
  mustWrite(t);
  const table = tableOf(t, ref);
  if (table?.system === true) throw systemTableError();
  const before = table === undefined ? null : readDocument(t, table, ref.id);
  if (table === undefined || before === null) {
    throw new UserError("DocumentNotFound", `${what} on nonexistent document ID ${ref.id}`);
  }
  return { table, before };
}

/** Stores the changed document, unless it is what was there. */
function change(t: TransactionState, ref: DocumentRef, table: TableInfo, before: Version, after: JsonObject): Version {
  const { _id, _creationTime } = before.doc as { _id: string; _creationTime: number };
  for (const [field, value] of Object.entries({ _id, _creationTime })) {
    if (equalValues(after[field], value)) continue;
    throw new UserError("InvalidDocument", `The value for \`${ref.op}\` must not change the system field "${field}".`);
  }
  const prepared = prepare(t, table, after, { _id, _creationTime });
  return equalValues(prepared.doc, before.doc) ? before : store(t, table, ref.id, before, prepared);
}

/** A document that may be stored, and its size in bytes. */
interface Prepared {
  doc: JsonObject;
  size: number;
}

/** The document to store: timestamp filled in, checked by the rules for documents and by the schema. */
function prepare(t: TransactionState, table: TableInfo, value: Json, system: JsonObject): Prepared {
  if (!isObject(value)) throw notAnObject("db.insert");
  const filled = { ...(fillTs(t, value) as JsonObject), ...system };
  const size = checkedSize(filled, table.name);
  const doc = canonical(filled) as JsonObject;
  checkSchemas(t, table, doc);
  return { doc, size };
}

/** Throws when the active schema forbids `doc`; a schema in flight that forbids it fails instead (SPEC S13, S32). */
function checkSchemas(t: TransactionState, table: TableInfo, doc: JsonObject): void {
  const catalog = t.store.catalog;
  const active = enforcedTypes(catalog.schema(table.ns)).get(table.name);
  const inFlight = catalog.inFlightSchema(table.ns);
  const next = inFlight === null ? undefined : enforcedTypes(inFlight.schema).get(table.name);
  if (active === undefined && next === undefined) return;
  const fields = userFields(doc);
  const names = tableNames(t, table.ns);
  const problem = active === undefined ? null : validate(active, fields, names);
  if (problem !== null) {
    throw new UserError(
      "SchemaEnforcement",
      `Failed to insert or update a document in table "${table.name}" because it does not match the schema: ${problem}`,
    );
  }
  const coming = next === undefined ? null : validate(next, fields, names);
  if (coming === null || inFlight === null) return;
  const message = `New document in table "${table.name}" does not match the schema: ${coming}`;
  t.overlay.later((store) => {
    const isStillInFlight = store.catalog.inFlightSchema(table.ns)?.id === inFlight.id;
    if (isStillInFlight) store.catalog.failSchema(inFlight.id, message, table.name);
  });
}

function store(
  t: TransactionState,
  table: TableInfo,
  id: string,
  before: Version | null,
  { doc, size }: Prepared,
): Version {
  t.metrics.add("documentsWritten", 1);
  t.metrics.add("bytesWritten", size);
  return writeDocument(t, table, id, before, doc, size);
}

function makeTable(t: TransactionState, ns: number, name: string): TableInfo {
  const catalog = t.store.catalog;
  const made = t.overlay.tables().filter((table) => table.ns === ns).length;
  const table = catalog.draftTable(ns, name, catalog.nextTableNumber(ns) + made);
  t.overlay.addTable(table);
  return table;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnObject(op: string): UserError {
  return new UserError("InvalidDocument", `The value for \`${op}\` must be an object.`);
}

function systemTableError(): UserError {
  return new UserError("SystemTable", "System tables (prefixed with `_`) are read-only.");
}
