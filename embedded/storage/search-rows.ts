import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { SearchEntry } from "./read-set.ts";
import { asArrays } from "./rows.ts";

/** One document that holds a term. */
export interface Posting {
  iid: Uint8Array;
  tf: number;
  doc: number;
  creation: number;
  length: number;
  filters: string;
}

/** The inverted lists of the search indexes: statements, each prepared once. */
export class SearchRows {
  readonly #postings: StatementSync;
  readonly #nextTerm: StatementSync;
  readonly #document: StatementSync;
  readonly #stats: StatementSync;
  readonly #putTerm: StatementSync;
  readonly #deleteTerm: StatementSync;
  readonly #putDoc: StatementSync;
  readonly #deleteDoc: StatementSync;
  readonly #addStats: StatementSync;
  readonly #drop: StatementSync[];
  readonly #dropSome: StatementSync[];

  constructor(sql: DatabaseSync) {
    this.#postings = asArrays(
      sql.prepare(
        `SELECT t.iid, t.tf, d.doc, d.creation, d.len, d.filters
         FROM search_terms t JOIN search_docs d ON d.index_id = t.index_id AND d.iid = t.iid
         WHERE t.index_id = ? AND t.term = ?`,
      ),
    );
    this.#nextTerm = asArrays(
      sql.prepare("SELECT term FROM search_terms WHERE index_id = ? AND term > ? AND term < ? ORDER BY term LIMIT 1"),
    );
    this.#document = asArrays(sql.prepare("SELECT size, json FROM docs WHERE doc = ?"));
    this.#stats = asArrays(sql.prepare("SELECT docs, terms FROM search_stats WHERE index_id = ?"));
    this.#putTerm = sql.prepare("INSERT INTO search_terms (index_id, term, iid, tf) VALUES (?, ?, ?, ?)");
    this.#deleteTerm = sql.prepare("DELETE FROM search_terms WHERE index_id = ? AND term = ? AND iid = ?");
    this.#putDoc = sql.prepare(
      "INSERT INTO search_docs (index_id, iid, doc, creation, len, filters) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.#deleteDoc = sql.prepare("DELETE FROM search_docs WHERE index_id = ? AND iid = ?");
    this.#addStats = sql.prepare(
      `INSERT INTO search_stats (index_id, docs, terms) VALUES (?, ?, ?)
       ON CONFLICT (index_id) DO UPDATE SET docs = docs + excluded.docs, terms = terms + excluded.terms`,
    );
    const some = (table: string, keys: string) =>
      sql.prepare(
        `DELETE FROM ${table} WHERE index_id = ?1 AND (${keys}) IN (SELECT ${keys} FROM ${table} WHERE index_id = ?1 LIMIT ?2)`,
      );
    this.#dropSome = [some("search_terms", "term, iid"), some("search_docs", "iid"), some("search_stats", "docs")];
    this.#drop = ["search_terms", "search_docs", "search_stats"].map((t) =>
      sql.prepare(`DELETE FROM ${t} WHERE index_id = ?`),
    );
  }

  /** Every stored document that holds `term`, in no particular order. */
  *postings(indexId: number, term: string): Iterable<Posting> {
    for (const row of this.#postings.iterate(indexId, term)) {
      const [iid, tf, doc, creation, length, filters] = row as unknown as PostingTuple;
      yield { iid, tf, doc, creation, length, filters };
    }
  }

  /** Up to `limit` stored terms that start with `prefix` and are longer, in order. */
  expansions(indexId: number, prefix: string, limit: number): string[] {
    const terms: string[] = [];
    let after = prefix;
    while (terms.length < limit) {
      const row = this.#nextTerm.get(indexId, after, `${prefix}\u{10ffff}`) as unknown as [string] | undefined;
      if (row === undefined) break;
      terms.push((after = row[0]));
    }
    return terms;
  }

  /** Size and text of a stored document by its row number. */
  document(doc: number): { size: number; json: string } {
    const [size, json] = this.#document.get(doc) as unknown as [number, string];
    return { size, json };
  }

  /** Number of documents in the index and of all their terms. */
  stats(indexId: number): { docs: number; terms: number } {
    const [docs, terms] = (this.#stats.get(indexId) as unknown as [number, number] | undefined) ?? [0, 0];
    return { docs, terms };
  }

  /** Adds what the index holds of a document. */
  put(indexId: number, iid: Buffer, doc: number, creation: number, entry: SearchEntry): void {
    for (const [term, tf] of entry.terms) this.#putTerm.run(indexId, term, iid, tf);
    this.#putDoc.run(indexId, iid, doc, creation, entry.length, entry.filters.join(","));
    this.#addStats.run(indexId, 1, entry.length);
  }

  /** Takes it back. */
  remove(indexId: number, iid: Buffer, entry: SearchEntry): void {
    for (const term of entry.terms.keys()) this.#deleteTerm.run(indexId, term, iid);
    this.#deleteDoc.run(indexId, iid);
    this.#addStats.run(indexId, -1, -entry.length);
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

type PostingTuple = [iid: Uint8Array, tf: number, doc: number, creation: number, length: number, filters: string];
