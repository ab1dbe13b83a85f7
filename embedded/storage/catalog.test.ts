import { describe, expect, it } from "vitest";
import type { ValidatorJson } from "../values/validators.ts";
import type { SchemaJson } from "./schema-json.ts";
import { pluck, range, scan, schemaOf, search, TestStore } from "./test-store.ts";

const text: ValidatorJson = { type: "string" };
const object = (fields: Record<string, ValidatorJson>): ValidatorJson => ({
  type: "object",
  value: Object.fromEntries(Object.entries(fields).map(([f, fieldType]) => [f, { fieldType, optional: false }])),
});
const nothing = { added_indexes: [], removed_indexes: [], enabled_indexes: [], disabled_indexes: [] };

describe("indexes", () => {
  it("S33: the diff lists what a schema adds, removes, enables and disables, and changes nothing", () => {
    const test = new TestStore();
    const catalog = test.store.catalog;
    const first: SchemaJson = {
      schemaValidation: true,
      tables: [
        {
          tableName: "t",
          indexes: [
            { indexDescriptor: "same", fields: ["a", "_creationTime"] },
            { indexDescriptor: "gone", fields: ["b"] },
            { indexDescriptor: "other", fields: ["c"] },
          ],
          stagedDbIndexes: [{ indexDescriptor: "soon", fields: ["d"] }],
          searchIndexes: [{ indexDescriptor: "words", searchField: "body", filterFields: ["a"] }],
          vectorIndexes: [{ indexDescriptor: "near", vectorField: "v", dimensions: 3, filterFields: [] }],
        },
      ],
    };
    expect(catalog.diffIndexes(null, first).added_indexes).toEqual([
      { name: "t.same", type: "database", fields: ["a", "_creationTime"] },
      { name: "t.gone", type: "database", fields: ["b", "_creationTime"] },
      { name: "t.other", type: "database", fields: ["c", "_creationTime"] },
      { name: "t.soon", type: "database", fields: ["d", "_creationTime"], staged: true },
      { name: "t.words", type: "search", searchField: "body", filterFields: ["a"] },
      { name: "t.near", type: "vector", dimensions: 3, vectorField: "v", filterFields: [] },
    ]);
    expect(catalog.table(0, "t")).toBeUndefined();
    catalog.applySchema(0, first);
    expect(catalog.diffIndexes(0, first)).toEqual(nothing);

    const second = structuredClone(first);
    const table = second.tables[0]!;
    table.indexes = [
      { indexDescriptor: "same", fields: ["a"] },
      { indexDescriptor: "other", fields: ["z"] },
      { indexDescriptor: "soon", fields: ["d"] },
    ];
    delete table.stagedDbIndexes;
    table.stagedSearchIndexes = table.searchIndexes!;
    delete table.searchIndexes;
    expect(catalog.diffIndexes(0, second)).toEqual({
      added_indexes: [{ name: "t.other", type: "database", fields: ["z", "_creationTime"] }],
      removed_indexes: [
        { name: "t.other", type: "database", fields: ["c", "_creationTime"] },
        { name: "t.gone", type: "database", fields: ["b", "_creationTime"] },
      ],
      enabled_indexes: [{ name: "t.soon", type: "database", fields: ["d", "_creationTime"] }],
      disabled_indexes: [{ name: "t.words", type: "search", searchField: "body", filterFields: ["a"], staged: true }],
    });
    catalog.applySchema(0, second);
    test.reopen();
    expect(test.store.catalog.diffIndexes(0, second)).toEqual(nothing);
    expect(test.store.catalog.diffIndexes(0, null).removed_indexes).toHaveLength(5);
  });

  it("S34: a prepared index is kept up and refused until it is applied; the old one of its name serves meanwhile", () => {
    const test = new TestStore();
    const catalog = () => test.store.catalog;
    catalog().applySchema(0, schemaOf({ t: { indexes: { by_x: ["a"] } } }));
    test.mutate((txn) => [3, 1, 2].map((n) => txn.insert(0, "t", { a: n, b: -n, body: `word${n}` })));
    const words = { indexDescriptor: "words", searchField: "body", filterFields: [] };
    const next = schemaOf({ t: { indexes: { by_x: ["b"], by_new: ["b"] }, searchIndexes: [words] } });
    catalog().prepareIndexes(0, next);
    test.reopen();
    test.mutate((txn) => txn.insert(0, "t", { a: 0, b: 9, body: "word0" }));
    expect(pluck(test.read().query(0, range("t.by_x")).collect(), "a")).toEqual([0, 1, 2, 3]);
    expect(() => test.read().query(0, range("t.by_new"))).toThrow("Index t.by_new is not ready yet");
    expect(() => test.read().query(0, search("t.words", "body", "word1"))).toThrow("not ready yet");
    catalog().applyIndexes(0, next);
    for (const name of ["t.by_x", "t.by_new"]) {
      expect(pluck(test.read().query(0, range(name)).collect(), "b")).toEqual([-3, -2, -1, 9]);
    }
    expect(
      pluck(
        test
          .read()
          .query(0, search("t.words", "body", "word"))
          .collect(),
        "a",
      ),
    ).toEqual([0, 2, 1, 3]);
    catalog().applyIndexes(0, null);
    expect(() => test.read().query(0, range("t.by_x"))).toThrow("Index t.by_x not found");
    expect(test.store.db.sql.prepare("SELECT count(DISTINCT index_id) AS n FROM idx").get()).toEqual({ n: 2 });
    expect(test.store.db.sql.prepare("SELECT count(*) AS n FROM search_terms").get()).toEqual({ n: 0 });
  });

  it("S34: what an unfinished push built and the next one does not want is dropped", () => {
    const test = new TestStore();
    test.mutate((txn) => txn.insert(0, "t", { a: 1 }));
    test.store.catalog.prepareIndexes(0, schemaOf({ t: { indexes: { left: ["a"], kept: ["a", "b"] } } }));
    const kept = test.store.catalog.table(0, "t")!.building.get("kept")!.id;
    test.store.catalog.prepareIndexes(0, schemaOf({ t: { indexes: { kept: ["a", "b"] } } }));
    expect([...test.store.catalog.table(0, "t")!.building.values()].map((i) => i.id)).toEqual([kept]);
  });

  it("S34: a staged index is kept up, and refused until it is enabled", () => {
    const test = new TestStore();
    const staged: SchemaJson = {
      schemaValidation: true,
      tables: [{ tableName: "t", indexes: [], stagedDbIndexes: [{ indexDescriptor: "by_a", fields: ["a"] }] }],
    };
    test.store.catalog.applySchema(0, staged);
    test.mutate((txn) => [2, 1].map((a) => txn.insert(0, "t", { a })));
    expect(() => test.read().query(0, range("t.by_a"))).toThrow("Index t.by_a is staged");
    test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_a: ["a"] } } }));
    expect(pluck(test.read().query(0, range("t.by_a")).collect(), "a")).toEqual([1, 2]);
  });

  it("S34: a large table is indexed completely, and a change that is rolled back leaves the old state", () => {
    const test = new TestStore();
    test.mutate((txn) => {
      for (let i = 0; i < 700; i++) txn.insert(0, "t", { a: (i * 11) % 700 });
    });
    test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_a: ["a"] } } }));
    expect(pluck(test.read().query(0, range("t.by_a")).collect(), "a")).toEqual(
      Array.from({ length: 700 }, (_, i) => i),
    );
    const index = test.store.catalog.table(0, "t")!.indexes.get("by_a")!;
    test.store.begin();
    test.store.catalog.applySchema(0, null);
    test.store.rollback();
    expect(test.store.catalog.table(0, "t")!.indexes.get("by_a")!.id).toBe(index.id);
    expect(
      test
        .read()
        .query(0, range("t.by_a", [["Eq", "a", 5]]))
        .collect(),
    ).toHaveLength(1);
  });

  it("S34: a transaction that wrote to a table whose indexes then changed is refused as a whole", () => {
    const test = new TestStore();
    test.mutate((txn) => txn.insert(0, "t", { a: 1 }));
    const txn = test.begin();
    txn.insert(0, "t", { a: 2 });
    test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_a: ["a"] } } }));
    test.store.begin();
    expect(() => txn.flush()).toThrow("the indexes of table t changed");
    test.store.commit();
    expect(pluck(test.read().query(0, range("t.by_a")).collect(), "a")).toEqual([1]);
  });

  it("S34: a change left for the end of a flush indexes what the same transaction wrote", () => {
    const test = new TestStore();
    test.mutate((txn) => {
      txn.insert(0, "t", { a: 1 });
      txn.atFlush((store) => store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_a: ["a"] } } })));
    });
    expect(pluck(test.read().query(0, range("t.by_a")).collect(), "a")).toEqual([1]);
  });
});

describe("schemas", () => {
  const one = schemaOf({ t: { documentType: object({ a: text }) } });
  const two = schemaOf({ t: { documentType: object({ b: text }) } });

  it("S30: checking names the first document that does not match, and skips what was enforced before", () => {
    const test = new TestStore();
    const [, bad] = test.mutate((txn) => [txn.insert(0, "t", { a: "x" }), txn.insert(0, "t", { a: 1 })]);
    const mismatch = test.store.catalog.validateAll(0, one);
    expect(mismatch).toEqual({ tableName: "t", id: bad, message: expect.any(String) });
    expect(mismatch?.message).toMatch(`Document with ID "${bad}" in table "t" does not match the schema: `);
    expect(test.store.catalog.validateAll(0, { ...one, schemaValidation: false })).toBeNull();
    expect(test.store.catalog.validateAll(0, schemaOf({ empty: { documentType: object({ a: text }) } }))).toBeNull();
    // The active schema is taken at its word, so that a large table need not be read again.
    test.store.catalog.setSchema(0, one);
    expect(test.store.catalog.validateAll(0, one)).toBeNull();
    test.store.catalog.setSchema(0, { ...one, schemaValidation: false });
    expect(test.store.catalog.validateAll(0, one)).not.toBeNull();
  });

  it("S31: pending, validated, active; the one before is overwritten; equal ones keep their id", () => {
    const test = new TestStore();
    const catalog = test.store.catalog;
    const first = catalog.submitSchema(0, one);
    expect(catalog.submitSchema(0, structuredClone(one))).toBe(first);
    expect(catalog.schemaStatus(first)).toMatchObject({ ns: 0, state: "pending", error: null });
    catalog.markValidated(first);
    catalog.activateSchema(0, first);
    expect(catalog.schema(0)).toEqual(one);
    const second = catalog.submitSchema(0, two);
    expect(catalog.inFlightSchema(0)?.id).toBe(second);
    expect(catalog.submitSchema(0, structuredClone(one))).toBe(first);
    expect(catalog.schemaStatus(second)?.state).toBe("overwritten");
    expect(catalog.inFlightSchema(0)).toBeNull();
    expect(() => catalog.activateSchema(0, second)).toThrow("overwritten by another push");
    const third = catalog.submitSchema(0, two);
    catalog.failSchema(third, "Document … does not match", "t");
    expect(catalog.schemaStatus(third)).toMatchObject({
      state: "failed",
      error: "Document … does not match",
      tableName: "t",
    });
    expect(() => catalog.activateSchema(0, third)).toThrow("Document … does not match");
    test.reopen();
    expect(test.store.catalog.schema(0)).toEqual(one);
    test.store.catalog.activateSchema(0, null);
    expect(test.store.catalog.schema(0)).toBeNull();
    expect(test.store.catalog.schemaStatus(first)?.state).toBe("overwritten");
    expect(test.store.catalog.schemaStatus("nonsense")).toBeNull();
  });

  it("S32: a write that only the schema in flight forbids succeeds and fails that schema", () => {
    const test = new TestStore();
    test.store.catalog.applySchema(0, one);
    const id = test.store.catalog.submitSchema(0, two);
    test.store.catalog.markValidated(id);
    const undone = test.begin();
    const mark = undone.mark();
    undone.insert(0, "t", { a: "x" });
    undone.rollbackTo(mark);
    test.commit(undone);
    expect(test.store.catalog.schemaStatus(id)?.state).toBe("validated");
    test.mutate((txn) => txn.insert(0, "t", { a: "x" }));
    expect(test.store.catalog.schemaStatus(id)).toMatchObject({ state: "failed", tableName: "t" });
    expect(test.store.catalog.schemaStatus(id)?.error).toMatch('New document in table "t" does not match the schema: ');
    expect(test.read().query(0, scan("t")).collect()).toHaveLength(1);
  });
});
