import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JsonObject } from "../values/json.ts";
import { KeptRows, placeOf } from "./kept-rows.ts";

/** A document found through an index: its key there and its stored text. */
export interface StoredRow {
  key: Buffer;
  /** Row number in `docs`. */
  doc: number;
  size: number;
  json: string;
  /** What `json` says, once somebody asked `documentIn`. */
  document?: JsonObject;
}

/** The document in a row, parsed once: nobody changes it. */
export function documentIn(row: StoredRow): JsonObject {
  return (row.document ??= JSON.parse(row.json) as JsonObject);
}

/** Greater than every index key: a key starts with the type byte of a value. */
const END = Buffer.from([0xff]);

/** The statements over documents and index entries, each prepared once. */
export class Rows {
  readonly #ascending: StatementSync;
  readonly #descending: StatementSync;
  readonly #point: StatementSync;
  readonly #count: StatementSync;
  readonly #insertDoc: StatementSync;
  readonly #updateDoc: StatementSync;
  readonly #deleteDoc: StatementSync;
  readonly #putEntry: StatementSync;
  readonly #deleteEntry: StatementSync;
  readonly #moveEntries: StatementSync;
  readonly #dropIndex: StatementSync;
  readonly #dropSome: StatementSync;

  readonly #kept = new KeptRows();
  readonly #takenBack: () => number;

  /** `takenBack` tells how often writes over this connection were taken back (`Database.takenBack`). */
  constructor(sql: DatabaseSync, takenBack: () => number) {
    this.#takenBack = takenBack;
    // `LIMIT ?` alone would compile the statement again for each number that is bound to it: SQLite plans by the number.
    const range = (order: string): StatementSync =>
      asArrays(
        sql.prepare(
          `SELECT i.key, i.doc, d.size, d.json FROM idx i JOIN docs d ON d.doc = i.doc
           WHERE i.index_id = ? AND i.key >= ? AND i.key < ? ORDER BY i.key ${order} LIMIT ? + 0`,
        ),
      );
    this.#ascending = range("ASC");
    this.#descending = range("DESC");
    this.#point = asArrays(
      sql.prepare(
        `SELECT i.doc, d.size, d.json FROM idx i JOIN docs d ON d.doc = i.doc
         WHERE i.index_id = ? AND i.key = ?`,
      ),
    );
    this.#count = asArrays(sql.prepare("SELECT count(*) FROM idx WHERE index_id = ?"));
    this.#insertDoc = sql.prepare("INSERT INTO docs (size, json) VALUES (?, ?)");
    this.#updateDoc = sql.prepare("UPDATE docs SET size = ?, json = ? WHERE doc = ?");
    this.#deleteDoc = sql.prepare("DELETE FROM docs WHERE doc = ?");
    this.#putEntry = sql.prepare("INSERT INTO idx (index_id, key, doc) VALUES (?, ?, ?)");
    this.#deleteEntry = sql.prepare("DELETE FROM idx WHERE index_id = ? AND key = ?");
    this.#moveEntries = sql.prepare("UPDATE idx SET index_id = ? WHERE index_id = ?");
    this.#dropIndex = sql.prepare("DELETE FROM idx WHERE index_id = ?");
    this.#dropSome = sql.prepare(
      "DELETE FROM idx WHERE index_id = ?1 AND key IN (SELECT key FROM idx WHERE index_id = ?1 LIMIT ?2)",
    );
  }

  /** Up to `limit` rows with from ≤ key < to (null: no end), in key order or its reverse. */
  range(indexId: number, from: Buffer, to: Buffer | null, order: "asc" | "desc", limit: number): StoredRow[] {
    const statement = order === "asc" ? this.#ascending : this.#descending;
    return (statement.all(indexId, from, to ?? END, limit) as unknown as RowTuple[]).map(toRow);
  }

  /** The row under exactly `key` of an index whose keys no update changes (`by_id`), or undefined. */
  point(indexId: number, key: Buffer): StoredRow | undefined {
    const place = placeOf(indexId, key);
    const known = this.#kept.find(place, this.#takenBack());
    if (known !== undefined) return known;
    const tuple = this.#point.get(indexId, key) as unknown as [doc: number, size: number, json: string] | undefined;
    if (tuple === undefined) return undefined;
    const [doc, size, json] = tuple;
    const row: StoredRow = { key, doc, size, json };
    this.#kept.keep(place, row);
    return row;
  }

  /** Number of entries of an index. */
  count(indexId: number): number {
    return (this.#count.get(indexId) as unknown as [number])[0];
  }

  /** Stores a document and answers its row number. */
  insertDoc(size: number, json: string): number {
    return Number(this.#insertDoc.run(size, json).lastInsertRowid);
  }

  updateDoc(doc: number, size: number, json: string): void {
    this.#updateDoc.run(size, json, doc);
    this.#kept.changed(doc, size, json);
  }

  deleteDoc(doc: number): void {
    this.#kept.forget(doc);
    this.#deleteDoc.run(doc);
  }

  putEntry(indexId: number, key: Buffer, doc: number): void {
    this.#putEntry.run(indexId, key, doc);
  }

  deleteEntry(indexId: number, key: Buffer): void {
    this.#deleteEntry.run(indexId, key);
  }

  /** Makes all entries of the index `from` entries of the index `to`. Throws when `to` already has one of them. */
  moveEntries(from: number, to: number): void {
    this.#kept.clear();
    this.#moveEntries.run(to, from);
  }

  /** Removes up to `limit` entries of an index; false when there were none. */
  dropSome(indexId: number, limit: number): boolean {
    this.#kept.clear();
    return Number(this.#dropSome.run(indexId, limit).changes) > 0;
  }

  /** Removes all entries of an index. */
  dropIndex(indexId: number): void {
    this.#kept.clear();
    this.#dropIndex.run(indexId);
  }
}

type RowTuple = [key: Uint8Array, doc: number, size: number, json: string];

function toRow([key, doc, size, json]: RowTuple): StoredRow {
  return { key: toBuffer(key), doc, size, json };
}

/** The same bytes as a Buffer, without a copy. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `statement`, answering rows as arrays, which is cheaper than objects. */
export function asArrays(statement: StatementSync): StatementSync {
  statement.setReturnArrays(true);
  return statement;
}
