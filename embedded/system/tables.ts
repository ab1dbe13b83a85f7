/** Tables and their documents, for `convex data`, pushes that wait for documents to change, and tools (P17). */
import { anyTableDependency } from "../storage/read-set.ts";
import { isUserIndex, specOf, type IndexInfo } from "../storage/tables.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { numberArgument, optionalString, pageArgument, stringArgument, tableArgument, wrongArgument } from "./arguments.ts";
import { parseFilters, passesTypes, queryOf } from "./filters.ts";
import type { SystemContext } from "./functions.ts";

/** What one page of a table may read, so that a wide filter answers in time. */
const MAX_ROWS_READ = 8_192;
const MAX_BYTES_READ = 8 * 1024 * 1024;

/** The component's own tables as one page, sorted by name. */
export function tables(txn: Transaction, context: SystemContext): Json {
  return { page: tableNames(txn, context).map((name) => ({ name })), isDone: true, continueCursor: "end" };
}

function tableNames(txn: Transaction, { store, ns }: SystemContext): string[] {
  txn.reads.depend(anyTableDependency(ns));
  return [...store.catalog.tables(ns)]
    .filter(({ system }) => !system)
    .map(({ name }) => name)
    .sort();
}

/** Table numbers as text → names, the user's tables only. */
export function tableMapping(txn: Transaction, context: SystemContext): Json {
  const names = tableNames(txn, context);
  return Object.fromEntries(names.map((name) => [String(context.store.catalog.table(context.ns, name)!.number), name]));
}

/** One page of a table: `{table, order, paginationOpts: {cursor, numItems}}`. */
export function tableData(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const table = tableArgument(args, "table");
  if (args.order !== "asc" && args.order !== "desc") throw wrongArgument("order", `"asc" or "desc"`);
  const { numItems, ...cursors } = pageArgument(args);
  const query = { source: { type: "FullTableScan", tableName: table, order: args.order } as const, operators: [] };
  const { page, isDone, continueCursor } = txn.page(ns, query, { ...cursors, pageSize: numItems }, null);
  return { page, isDone, continueCursor };
}

/**
 * One page of a table as the dashboard filters it: `{table, filters, paginationOpts}`, filters being the base64 of a
 * JSON text, or null. Newest first unless the filters say otherwise.
 */
export function filteredTable(txn: Transaction, { ns, store }: SystemContext, args: JsonObject): Json {
  const table = tableArgument(args, "table");
  const { numItems, ...cursors } = pageArgument(args);
  const filters = parseFilters(optionalString(args, "filters"));
  if ("errors" in filters) return { page: filters.errors as unknown as Json, isDone: true, continueCursor: "" };
  const limits = { pageSize: numItems, maximumRowsRead: MAX_ROWS_READ, maximumBytesRead: MAX_BYTES_READ };
  const fields = store.catalog.table(ns, table)?.indexes.get(filters.index?.name ?? "")?.fields ?? [];
  const read = txn.page(ns, queryOf(table, filters, fields), { ...cursors, ...limits }, null);
  const { isDone, continueCursor, splitCursor, pageStatus } = read;
  const page = read.page.filter((document) => passesTypes(document, filters));
  return { page, isDone, continueCursor, splitCursor, pageStatus };
}

/** The newest documents of a table: `{table, limit}`. */
export function newestDocuments(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  if (args.table === "") return [];
  const tableName = tableArgument(args, "table");
  const limit = Math.min(Math.max(0, Math.floor(numberArgument(args, "limit"))), MAX_ROWS_READ);
  const cursor = txn.query(ns, {
    source: { type: "FullTableScan", tableName, order: "desc" },
    operators: [{ limit }],
  });
  const documents: JsonObject[] = [];
  for (let document = cursor.next(); document !== null; document = cursor.next()) documents.push(document);
  return documents;
}

/** How many documents a table has. */
export function tableSize(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  return args.tableName === "" ? 0 : txn.count(ns, tableArgument(args, "tableName"));
}

/** Another value whenever any document of the table changed: whoever subscribes learns of every change. */
export function queryTable(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  txn.count(ns, tableArgument(args, "tableName"));
  return String(txn.ts);
}

/** A document by its id, in whatever table: `{id}`. */
export function documentById(txn: Transaction, { ns, store }: SystemContext, args: JsonObject): Json {
  const id = stringArgument(args, "id");
  const isSystem = [...store.catalog.tables(ns)].some((t) => t.system && txn.normalizeId(ns, t.name, id) !== null);
  return txn.get(ns, id, { isSystem });
}

/** Documents by id and table, null for what is not there: `{ids: [{id, tableName}]}`. */
export function documentsById(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  if (!Array.isArray(args.ids)) throw wrongArgument("ids", "a list");
  return args.ids.map((entry) => {
    const table = tableArgument(entry as JsonObject, "tableName");
    const id = txn.normalizeId(ns, table, stringArgument(entry as JsonObject, "id"));
    return id === null ? null : txn.get(ns, id, { isSystem: table.startsWith("_") });
  });
}

/** The indexes of a table that a schema defined: `{tableName, tableNamespace}`, the latter a component id or null. */
export function indexesOf(_txn: Transaction, context: SystemContext, args: JsonObject): Json {
  const name = optionalString(args, "tableName");
  const component = optionalString(args, "tableNamespace");
  const table = name === null ? undefined : context.store.catalog.table(component === null ? 0 : Number(component), name);
  if (!table) return null;
  const all = [...table.indexes.values(), ...table.building.values()];
  return all.filter(isUserIndex).map((index) => ({
    name: index.name,
    staged: index.staged,
    fields: shownFields(index),
    backfill: { state: index.ready ? "done" : "backfilled" },
  }));
}

/** A list of fields for a database index, an object for the other kinds. */
export function shownFields(index: IndexInfo): Json {
  const { kind, ...spec } = specOf(index);
  return kind === "database" ? index.fields : (spec as unknown as JsonObject);
}
