/** What tools write: documents added, replaced, patched and deleted, tables made and cleared (P21). */
import type { Transaction } from "../storage/transaction.ts";
import { ConvexFailure, UserError } from "../values/errors.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import { checkTableName } from "../values/names.ts";
import { listArgument, objectArgument, optionalString, stringArgument, wrongArgument } from "./arguments.ts";
import { UNDEFINED_PLACEHOLDER } from "./filters.ts";
import type { SystemContext } from "./functions.ts";

/** Documents that one call adds or deletes at most. */
const MAX_DOCUMENTS = 4096;
/** What one call clears, in documents and bytes: half of what a transaction may read and write. */
const MAX_CLEAR_ROWS = 4000;
const MAX_CLEAR_BYTES = 4_000_000;

/** Adds documents to a table, which is made when it is not there: `{table, documents}`. */
export function addDocuments(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const table = stringArgument(args, "table");
  const documents = listArgument(args, "documents");
  if (documents.length > MAX_DOCUMENTS) {
    return { success: false, error: `Can’t import more than ${MAX_DOCUMENTS} documents at once.` };
  }
  return shown(() => {
    for (const document of documents) txn.insert(ns, table, asDocument(document));
  });
}

/** Replaces a document but for its system fields: `{id, document}`. */
export function replaceDocument(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const id = stringArgument(args, "id");
  const document = asDocument(objectArgument(args, "document"));
  if (txn.get(ns, id, { isSystem: false }) === null) return { success: false, error: "Document does not exist." };
  return shown(() => void txn.replace(ns, id, document));
}

/** Patches the documents named, or all of a table: `{table, fields, ids?}`. A placeholder text removes a field. */
export function patchDocuments(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const table = stringArgument(args, "table");
  const fields = Object.entries(objectArgument(args, "fields")).map(([name, value]): [string, Json] => [
    name,
    value === UNDEFINED_PLACEHOLDER ? { $undefined: null } : value,
  ]);
  const ids = args.ids === undefined ? allIds(txn, ns, table) : listArgument(args, "ids").map(asId);
  return shown(() => {
    for (const id of ids) txn.patch(ns, id, Object.fromEntries(fields), table);
  });
}

/** Deletes documents: `{toDelete: [{id, tableName}]}`. */
export function deleteDocuments(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const list = listArgument(args, "toDelete");
  if (list.length > MAX_DOCUMENTS) {
    return { success: false, error: `You can't delete more than ${MAX_DOCUMENTS} documents. Try selecting fewer.` };
  }
  for (const entry of list) {
    if (!isPlainObject(entry)) throw wrongArgument("toDelete", "a list of objects");
    txn.remove(ns, stringArgument(entry, "id"), stringArgument(entry, "tableName"));
  }
  return { success: true };
}

/** Deletes the oldest documents of a table: `{tableName, cursor}`; the caller goes on while there are more. */
export function clearTablePage(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const tableName = stringArgument(args, "tableName");
  const { page, continueCursor, isDone } = txn.page(
    ns,
    { source: { type: "FullTableScan", tableName, order: "asc" }, operators: [] },
    { cursor: optionalString(args, "cursor"), pageSize: MAX_CLEAR_ROWS, maximumBytesRead: MAX_CLEAR_BYTES },
    null,
  );
  for (const document of page) txn.remove(ns, document._id as string, tableName);
  return { deleted: page.length, continueCursor, hasMore: !isDone };
}

/** Makes an empty table: `{table}`. */
export function createTable(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const table = stringArgument(args, "table");
  checkTableName(table);
  txn.atFlush(({ catalog }) => void catalog.ensureTable(ns, table));
  return null;
}

/** Why a write is refused (a schema, a limit) is data, so that tools can show it. */
function shown(write: () => void): Json {
  try {
    write();
    return { success: true };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new ConvexFailure(`Uncaught ConvexError: ${error.message}`, error.message);
  }
}

function allIds(txn: Transaction, ns: number, tableName: string): string[] {
  const cursor = txn.query(ns, { source: { type: "FullTableScan", tableName, order: "asc" }, operators: [] });
  const ids: string[] = [];
  for (let document = cursor.next(); document !== null; document = cursor.next()) ids.push(document._id as string);
  return ids;
}

function asDocument(value: Json): JsonObject {
  if (!isPlainObject(value)) throw wrongArgument("document", "an object");
  return value;
}

function asId(value: Json): string {
  if (typeof value !== "string") throw wrongArgument("ids", "a list of ids");
  return value;
}
