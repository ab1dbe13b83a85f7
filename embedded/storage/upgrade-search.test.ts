import { describe, expect, it } from "vitest";
import { checkStore } from "./check.ts";
import { searchEntry } from "./entries.ts";
import { pluck, scan, schemaOf, search, TestStore } from "./test-store.ts";

/** The search tables as format 2 had them. */
const FORMAT_2 = `
DROP TABLE search_terms; DROP TABLE search_docs;
CREATE TABLE search_terms (
  index_id INTEGER NOT NULL, term TEXT NOT NULL, iid BLOB NOT NULL, tf INTEGER NOT NULL,
  PRIMARY KEY (index_id, term, iid)
) WITHOUT ROWID, STRICT;
CREATE TABLE search_docs (
  index_id INTEGER NOT NULL, iid BLOB NOT NULL, doc INTEGER NOT NULL, creation REAL NOT NULL, len INTEGER NOT NULL,
  filters TEXT NOT NULL, PRIMARY KEY (index_id, iid)
) WITHOUT ROWID, STRICT;
UPDATE meta SET v = '2' WHERE k = 'format';
`;

/** Writes what format 2 held of every document of the table "t". */
function lowerToFormat2({ store }: TestStore): void {
  const { sql } = store.db;
  store.begin();
  const places = sql.prepare("SELECT index_id, doc, iid, creation FROM search_docs").all();
  sql.exec(FORMAT_2);
  const putTerm = sql.prepare("INSERT INTO search_terms VALUES (?, ?, ?, ?)");
  const putDoc = sql.prepare("INSERT INTO search_docs VALUES (?, ?, ?, ?, ?, ?)");
  const indexes = [...store.catalog.table(0, "t")!.indexes.values()];
  for (const { index_id: indexId, doc, iid, creation } of places as {
    index_id: number;
    doc: number;
    iid: Uint8Array;
    creation: number;
  }[]) {
    const index = indexes.find(({ id }) => id === indexId)!;
    const { terms, length, filters } = searchEntry(index, JSON.parse(store.search.document(doc).json))!;
    for (const [term, tf] of terms) putTerm.run(indexId, term, iid, tf);
    putDoc.run(indexId, iid, doc, creation, length, filters.join(","));
  }
  store.commit();
}

describe("search lists of format 2", () => {
  it("D13: are packed as this version would have written them, and find the same", () => {
    const test = new TestStore();
    const bare = { indexDescriptor: "bare", searchField: "title", filterFields: [] };
    const words = { indexDescriptor: "words", searchField: "body", filterFields: ["lang", "n"] };
    test.store.catalog.applySchema(0, schemaOf({ t: { searchIndexes: [words, bare] } }));
    const bodyOf = (n: number): string =>
      `every word ${n % 7} ${"again ".repeat(n % 3)}${n % 10 === 0 ? "" : `single${n}`}`;
    test.mutate((txn) => {
      for (let n = 0; n < 600; n++)
        txn.insert(0, "t", {
          n,
          body: bodyOf(n),
          lang: n % 2 === 0 ? "en" : "x".repeat(100),
          title: n % 5 === 0 ? "A title" : "",
        });
    });
    const finds = () =>
      [
        search("t.words", "body", "single3 again"),
        search("t.words", "body", "every", { lang: "x".repeat(100) }),
        search("t.bare", "title", "tit"),
      ].map((query) => pluck(test.read().query(0, query).collect(), "n"));
    const blocks = () => test.store.db.sql.prepare("SELECT * FROM search_terms ORDER BY index_id, term, first").all();
    const [found, packed] = [finds(), blocks()];
    expect(found.map((ns) => ns.length)).toEqual([401, 300, 120]);

    lowerToFormat2(test);
    test.reopen();
    expect(test.store.db.copyBeforeUpgrade).toContain("format-2");
    expect(blocks()).toEqual(packed);
    expect(finds()).toEqual(found);
    test.mutate((txn) => {
      for (const { _id: id } of txn.query(0, scan("t")).collect()) txn.remove(0, id as string);
    });
    expect(blocks()).toEqual([]);
    expect(checkStore(test.store)).toEqual([]);
  });
});
