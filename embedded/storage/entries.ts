import { decodeId } from "../values/ids.ts";
import { equalValues, type JsonObject } from "../values/json.ts";
import { encodeKey, encodeFields, fieldAt } from "../values/sort-key.ts";
import type { SearchEntry } from "./read-set.ts";
import { keptIndexes, type IndexInfo, type TableInfo } from "./tables.ts";
import { termsOf } from "./terms.ts";

/** The 16 bytes that tell a document from all others of its table. */
export function internalId(id: string): Buffer {
  const decoded = decodeId(id);
  if (decoded === null) throw new Error(`not a document id: ${id}`);
  return decoded.internalId;
}

/** Key of a document in `by_id`. */
export function idKey(id: string): Buffer {
  return encodeKey([id]);
}

/** Stands between the fields of an index key and the id, so that no id reaches beyond `afterPrefix` of the fields. */
const ID_FOLLOWS = Buffer.from([0]);
const ID_BYTES = 16;
/** `ID_FOLLOWS` and the id of the key that is being made. */
const tail = Buffer.concat([ID_FOLLOWS, Buffer.alloc(ID_BYTES)]);

/** Key of `doc` in a database index: its fields in order, then the 16 bytes of its id (SPEC S10). */
export function indexKey(index: IndexInfo, doc: JsonObject, iid: Buffer): Buffer {
  if (index.name === "by_id") return idKey(doc["_id"] as string);
  tail.set(iid, 1);
  return encodeFields(doc, index.fields, tail);
}

/** Keys of `doc` in every database index of its table, by index id. */
export function indexKeys(table: TableInfo, doc: JsonObject): Map<number, Buffer> {
  const iid = internalId(doc["_id"] as string);
  const keys = new Map<number, Buffer>();
  for (const index of keptIndexes(table)) {
    if (index.kind === "database" && covers(index, doc)) keys.set(index.id, indexKey(index, doc, iid));
  }
  return keys;
}

/**
 * As `indexKeys`, for a document that was `before` under `keys`: the keys of indexes whose fields stayed the same are taken over,
 * and `keys` itself when all did.
 */
export function keysAfter(
  table: TableInfo,
  keys: ReadonlyMap<number, Buffer>,
  before: JsonObject,
  after: JsonObject,
): ReadonlyMap<number, Buffer> {
  let changed: Map<number, Buffer> | null = null;
  for (const index of keptIndexes(table)) {
    if (!keys.has(index.id) || index.fields.every((field) => equalValues(fieldAt(before, field), fieldAt(after, field)))) continue;
    changed ??= new Map(keys);
    changed.set(index.id, indexKey(index, after, internalId(after["_id"] as string)));
  }
  return changed ?? keys;
}

/** Whether `doc` belongs into the index as it is now: one that is being filled takes those it has come to. */
export function covers({ filledTo }: IndexInfo, doc: JsonObject): boolean {
  if (filledTo === undefined) return true;
  const key = Buffer.concat([encodeKey([doc["_creationTime"]]), ID_FOLLOWS, internalId(doc["_id"] as string)]);
  return key.compare(filledTo) < 0;
}

/** What a search index holds of `doc`; null when the searched field is no string. */
export function searchEntry(index: IndexInfo, doc: JsonObject): SearchEntry | null {
  const text = fieldAt(doc, index.searchField ?? "");
  if (typeof text !== "string") return null;
  const terms = new Map<string, number>();
  let length = 0;
  for (const term of termsOf(text)) {
    terms.set(term, (terms.get(term) ?? 0) + 1);
    length += 1;
  }
  const filters = (index.filterFields ?? []).map((field) => encodeKey([fieldAt(doc, field)]).toString("hex"));
  return { terms, length, filters };
}
