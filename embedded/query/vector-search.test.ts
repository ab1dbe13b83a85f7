import { describe, expect, it } from "vitest";
import { schemaOf, TestStore } from "../storage/test-store.ts";
import type { Json, JsonObject } from "../values/json.ts";
import { seededRandom } from "../values/random-value.ts";
import type { VectorQueryJson } from "./vector-plan.ts";

const index = { indexDescriptor: "near", vectorField: "deep.v", dimensions: 3, filterFields: ["kind", "year"] };
const SCHEMA = schemaOf({ t: { vectorIndexes: [index] } });

function indexed(): TestStore {
  const test = new TestStore();
  test.store.catalog.applySchema(0, SCHEMA);
  return test;
}

const add = (test: TestStore, v: Json, more: JsonObject = {}): string =>
  test.mutate((txn) => txn.insert(0, "t", { deep: { v }, ...more }));

function find(test: TestStore, q: Partial<VectorQueryJson>): { _id: string; _score: number }[] {
  const query = { indexName: "t.near", vector: [1, 0, 0], expressions: null, ...q };
  const scan = test.read().vectorSearch(0, query);
  while (!scan.step(1));
  return scan.results() as { _id: string; _score: number }[];
}

const ids = (found: { _id: string }[]): string[] => found.map(({ _id }) => _id);
const eq = (field: string, value: Json): Json => ({ $eq: [{ $field: field }, { $literal: value }] });

describe("vector search", () => {
  it("Q30: the nearest come first, with the cosine as score", () => {
    const test = indexed();
    const same = add(test, [5, 0, 0]);
    const opposite = add(test, [-1, 0, 0]);
    const near = add(test, [1, 1, 0]);
    const nowhere = add(test, [0, 0, 0]);
    const found = find(test, {});
    expect(ids(found)).toEqual([same, near, nowhere, opposite]);
    expect(found.map(({ _score }) => _score)).toEqual([1, expect.closeTo(Math.SQRT1_2, 6), 0, -1]);
  });

  it("Q30: agrees with a comparison of all, and gives as many as asked for, 10 when nothing is said", () => {
    const test = indexed();
    const random = seededRandom(42);
    const vectors = Array.from({ length: 300 }, () => [random() - 0.5, random() - 0.5, random() - 0.5]);
    const all = test.mutate((txn) => vectors.map((v) => txn.insert(0, "t", { deep: { v } })));
    const wanted = [0.3, -0.2, 0.9];
    const score = (v: number[]): number => v.reduce((sum, x, i) => sum + x * wanted[i]!, 0) / Math.hypot(...v);
    const best = all.map((id, i) => ({ id, score: score(vectors[i]!) })).sort((a, b) => b.score - a.score);
    const expected = best.map(({ id }) => id);
    expect(ids(find(test, { vector: wanted }))).toEqual(expected.slice(0, 10));
    expect(ids(find(test, { vector: wanted, limit: 256 }))).toEqual(expected.slice(0, 256));
    expect(ids(find(test, { vector: wanted, limit: 1 }))).toEqual(expected.slice(0, 1));
  });

  it("Q31: a filter takes documents of which any equality holds, a missing field being undefined", () => {
    const test = indexed();
    const a = add(test, [1, 0, 0], { kind: "a", year: 1 });
    const b = add(test, [1, 0.1, 0], { kind: "b", year: 1 });
    const c = add(test, [1, 0.2, 0], { kind: "c" });
    expect(ids(find(test, { expressions: eq("kind", "b") }))).toEqual([b]);
    expect(ids(find(test, { expressions: { $or: [eq("kind", "a"), { $or: [eq("year", 1)] }] } }))).toEqual([a, b]);
    expect(ids(find(test, { expressions: eq("year", { $undefined: null }) }))).toEqual([c]);
    expect(ids(find(test, { expressions: eq("kind", "x") }))).toEqual([]);
    expect(ids(find(test, { expressions: null, limit: 2 }))).toEqual([a, b]);
  });

  it("Q32: what is wrong with a search is said", () => {
    const test = indexed();
    const many = Array.from({ length: 65 }, (_, i) => eq("kind", i));
    const cases: [Partial<VectorQueryJson>, string][] = [
      [{ vector: [1, 0] }, "Expected a vector with dimensions 3, received 2."],
      [{ vector: [1, 0, null as unknown as number] }, "must be an array of regular numbers"],
      [{ limit: 257 }, "Vector queries can fetch at most 256 results, requested 257."],
      [{ limit: 0 }, "must be a whole number of 1 or more, not 0"],
      [{ limit: 1.5 }, "must be a whole number of 1 or more, not 1.5"],
      [{ indexName: "t.other" }, "Index t.other not found."],
      [{ indexName: "t.by_creation_time" }, "Index t.by_creation_time not found."],
      [{ expressions: eq("deep.v", 1) }, `contains a filter on "deep.v" but that field isn't indexed for filtering`],
      [{ expressions: { $or: many } }, "Vector query against t.near has too many conditions. Max: 64 Actual: 65"],
      [{ expressions: { $lt: [{ $field: "kind" }, { $literal: 1 }] } }, "should be a combination of `q.eq` and `q.or`"],
      [{ expressions: { $literal: true } }, "should be a combination of `q.eq` and `q.or`"],
      [{ expressions: { $eq: [{ $literal: 1 }, { $literal: 1 }] } }, "`q.eq` must take a field path"],
    ];
    for (const [query, message] of cases) expect(() => find(test, query)).toThrow(message);
    expect(find(test, { expressions: { $or: many.slice(1) }, limit: 256 })).toEqual([]);
  });

  it("S35: an index holds the documents whose field is an array of as many regular float64", () => {
    const test = indexed();
    const id = add(test, [1, 2, 3]);
    for (const v of [null, "text", [1, 2], [1, 2, 3, 4], [1, 2, "3"], [1, 2, { $integer: "AQAAAAAAAAA=" }], [1, 2, 1e300]]) {
      add(test, v as Json);
    }
    add(test, [1, 2, { $float: "AAAAAAAA+H8=" }]);
    expect(ids(find(test, {}))).toEqual([id]);
  });

  it("S35: it follows changes, rollbacks and restarts, and a build takes what is stored", () => {
    const test = new TestStore();
    const [a, b] = test.mutate((txn) => [1, 2].map((n) => txn.insert(0, "t", { deep: { v: [n, 0, 1] }, kind: "k" }))) as [
      string,
      string,
    ];
    test.store.catalog.applySchema(0, SCHEMA);
    const all = (): string[] => ids(find(test, { expressions: eq("kind", "k") }));
    expect(all()).toEqual([b, a]);
    test.mutate((txn) => txn.patch(0, a, { deep: { v: [9, 0, 1] } }));
    expect(all()).toEqual([a, b]);
    test.mutate((txn) => txn.patch(0, a, { kind: "other" }));
    expect(all()).toEqual([b]);
    test.mutate((txn) => txn.patch(0, a, { kind: "k" }));
    test.mutate((txn) => {
      const mark = txn.mark();
      txn.remove(0, b);
      txn.rollbackTo(mark);
    });
    expect(all()).toEqual([a, b]);
    test.reopen();
    expect(all()).toEqual([a, b]);
    test.mutate((txn) => txn.remove(0, a));
    test.mutate((txn) => txn.patch(0, b, { deep: 0 }));
    expect(all()).toEqual([]);
    test.store.catalog.applySchema(0, null);
    expect(test.store.db.sql.prepare("SELECT count(*) AS n FROM vector_filters").get()).toEqual({ n: 0 });
    expect(() => find(test, {})).toThrow("Index t.near not found.");
  });

  it.each([1, 2])("S35, Q30, Q31: agrees with a plain list of documents while they come and go (seed %i)", (seed) => {
    const test = indexed();
    const random = seededRandom(seed);
    const pick = (n: number): number => Math.floor(random() * n);
    const vector = (): Json => (pick(5) === 0 ? [1] : [pick(5) - 2, pick(5) - 2, 1]);
    const docs = new Map<string, { v: Json; kind: number }>();
    for (let step = 0; step < 24; step++) {
      test.mutate((txn) => {
        for (let i = 0; i < 4; i++) {
          const [id] = docs.size > 0 && pick(3) > 0 ? [[...docs.keys()][pick(docs.size)]!] : [null];
          const doc = { v: vector(), kind: pick(3) };
          if (id === null) docs.set(txn.insert(0, "t", { deep: { v: doc.v }, kind: doc.kind }), doc);
          else if (pick(4) === 0) {
            txn.remove(0, id);
            docs.delete(id);
          } else {
            txn.patch(0, id, { deep: { v: doc.v }, kind: doc.kind });
            docs.set(id, doc);
          }
        }
      });
      if (step % 8 === 7) test.reopen();
      const kind = pick(4);
      const found = find(test, { limit: 256, ...(kind === 3 ? {} : { expressions: eq("kind", kind) }) });
      const expected = [...docs].filter(([, d]) => (d.v as Json[]).length === 3 && (kind === 3 || d.kind === kind));
      expect(ids(found).toSorted()).toEqual(expected.map(([id]) => id).toSorted());
      const scores = found.map(({ _score }) => _score);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    }
  });

  it("S35: the file of an earlier version gets its vectors when it is opened", () => {
    const test = indexed();
    const id = add(test, [1, 0, 0]);
    for (const former of ["DROP TABLE vectors; DROP TABLE vector_filters", "DELETE FROM meta WHERE k = 'vectorsFilled'"]) {
      test.store.db.sql.exec(former);
      test.reopen();
      expect(ids(find(test, {}))).toEqual([id]);
    }
  });

  it("Q8: a staged index is refused until a push enables it", () => {
    const test = new TestStore();
    test.store.catalog.applySchema(0, schemaOf({ t: { stagedVectorIndexes: [index] } }));
    const id = add(test, [1, 0, 0]);
    expect(() => find(test, {})).toThrow("Index t.near is staged: it can be queried after it was enabled by a push.");
    test.store.catalog.applySchema(0, SCHEMA);
    expect(ids(find(test, {}))).toEqual([id]);
  });
});
