import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  blockOf,
  postingBytes,
  type Posting,
  type PostingList,
  readPostings,
  replaceIn,
  sortedPostings,
} from "./postings.ts";
import { asArrays } from "./rows.ts";

/**
 * Bytes from which on a block takes no more postings: with its key it still fits into its page of the tree, which holds
 * about 1,000 bytes of a row.
 */
export const FULL_BLOCK = 800;
const NOTHING = new Uint8Array(0);

/**
 * The inverted lists: for each term of an index the documents that hold it, in blocks (`postings.ts`). The block `first` has the
 * documents from that row number on, up to where the next block begins. New documents come behind the others, so a
 * write mostly lengthens the last block of each of its terms, and a search reads few rows.
 */
export class TermLists {
  readonly #blocks: StatementSync;
  readonly #blockAt: StatementSync;
  readonly #lengthen: StatementSync;
  readonly #put: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;
  readonly #nextTerm: StatementSync;
  readonly #all: StatementSync;

  constructor(sql: DatabaseSync) {
    const at =
      "SELECT first FROM search_terms WHERE index_id = ?1 AND term = ?2 AND first <= ?3 ORDER BY first DESC LIMIT 1";
    const one = "WHERE index_id = ?1 AND term = ?2 AND first = ?3";
    this.#blocks = asArrays(sql.prepare("SELECT postings FROM search_terms WHERE index_id = ? AND term = ?"));
    this.#blockAt = asArrays(
      sql.prepare(
        `SELECT first, postings FROM search_terms WHERE index_id = ?1 AND term = ?2 AND first <= ?3
         ORDER BY first DESC LIMIT 1`,
      ),
    );
    // Two blobs joined by || are a text of the same bytes.
    this.#lengthen = sql.prepare(
      `UPDATE search_terms SET postings = CAST(postings || ?4 AS BLOB)
       WHERE index_id = ?1 AND term = ?2 AND first = (${at}) AND length(postings) < ${FULL_BLOCK}`,
    );
    this.#put = sql.prepare("INSERT INTO search_terms (index_id, term, first, postings) VALUES (?1, ?2, ?3, ?4)");
    this.#set = sql.prepare(`UPDATE search_terms SET postings = ?4 ${one}`);
    this.#delete = sql.prepare(`DELETE FROM search_terms ${one}`);
    this.#nextTerm = asArrays(
      sql.prepare("SELECT term FROM search_terms WHERE index_id = ? AND term > ? AND term < ? ORDER BY term LIMIT 1"),
    );
    this.#all = asArrays(sql.prepare("SELECT postings FROM search_terms WHERE index_id = ?"));
  }

  /** Every stored document that holds `term`, in no particular order. */
  read(indexId: number, term: string): PostingList {
    const list: PostingList = { docs: [], tfs: [], lengths: [] };
    for (const row of this.#blocks.all(indexId, term)) readPostings((row as unknown as [Uint8Array])[0], list);
    return list;
  }

  /** The first term behind `after` and before `end`, in the order of UTF-8 bytes; undefined where there is none. */
  nextTerm(indexId: number, after: string, end: string): string | undefined {
    return (this.#nextTerm.get(indexId, after, end) as unknown as [string] | undefined)?.[0];
  }

  /** Adds a document that the list of `term` does not have. */
  add(indexId: number, term: string, posting: Posting): void {
    const { doc } = posting;
    const bytes = postingBytes(posting);
    if (this.#lengthen.run(indexId, term, doc, bytes).changes !== 0) return;
    const full = this.#block(indexId, term, doc);
    if (full === undefined) {
      this.#put.run(indexId, term, doc, bytes);
      return;
    }
    const postings = sortedPostings(full.postings);
    if (postings.at(-1)!.doc < doc) {
      this.#put.run(indexId, term, doc, bytes);
      return;
    }
    const all = [...postings, posting].sort((a, b) => a.doc - b.doc);
    const middle = all.length >> 1;
    this.#set.run(indexId, term, full.first, blockOf(all.slice(0, middle)));
    this.#put.run(indexId, term, all[middle]!.doc, blockOf(all.slice(middle)));
  }

  /**
   * Takes a document out of the list of `term`, if it is there: which terms a text has depends on the Unicode tables of the
   * Node that wrote it, and no document may become one that cannot be changed.
   */
  remove(indexId: number, term: string, doc: number): void {
    this.#change(indexId, term, doc, NOTHING);
  }

  /** Puts another posting in place of the one that `term` has of the same document, or adds it where there is none. */
  replace(indexId: number, term: string, posting: Posting): void {
    if (!this.#change(indexId, term, posting.doc, postingBytes(posting))) this.add(indexId, term, posting);
  }

  /** Number of documents in all lists of an index. */
  count(indexId: number): number {
    const list: PostingList = { docs: [], tfs: [], lengths: [] };
    let count = 0;
    for (const row of this.#all.iterate(indexId)) {
      readPostings((row as unknown as [Uint8Array])[0], list);
      count += list.docs.length;
      list.docs.length = list.tfs.length = list.lengths.length = 0;
    }
    return count;
  }

  /** Puts `by` in place of the posting of `doc`; false when there is none. */
  #change(indexId: number, term: string, doc: number, by: Uint8Array): boolean {
    const block = this.#block(indexId, term, doc);
    const changed = block === undefined ? null : replaceIn(block.postings, doc, by);
    if (block === undefined || changed === null) return false;
    if (changed.length === 0) this.#delete.run(indexId, term, block.first);
    else this.#set.run(indexId, term, block.first, changed);
    return true;
  }

  /** The block that has `doc` if any has. */
  #block(indexId: number, term: string, doc: number): { first: number; postings: Uint8Array } | undefined {
    const row = this.#blockAt.get(indexId, term, doc) as unknown as [number, Uint8Array] | undefined;
    return row && { first: row[0], postings: row[1] };
  }
}
