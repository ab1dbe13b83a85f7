import { hash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Posting, PostingList } from "./postings.ts";
import type { SearchEntry } from "./read-set.ts";
import { asArrays } from "./rows.ts";
import { TermLists } from "./term-lists.ts";

/** What search indexes hold: inverted lists, the documents in them, their number. Statements are prepared once. */
export class SearchRows {
  readonly #terms: TermLists;
  readonly #document: StatementSync;
  readonly #place: StatementSync;
  readonly #stats: StatementSync;
  readonly #putDoc: StatementSync;
  readonly #deleteDoc: StatementSync;
  readonly #addStats: StatementSync;
  readonly #drop: StatementSync[];
  readonly #dropSome: StatementSync[];

  constructor(sql: DatabaseSync) {
    this.#terms = new TermLists(sql);
    this.#document = asArrays(sql.prepare("SELECT size, json FROM docs WHERE doc = ?"));
    this.#place = asArrays(sql.prepare("SELECT iid, creation FROM search_docs WHERE index_id = ? AND doc = ?"));
    this.#stats = asArrays(sql.prepare("SELECT docs, terms FROM search_stats WHERE index_id = ?"));
    this.#putDoc = sql.prepare("INSERT INTO search_docs (index_id, doc, iid, creation) VALUES (?, ?, ?, ?)");
    this.#deleteDoc = sql.prepare("DELETE FROM search_docs WHERE index_id = ? AND doc = ?");
    this.#addStats = sql.prepare(
      `INSERT INTO search_stats (index_id, docs, terms) VALUES (?, ?, ?)
       ON CONFLICT (index_id) DO UPDATE SET docs = docs + excluded.docs, terms = terms + excluded.terms`,
    );
    const some = (table: string, keys: string) =>
      sql.prepare(
        `DELETE FROM ${table} WHERE index_id = ?1 AND (${keys}) IN (SELECT ${keys} FROM ${table} WHERE index_id = ?1 LIMIT ?2)`,
      );
    this.#dropSome = [some("search_terms", "term, first"), some("search_docs", "doc"), some("search_stats", "docs")];
    this.#drop = ["search_terms", "search_docs", "search_stats"].map((t) =>
      sql.prepare(`DELETE FROM ${t} WHERE index_id = ?`),
    );
  }

  /** Every stored document that holds `term`, in no particular order. */
  postings(indexId: number, term: string): PostingList {
    return this.#terms.read(indexId, term);
  }

  /** The row numbers of all stored documents with words whose filter field number `field` has the hex sort key `key`. */
  filtered(indexId: number, field: number, key: string): readonly number[] {
    return this.#terms.read(indexId, filterTerm(field, key)).docs;
  }

  /** Up to `limit` stored terms that start with `prefix` and are longer, in order. */
  expansions(indexId: number, prefix: string, limit: number): string[] {
    const terms: string[] = [];
    let after = prefix;
    while (terms.length < limit) {
      const next = this.#terms.nextTerm(indexId, after, `${prefix}\u{10ffff}`);
      if (next === undefined) break;
      terms.push((after = next));
    }
    return terms;
  }

  /** Size and text of a stored document by its row number. */
  document(doc: number): { size: number; json: string } {
    const [size, json] = this.#document.get(doc) as unknown as [number, string];
    return { size, json };
  }

  /** The 16 bytes of the id of a document in the index, and when it was created (ms); null when it is not there. */
  place(indexId: number, doc: number): { iid: Uint8Array; creation: number } | null {
    const row = this.#place.get(indexId, doc) as unknown as [Uint8Array, number] | undefined;
    return row === undefined ? null : { iid: row[0], creation: row[1] };
  }

  /** Number of documents in the index and of all their terms. */
  stats(indexId: number): { docs: number; terms: number } {
    const [docs, terms] = (this.#stats.get(indexId) as unknown as [number, number] | undefined) ?? [0, 0];
    return { docs, terms };
  }

  /** Number of documents in all lists of the index: each once for each of its terms and filter fields. */
  countPostings(indexId: number): number {
    return this.#terms.count(indexId);
  }

  /** Adds what the index holds of a document: `doc` is its row number, `creation` in ms. */
  put(indexId: number, iid: Buffer, doc: number, creation: number, entry: SearchEntry): void {
    for (const [term, word] of listsOf(entry)) this.#terms.add(indexId, term, { doc, ...word });
    this.#putDoc.run(indexId, doc, iid, creation);
    this.#addStats.run(indexId, 1, entry.length);
  }

  /** Takes it back. */
  remove(indexId: number, doc: number, entry: SearchEntry): void {
    for (const term of listsOf(entry).keys()) this.#terms.remove(indexId, term, doc);
    this.#deleteDoc.run(indexId, doc);
    this.#addStats.run(indexId, -1, -entry.length);
  }

  /** Puts `is` in place of what the index holds of a document, `was`; what stays the same is not touched. */
  replace(indexId: number, doc: number, was: SearchEntry, is: SearchEntry): void {
    const [before, after] = [listsOf(was), listsOf(is)];
    for (const term of before.keys()) if (!after.has(term)) this.#terms.remove(indexId, term, doc);
    for (const [term, word] of after) {
      const old = before.get(term);
      if (old === undefined) this.#terms.add(indexId, term, { doc, ...word });
      else if (old.tf !== word.tf || old.length !== word.length) this.#terms.replace(indexId, term, { doc, ...word });
    }
    if (was.length !== is.length) this.#addStats.run(indexId, 0, is.length - was.length);
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

/** What a posting says of its document. */
type Word = Omit<Posting, "doc">;

/** The same of a document that is in a list by a filter field. */
export const NO_WORD: Word = { tf: 1, length: 0 };

/**
 * Every list that a document stands in: those of its words, and of the values of its filter fields. A text without words
 * is never found, so its filter fields are in no list.
 */
export function listsOf({ terms, length, filters }: SearchEntry): Map<string, Word> {
  const lists = new Map<string, Word>();
  if (terms.size === 0) return lists;
  for (const [term, tf] of terms) lists.set(term, { tf, length });
  for (const [field, key] of filters.entries()) lists.set(filterTerm(field, key), NO_WORD);
  return lists;
}

/** Sort keys up to this many digits stand as they are: ids and short names do. */
const MAX_KEY_DIGITS = 128;

/**
 * The list of the documents that have a value in a filter field stands under a term that no text has: it begins with `=`. `key` is the
 * value's sort key in hex; of a long one the term has the SHA-256.
 */
export function filterTerm(field: number, key: string): string {
  return key.length <= MAX_KEY_DIGITS ? `=${field}:${key}` : `=${field}#${hash("sha256", key)}`;
}
