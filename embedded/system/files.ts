/** Stored files as the dashboard lists, deletes and uploads them (P22). */
import type { RangeJson } from "../query/plan.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { listArgument, objectArgument, pageArgument, stringArgument, wrongArgument } from "./arguments.ts";
import type { SystemContext } from "./functions.ts";

/** How many files a component has. */
export function fileCount(txn: Transaction, { ns }: SystemContext): Json {
  return txn.count(ns, "_storage");
}

/** A page of files with their links: `{paginationOpts, filters?: {minCreationTime?, maxCreationTime?, order?}}`. */
export function filePage(txn: Transaction, context: SystemContext, args: JsonObject): Json {
  const { numItems, ...cursors } = pageArgument(args);
  const filters = args.filters === undefined ? {} : objectArgument(args, "filters");
  const bound = (type: RangeJson["type"], value: Json | undefined): RangeJson[] =>
    value === undefined ? [] : [{ type, fieldPath: "_creationTime", value }];
  const range = [...bound("Gte", filters.minCreationTime), ...bound("Lte", filters.maxCreationTime)];
  const order = filters.order === "asc" ? "asc" : "desc";
  const source = { type: "IndexRange", indexName: "_storage.by_creation_time", range, order } as const;
  const read = txn.page(context.ns, { source, operators: [] }, { ...cursors, pageSize: numItems }, null);
  const { page, isDone, continueCursor } = read;
  return { page: page.map((file) => withUrl(txn, context, file)), isDone, continueCursor };
}

/** A file with its link, or null: `{storageId}`. */
export function fileById(txn: Transaction, context: SystemContext, args: JsonObject): Json {
  const file = txn.files.find(context.ns, stringArgument(args, "storageId"));
  return file && withUrl(txn, context, file.document as unknown as JsonObject);
}

/** Deletes a file: `{storageId}`. */
export function deleteFile(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  txn.files.remove(ns, stringArgument(args, "storageId"));
  return null;
}

/** Deletes files: `{storageIds}`. */
export function deleteFiles(txn: Transaction, { ns }: SystemContext, args: JsonObject): Json {
  for (const id of listArgument(args, "storageIds")) {
    if (typeof id !== "string") throw wrongArgument("storageIds", "a list of ids");
    txn.files.remove(ns, id);
  }
  return null;
}

/** A link that takes one upload into the component. */
export function uploadUrl(txn: Transaction, { ns, code }: SystemContext): Json {
  return txn.files.uploadUrl(ns, code.root.env.CONVEX_CLOUD_URL ?? "");
}

function withUrl(txn: Transaction, { ns, code }: SystemContext, file: JsonObject): JsonObject {
  return { ...file, url: txn.files.url(ns, file._id as string, code.root.env.CONVEX_CLOUD_URL ?? "") };
}
