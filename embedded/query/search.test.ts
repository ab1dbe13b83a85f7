import { describe, expect, it } from "vitest";
import { overlaps } from "../storage/read-set.ts";
import { pluck, schemaOf, search, TestStore } from "../storage/test-store.ts";
import { termsOf } from "../storage/terms.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { Transaction } from "../storage/transaction.ts";
import type { QueryJson } from "./plan.ts";

function library(...bodies: Json[]): TestStore {
  const test = new TestStore();
  const words = { indexDescriptor: "words", searchField: "body", filterFields: ["lang", "meta.draft"] };
  test.store.catalog.applySchema(0, schemaOf({ t: { searchIndexes: [words] } }));
  test.mutate((txn) => bodies.map((body, n) => txn.insert(0, "t", { n, body })));
  return test;
}
const find = (txn: Transaction, text: string, equal: Record<string, Json> = {}): (Json | undefined)[] =>
  pluck(txn.query(0, search("t.words", "body", text, equal)).collect(), "n");

const eq = (fieldPath: string): object => ({ type: "Eq", fieldPath, value: 1 });

describe("text search", () => {
  it("Q20: terms are runs of letters and digits of any script, in lower case", () => {
    expect(termsOf("Hello, WORLD! it's 42°")).toEqual(["hello", "world", "it", "s", "42"]);
    expect(termsOf("Übergröße 東京 Ελλάδα a_b")).toEqual(["übergröße", "東京", "ελλάδα", "a", "b"]);
    expect(termsOf(`${"x".repeat(32)} ${"y".repeat(33)} ${"é".repeat(17)}`)).toEqual(["x".repeat(32)]);
    expect(termsOf("  …—")).toEqual([]);
  });

  it("Q21: a search must have one text on the search field and declared filters only", () => {
    const txn = library().read();
    const plan =
      (filters: unknown): (() => unknown) =>
      () =>
        txn.query(0, { source: { type: "Search", indexName: "t.words", filters }, operators: [] } as QueryJson);
    const text = { type: "Search", fieldPath: "body", value: "x" };
    expect(plan([])).toThrow("exactly one search filter");
    expect(plan([text, text])).toThrow("exactly one search filter");
    expect(plan([{ ...text, fieldPath: "title" }])).toThrow('must search the field "body"');
    expect(plan([text, eq("n")])).toThrow('has no filter field "n"');
    expect(plan([text, ...Array.from({ length: 9 }, () => eq("lang"))])).toThrow("at most 8 equality filters");
    expect(plan([text, { type: "Lt", fieldPath: "lang", value: 1 }])).toThrow('Unknown search filter "Lt"');
    expect(plan("x")).toThrow("must be an array");
    expect(() => txn.query(0, search("t.other", "body", "x"))).toThrow("Index t.other not found");
    expect(() => txn.query(0, search("t.by_creation_time", "body", "x"))).toThrow("Index t.by_creation_time not found");
  });

  it("Q22: any term matches, the last one also as a beginning, nothing else", () => {
    const test = library("red apple", "green apples", "blueberry pie", "red wine", 7, "appl");
    expect(find(test.read(), "apple").sort()).toEqual([0, 1]);
    expect(find(test.read(), "appl").sort()).toEqual([0, 1, 5]);
    expect(find(test.read(), "appl red").sort()).toEqual([0, 3, 5]);
    expect(find(test.read(), "PIE, blue").sort()).toEqual([2]);
    expect(find(test.read(), "pple")).toEqual([]);
    expect(find(test.read(), "…")).toEqual([]);
    expect(find(test.read(), `${"none ".repeat(15)}wine red`)).toEqual([3]);
    expect(find(test.read(), `${"none ".repeat(16)}wine red`)).toEqual([]);
  });

  it("Q22: rarer terms, more of them and shorter texts rank higher; a beginning less than the word; ties newest first", () => {
    const test = library(
      "common common common",
      "common rare",
      "common",
      "a long text in which common stands once among many others",
      "tie here",
      "tie here",
      "rarely",
    );
    expect(find(test.read(), "common rare").slice(0, 1)).toEqual([1]);
    expect(find(test.read(), "rare")).toEqual([1, 6]);
    const common = find(test.read(), "common");
    expect(common).toEqual([0, 2, 1, 3]);
    expect(find(test.read(), "tie")).toEqual([5, 4]);
  });

  it("Q22: equality filters, also on a nested and on a missing field", () => {
    const test = library();
    test.mutate((txn) => {
      txn.insert(0, "t", { n: 0, body: "word", lang: "en" });
      txn.insert(0, "t", { n: 1, body: "word", lang: "de", meta: { draft: true } });
      txn.insert(0, "t", { n: 2, body: "word" });
    });
    expect(find(test.read(), "word", { lang: "en" })).toEqual([0]);
    expect(find(test.read(), "word", { lang: "de", "meta.draft": true })).toEqual([1]);
    expect(find(test.read(), "word", { lang: "en", "meta.draft": true })).toEqual([]);
    expect(find(test.read(), "word", { lang: { $undefined: null } })).toEqual([2]);
    const txn = test.begin();
    txn.insert(0, "t", { n: 3, body: "word", lang: "en" });
    expect(find(txn, "word", { lang: "en" })).toEqual([3, 0]);
  });

  it("Q23: pending writes count at once and rank as they will after the commit", () => {
    const test = library("alpha beta", "beta gamma", "gamma");
    const [first, second] = test
      .read()
      .query(0, search("t.words", "body", "beta"))
      .collect() as [JsonObject, JsonObject];
    const txn = test.begin();
    txn.insert(0, "t", { n: 10, body: "beta beta delta" });
    txn.patch(0, first["_id"] as string, { body: "gone" });
    txn.remove(0, second["_id"] as string);
    txn.insert(0, "t", { n: 11, body: "betamax" });
    expect(find(txn, "beta")).toEqual([10, 11]);
    expect(find(txn, "gamma gone").sort()).toEqual([2, first["n"]].sort());
    const before = find(txn, "beta gamma delta");
    test.commit(txn);
    expect(find(test.read(), "beta gamma delta")).toEqual(before);
    test.reopen();
    expect(find(test.read(), "beta")).toEqual([10, 11]);
    const stats = test.store.search.stats(test.store.catalog.table(0, "t")!.indexes.get("words")!.id);
    expect(stats).toEqual({ docs: 4, terms: 1 + 1 + 3 + 1 });
  });

  it("Q22: a text that was split by other Unicode tables can be changed, and is not found by what is left of it", () => {
    const test = library("old word", "other word");
    const index = test.store.catalog.table(0, "t")!.indexes.get("words")!.id;
    const [{ doc }] = test.store.db.sql.prepare("SELECT min(doc) AS doc FROM search_docs").all() as [{ doc: number }];
    const sql = test.store.db.sql.prepare("UPDATE search_terms SET term = 'older' WHERE index_id = ? AND term = 'old'");
    expect(sql.run(index).changes).toBe(1);
    const [first] = test
      .read()
      .query(0, search("t.words", "body", "older"))
      .collect();
    test.mutate((txn) => txn.remove(0, first!["_id"] as string));
    expect(test.store.search.place(index, doc)).toBeNull();
    expect(find(test.read(), "older")).toEqual([]);
    expect(find(test.read(), "word older")).toEqual([1]);
  });

  it("Q24: a write touches a search through a term or beginning it has or had, and matching filters", () => {
    const test = library("apple", "pear");
    const [apple, pear] = [find(test.read(), "apple"), find(test.read(), "pear")];
    expect([apple, pear]).toEqual([[0], [1]]);
    const ids = test
      .read()
      .query(0, search("t.words", "body", "apple pear"))
      .collect();
    const idOf = (n: number): string => ids.find((doc) => doc["n"] === n)!["_id"] as string;
    const hit = (text: string, equal: Record<string, Json>, change: (txn: Transaction) => void): boolean => {
      const reader = test.read();
      reader.query(0, search("t.words", "body", text, equal)).collect();
      const writer = test.begin();
      change(writer);
      return overlaps(reader.reads, writer.writes());
    };
    expect(hit("apple", {}, (w) => w.insert(0, "t", { body: "an apple" }))).toBe(true);
    expect(hit("app", {}, (w) => w.insert(0, "t", { body: "application" }))).toBe(true);
    expect(hit("app x", {}, (w) => w.insert(0, "t", { body: "application" }))).toBe(false);
    expect(hit("apple", {}, (w) => w.patch(0, idOf(0), { body: "plum" }))).toBe(true);
    expect(hit("apple", {}, (w) => w.patch(0, idOf(0), { n: 77 }))).toBe(true);
    expect(hit("apple", {}, (w) => w.remove(0, idOf(1)))).toBe(false);
    expect(hit("apple", { lang: "en" }, (w) => w.insert(0, "t", { body: "apple", lang: "de" }))).toBe(false);
    expect(hit("apple", { lang: "en" }, (w) => w.patch(0, idOf(0), { lang: "en" }))).toBe(true);
  });

  it("Q22: of more matches than it considers a search keeps the best, in the order that all of them have", () => {
    const bodies = Array.from(
      { length: 1_400 },
      (_, n) => `word ${"other ".repeat((n * 37) % 90)}${n % 3 === 0 ? "word" : ""}`,
    );
    const test = library(...bodies);
    const lengths = bodies.map((body) => termsOf(body).length);
    const average = lengths.reduce((sum, length) => sum + length, 0) / bodies.length;
    const scores = lengths.map((length, n) => {
      const tf = n % 3 === 0 ? 2 : 1;
      return (tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * length) / average));
    });
    const best = bodies.map((_, n) => n).sort((a, b) => scores[b]! - scores[a]! || b - a);
    const first = { ...search("t.words", "body", "word"), operators: [{ limit: 1_024 }] };
    expect(pluck(test.read().query(0, first).collect(), "n")).toEqual(best.slice(0, 1_024));
  });

  it("Q25: beyond 1,024 documents a search is an error, up to there it is not", () => {
    const test = library(...Array.from({ length: 1030 }, () => "same"));
    const cursor = test.read().query(0, search("t.words", "body", "same"));
    for (let i = 0; i < 1024; i++) expect(cursor.next()).not.toBeNull();
    expect(() => cursor.next()).toThrow("Search query scanned too many documents (fetched 1024)");
    const q = { ...search("t.words", "body", "same"), operators: [{ limit: 1024 }] };
    expect(test.read().query(0, q).collect()).toHaveLength(1024);
  });
});
