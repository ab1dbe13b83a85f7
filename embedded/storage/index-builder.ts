import type { JsonObject } from "../values/json.ts";
import { indexKey, internalId, searchEntry } from "./entries.ts";
import { successor } from "./intervals.ts";
import type { Rows } from "./rows.ts";
import type { SearchRows } from "./search-rows.ts";
import type { IndexInfo, TableInfo } from "./tables.ts";
import { vectorEntry } from "./vector-entries.ts";
import type { VectorRows } from "./vector-rows.ts";

/** Documents read at a time. */
const BATCH = 256;

/** Fills and empties whole indexes. */
export class IndexBuilder {
  readonly #rows: Rows;
  readonly #search: SearchRows;
  readonly #vectors: VectorRows;

  constructor(rows: Rows, search: SearchRows, vectors: VectorRows) {
    this.#rows = rows;
    this.#search = search;
    this.#vectors = vectors;
  }

  /** Writes the entries of every stored document of `table` into the new `index`. */
  fill(table: TableInfo, index: IndexInfo): void {
    for (const { row, document } of documentsOf(this.#rows, table)) this.#add(index, row, document);
  }

  /**
   * Writes the entries of the next documents of `table` into `index`, from `index.filledTo` on; answers up to where they
   * are there now, undefined when that is all of them.
   */
  fillSlice(table: TableInfo, index: IndexInfo): Buffer | undefined {
    const byCreation = table.indexes.get("by_creation_time")!;
    const slice = this.#rows.range(byCreation.id, index.filledTo ?? Buffer.alloc(0), null, "asc", BATCH);
    for (const { doc, json } of slice) this.#add(index, doc, JSON.parse(json) as JsonObject);
    const last = slice.at(-1);
    return last === undefined || slice.length < BATCH ? undefined : successor(last.key);
  }

  /** Removes some entries of `index`; false when there were none. */
  emptySlice(index: IndexInfo): boolean {
    if (index.kind === "database") return this.#rows.dropSome(index.id, BATCH);
    if (index.kind === "search") return this.#search.dropSome(index.id, BATCH);
    return this.#vectors.dropSome(index.id, BATCH);
  }

  /** Whether a table has so few documents that all can be gone through at once. */
  isSmall(table: TableInfo): boolean {
    const byCreation = table.indexes.get("by_creation_time")!;
    return this.#rows.range(byCreation.id, Buffer.alloc(0), null, "asc", BATCH).length < BATCH;
  }

  #add(index: IndexInfo, row: number, document: JsonObject): void {
    const iid = internalId(document["_id"] as string);
    if (index.kind === "database") {
      this.#rows.putEntry(index.id, indexKey(index, document, iid), row);
    } else if (index.kind === "search") {
      const entry = searchEntry(index, document);
      if (entry !== null) this.#search.put(index.id, iid, row, document["_creationTime"] as number, entry);
    } else {
      const entry = vectorEntry(index, document);
      if (entry !== null) this.#vectors.put(index.id, row, iid, entry);
    }
  }

  /** Removes all entries of `index`. */
  empty(index: IndexInfo): void {
    if (index.kind === "database") this.#rows.dropIndex(index.id);
    if (index.kind === "search") this.#search.drop(index.id);
    if (index.kind === "vector") this.#vectors.drop(index.id);
  }
}

/** Every stored document of `table` with its row number, in creation order, read in batches. */
export function* documentsOf(rows: Rows, table: TableInfo): Iterable<{ row: number; document: JsonObject }> {
  const byCreation = table.indexes.get("by_creation_time")!;
  let from: Buffer = Buffer.alloc(0);
  for (;;) {
    const batch = rows.range(byCreation.id, from, null, "asc", BATCH);
    for (const { doc, json } of batch) yield { row: doc, document: JSON.parse(json) as JsonObject };
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) return;
    from = successor(last.key);
  }
}
