/** Tables and their documents, for `convex data`, pushes that wait for documents to change, and tools (P17). */
import type { Transaction } from "../storage/transaction.ts";
import { UserError } from "../values/errors.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";
import type { SystemContext } from "./functions.ts";

/** Public system tables that people may look at. */
const READABLE = new Set(["_storage", "_scheduled_functions"]);

/** The component's own tables as one page, sorted by name. */
export function tables(_txn: Transaction, { store, ns }: SystemContext): Json {
  const names = [...store.catalog.tables(ns)]
    .filter(({ system }) => !system)
    .map(({ name }) => name)
    .sort();
  return { page: names.map((name) => ({ name })), isDone: true, continueCursor: "end" };
}

/** One page of a table: `{table, order, paginationOpts: {cursor, numItems}}`. */
export function tableData(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  const table = tableName(args.table, "table");
  if (args.order !== "asc" && args.order !== "desc") throw wrong("order", `"asc" or "desc"`);
  const options = args.paginationOpts;
  if (options === undefined || !isPlainObject(options)) throw wrong("paginationOpts", "an object");
  const { cursor, numItems } = options;
  if (cursor !== null && typeof cursor !== "string") throw wrong("cursor", "a string or null");
  if (typeof numItems !== "number") throw wrong("numItems", "a number");
  const query = { source: { type: "FullTableScan", tableName: table, order: args.order } as const, operators: [] };
  const { page, isDone, continueCursor } = txn.page(ns, query, { cursor, endCursor: null, pageSize: numItems }, null);
  return { page, isDone, continueCursor };
}

/** How many documents a table has. */
export function tableSize(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  return txn.count(ns, tableName(args.tableName, "tableName"));
}

/** Another value whenever any document of the table changed: whoever subscribes learns of every change. */
export function queryTable(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  txn.count(ns, tableName(args.tableName, "tableName"));
  return String(txn.ts);
}

function tableName(value: Json | undefined, name: string): string {
  if (typeof value !== "string") throw wrong(name, "a string");
  if (value.startsWith("_") && !READABLE.has(value)) {
    throw new UserError("BadArgument", `The system table ${value} cannot be read.`, 400);
  }
  return value;
}

function wrong(name: string, expected: string): UserError {
  return new UserError("BadArgument", `"${name}" must be ${expected}.`, 400);
}
