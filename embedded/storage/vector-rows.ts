import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { VectorEntry } from "./vector-entries.ts";
import { asArrays } from "./rows.ts";

/** One stored vector. */
export interface StoredVector {
  /** Row number in `docs`: the order of a scan. */
  doc: number;
  /** The 16 bytes that tell the document from all others of its table. */
  iid: Uint8Array;
  /** Euclidean length. */
  norm: number;
  vector: Float32Array;
}

/**
 * What vector indexes hold: made of the documents, so it can be made again. `vectors` is read in the order of `docs`;
 * `vector_filters` leads from the sort key of a filter field's value to the documents that have it.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS vectors (
  index_id INTEGER NOT NULL, doc INTEGER NOT NULL, iid BLOB NOT NULL, norm REAL NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (index_id, doc)
) WITHOUT ROWID, STRICT;
CREATE TABLE IF NOT EXISTS vector_filters (
  index_id INTEGER NOT NULL, field INTEGER NOT NULL, key BLOB NOT NULL, doc INTEGER NOT NULL,
  PRIMARY KEY (index_id, field, key, doc)
) WITHOUT ROWID, STRICT;
`;

/** What `meta` holds once the vectors of everything stored are there. */
export const VECTORS_FILLED = "vectorsFilled";

/** The rows of the vector indexes: statements, each prepared once. */
export class VectorRows {
  /** The vectors of what is stored have still to be filled in: the file comes from before they were kept. */
  readonly isUnfilled: boolean;
  readonly #all: StatementSync;
  readonly #matching: StatementSync;
  readonly #put: StatementSync;
  readonly #putFilter: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteFilter: StatementSync;
  readonly #drop: StatementSync[];
  readonly #dropSome: StatementSync[];

  /** Makes the tables when the file has none. */
  constructor(sql: DatabaseSync) {
    const filled = "SELECT 1 FROM sqlite_schema s, meta m WHERE s.name = 'vectors' AND m.k = ?";
    this.isUnfilled = sql.prepare(filled).get(VECTORS_FILLED) === undefined;
    if (this.isUnfilled) sql.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`);
    this.#all = asArrays(
      sql.prepare(
        "SELECT doc, iid, norm, vector FROM vectors WHERE index_id = ? AND doc > ? ORDER BY doc LIMIT ?",
      ),
    );
    this.#matching = asArrays(
      sql.prepare(
        `SELECT v.doc, v.iid, v.norm, v.vector
         FROM vector_filters f JOIN vectors v ON v.index_id = f.index_id AND v.doc = f.doc
         WHERE f.index_id = ? AND f.field = ? AND f.key = ? AND f.doc > ? ORDER BY f.doc LIMIT ?`,
      ),
    );
    this.#put = sql.prepare("INSERT INTO vectors (index_id, doc, iid, norm, vector) VALUES (?, ?, ?, ?, ?)");
    this.#putFilter = sql.prepare("INSERT INTO vector_filters (index_id, field, key, doc) VALUES (?, ?, ?, ?)");
    this.#delete = sql.prepare("DELETE FROM vectors WHERE index_id = ? AND doc = ?");
    this.#deleteFilter = sql.prepare(
      "DELETE FROM vector_filters WHERE index_id = ? AND field = ? AND key = ? AND doc = ?",
    );
    const some = (table: string, keys: string) =>
      sql.prepare(
        `DELETE FROM ${table} WHERE index_id = ?1 AND (${keys}) IN (SELECT ${keys} FROM ${table} WHERE index_id = ?1 LIMIT ?2)`,
      );
    this.#dropSome = [some("vectors", "doc"), some("vector_filters", "field, key, doc")];
    this.#drop = ["vectors", "vector_filters"].map((t) => sql.prepare(`DELETE FROM ${t} WHERE index_id = ?`));
  }

  /** Up to `limit` vectors of an index behind the row number `after`, in order. */
  all(indexId: number, after: number, limit: number): StoredVector[] {
    return (this.#all.all(indexId, after, limit) as unknown as VectorTuple[]).map(toVector);
  }

  /** The same of the documents whose filter field number `field` has the sort key `key`. */
  matching(indexId: number, field: number, key: Buffer, after: number, limit: number): StoredVector[] {
    return (this.#matching.all(indexId, field, key, after, limit) as unknown as VectorTuple[]).map(toVector);
  }

  /** Adds what the index holds of a document. */
  put(indexId: number, doc: number, iid: Buffer, { vector, norm, filters }: VectorEntry): void {
    this.#put.run(indexId, doc, iid, norm, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
    filters.forEach((key, field) => this.#putFilter.run(indexId, field, key, doc));
  }

  /** Takes it back. */
  remove(indexId: number, doc: number, { filters }: VectorEntry): void {
    this.#delete.run(indexId, doc);
    filters.forEach((key, field) => this.#deleteFilter.run(indexId, field, key, doc));
  }

  /** Removes up to `limit` rows of each kind of an index; false when there were none. */
  dropSome(indexId: number, limit: number): boolean {
    return this.#dropSome.map((statement) => Number(statement.run(indexId, limit).changes)).some((count) => count > 0);
  }

  /** Removes everything of an index. */
  drop(indexId: number): void {
    for (const statement of this.#drop) statement.run(indexId);
  }
}

type VectorTuple = [doc: number, iid: Uint8Array, norm: number, vector: Uint8Array];

function toVector([doc, iid, norm, bytes]: VectorTuple): StoredVector {
  const whole = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  const vector = new Float32Array(whole.buffer, whole.byteOffset, whole.byteLength / Float32Array.BYTES_PER_ELEMENT);
  return { doc, iid, norm, vector };
}
