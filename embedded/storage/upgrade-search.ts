import type { DatabaseSync } from "node:sqlite";
import { postingBytes, type Posting } from "./postings.ts";
import { filterTerm, NO_WORD } from "./search-rows.ts";
import { FULL_BLOCK } from "./term-lists.ts";

/**
 * Puts the inverted lists of format 2, one row for each document of a term, into the blocks of format 3, and the
 * filter values of each document into lists of their own. Everything is worked out from the old rows, term by term.
 */
export function packSearchLists(sql: DatabaseSync): void {
  sql.exec(`
    ALTER TABLE search_terms RENAME TO search_terms_2;
    ALTER TABLE search_docs RENAME TO search_docs_2;
    CREATE TABLE search_terms (
      index_id INTEGER NOT NULL, term TEXT NOT NULL, first INTEGER NOT NULL, postings BLOB NOT NULL,
      PRIMARY KEY (index_id, term, first)
    ) WITHOUT ROWID, STRICT;
    CREATE TABLE search_docs (
      index_id INTEGER NOT NULL, doc INTEGER NOT NULL, iid BLOB NOT NULL, creation REAL NOT NULL,
      PRIMARY KEY (index_id, doc)
    ) WITHOUT ROWID, STRICT;
    INSERT INTO search_docs (index_id, doc, iid, creation) SELECT index_id, doc, iid, creation FROM search_docs_2;
  `);
  const put = sql.prepare("INSERT INTO search_terms (index_id, term, first, postings) VALUES (?, ?, ?, ?)");
  const pack = (indexId: number, term: string, postings: Posting[]): void => {
    for (const { first, block } of blocksOf(postings)) put.run(indexId, term, first, block);
  };
  for (const { indexId, term, postings } of oldLists(sql)) pack(indexId, term, postings);
  for (const [indexId, lists] of filterLists(sql)) for (const [term, postings] of lists) pack(indexId, term, postings);
  sql.exec("DROP TABLE search_terms_2; DROP TABLE search_docs_2");
}

/** Blocks as they come about when documents are added in their order. */
function blocksOf(postings: Posting[]): { first: number; block: Buffer }[] {
  const blocks: { first: number; parts: Buffer[]; bytes: number }[] = [];
  for (const posting of postings.sort((a, b) => a.doc - b.doc)) {
    const part = Buffer.from(postingBytes(posting));
    const last = blocks.at(-1);
    if (last === undefined || last.bytes >= FULL_BLOCK) {
      blocks.push({ first: posting.doc, parts: [part], bytes: part.length });
    } else {
      last.parts.push(part);
      last.bytes += part.length;
    }
  }
  return blocks.map(({ first, parts }) => ({ first, block: Buffer.concat(parts) }));
}

type OldList = { indexId: number; term: string; postings: Posting[] };

function* oldLists(sql: DatabaseSync): Iterable<OldList> {
  const rows = sql.prepare(
    `SELECT t.index_id AS indexId, t.term, d.doc, t.tf, d.len AS length FROM search_terms_2 t
     CROSS JOIN search_docs_2 d ON d.index_id = t.index_id AND d.iid = t.iid ORDER BY t.index_id, t.term`,
  );
  let list: OldList | null = null;
  for (const row of rows.iterate()) {
    const { indexId, term, doc, tf, length } = row as unknown as Posting & Omit<OldList, "postings">;
    if (list === null || list.indexId !== indexId || list.term !== term) {
      if (list !== null) yield list;
      list = { indexId, term, postings: [] };
    }
    list.postings.push({ doc, tf, length });
  }
  if (list !== null) yield list;
}

/** The lists of all filter fields, by index and term. Documents without words are in none. */
function filterLists(sql: DatabaseSync): Map<number, Map<string, Posting[]>> {
  const all = new Map<number, Map<string, Posting[]>>();
  for (const row of sql
    .prepare("SELECT index_id, doc, filters FROM search_docs_2 WHERE filters <> '' AND len > 0")
    .iterate()) {
    const { index_id: indexId, doc, filters } = row as { index_id: number; doc: number; filters: string };
    const lists = all.get(indexId) ?? new Map<string, Posting[]>();
    all.set(indexId, lists);
    for (const [field, key] of filters.split(",").entries()) {
      const term = filterTerm(field, key);
      const list = lists.get(term) ?? [];
      lists.set(term, list);
      list.push({ doc, ...NO_WORD });
    }
  }
  return all;
}
