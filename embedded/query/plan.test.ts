import { describe, expect, it } from "vitest";
import { range, scan, schemaOf, TestStore } from "../storage/test-store.ts";
import { overlaps } from "../storage/read-set.ts";
import { decodeId } from "../values/ids.ts";
import { encodeInt64, type Json } from "../values/json.ts";
import type { QueryJson, RangeJson } from "./plan.ts";

function people(): TestStore {
  const test = new TestStore();
  test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_a_b: ["a", "b"], by_a: ["a"] } } }));
  return test;
}

const ids = (test: TestStore, q: QueryJson): unknown[] =>
  test
    .read()
    .query(0, q)
    .collect()
    .map((doc) => doc["name"]);

describe("query plans", () => {
  it("Q1: a full scan of an unknown table is empty, an unknown index an error; both watch for the table", () => {
    const test = people();
    const scanning = test.read();
    expect(scanning.query(0, scan("new")).next()).toBeNull();
    const naming = test.read();
    expect(() => naming.query(0, range("new.by_a"))).toThrow("Index new.by_a not found.");
    expect(() => naming.query(0, range("t.by_z"))).toThrow("Index t.by_z not found.");
    expect(() => naming.query(0, range("nodot"))).toThrow("Index nodot not found.");
    const txn = test.begin();
    txn.insert(0, "new", {});
    expect(overlaps(scanning.reads, txn.writes())).toBe(true);
    expect(overlaps(naming.reads, txn.writes())).toBe(true);
  });

  it("Q2: every table can be read by id and by creation time, in both directions", () => {
    const test = people();
    test.mutate((txn) => ["x", "y", "z"].map((name) => txn.insert(0, "t", { name })));
    expect(ids(test, range("t.by_creation_time"))).toEqual(["x", "y", "z"]);
    expect(ids(test, scan("t", "desc"))).toEqual(["z", "y", "x"]);
    const byId = test.read().query(0, range("t.by_id")).collect();
    const sorted = byId.map((doc) => doc["_id"] as string);
    expect(sorted).toEqual([...sorted].sort());
    expect(
      test
        .read()
        .query(0, range("t.by_id", [["Gt", "_id", sorted[0]!]]))
        .collect(),
    ).toEqual(byId.slice(1));
    expect(
      test
        .read()
        .query(0, range("t.by_id", [["Eq", "_id", sorted[1]!]]))
        .collect(),
    ).toEqual([byId[1]]);
  });

  it("Q3: equalities come in any order, and _creationTime ends every index", () => {
    const test = people();
    test.mutate((txn) => [1, 1, 2].map((a, i) => txn.insert(0, "t", { a, b: "x", name: i })));
    const [first] = test.read().query(0, scan("t")).collect();
    const created = first!["_creationTime"] as number;
    expect(
      ids(
        test,
        range("t.by_a_b", [
          ["Eq", "b", "x"],
          ["Eq", "a", 1],
        ]),
      ),
    ).toEqual([0, 1]);
    expect(
      ids(
        test,
        range("t.by_a", [
          ["Eq", "a", 1],
          ["Gt", "_creationTime", created],
        ]),
      ),
    ).toEqual([1]);
    expect(
      ids(
        test,
        range("t.by_a", [
          ["Eq", "a", 1],
          ["Lte", "_creationTime", created],
        ]),
      ),
    ).toEqual([0]);
    expect(
      ids(
        test,
        range("t.by_a", [
          ["Eq", "a", 1],
          ["Eq", "_creationTime", created],
        ]),
      ),
    ).toEqual([0]);
    expect(
      ids(
        test,
        range(
          "t.by_a",
          [
            ["Gte", "a", 1],
            ["Lt", "a", 2],
          ],
          "desc",
        ),
      ),
    ).toEqual([1, 0]);
    expect(
      ids(
        test,
        range("t.by_a", [
          ["Gt", "a", 2],
          ["Lt", "a", 1],
        ]),
      ),
    ).toEqual([]);
  });

  it("Q3: a document whose id begins with the highest byte lies inside the range of its fields", () => {
    const test = people();
    // In some thousand years ids by time (V10) begin so; ids of Convex, which an import brings, do now and then.
    test.nowMs = 0xff_00_00_00_00_00;
    const doc = test.mutate((txn) => txn.get(0, txn.insert(0, "t", { a: 1, name: "high" }), { isSystem: false }));
    expect(decodeId(doc!["_id"] as string)?.internalId[0]).toBe(0xff);
    const created = doc!["_creationTime"] as number;
    for (const bound of ["Eq", "Lte", "Gte"] as const) {
      expect(
        ids(
          test,
          range("t.by_a", [
            ["Eq", "a", 1],
            [bound, "_creationTime", created],
          ]),
        ),
        bound,
      ).toEqual(["high"]);
    }
    expect(
      ids(
        test,
        range("t.by_a", [
          ["Eq", "a", 1],
          ["Gt", "_creationTime", created],
        ]),
      ),
    ).toEqual([]);
  });

  it("Q3: the id ends every index, after _creationTime", () => {
    const test = people();
    test.mutate((txn) => [1, 1, 1].map((a, i) => txn.insert(0, "t", { a, b: "x", name: i })));
    const docs = test.read().query(0, scan("t")).collect();
    const [low, middle, high] = docs.toSorted((a, b) => (a["_id"]! < b["_id"]! ? -1 : 1));
    const found = (operator: RangeJson["type"], value: Json): number =>
      ids(
        test,
        range("t.by_a_b", [
          ["Eq", "a", 1],
          ["Eq", "b", "x"],
          ["Eq", "_creationTime", middle!["_creationTime"]!],
          [operator, "_id", value],
        ]),
      ).length;
    const tried = (value: Json) => (["Eq", "Gt", "Gte", "Lt", "Lte"] as const).map((operator) => found(operator, value));
    expect(tried(low!["_id"]!)).toEqual([0, 1, 1, 0, 0]);
    expect(tried(middle!["_id"]!)).toEqual([1, 0, 1, 0, 1]);
    expect(tried(high!["_id"]!)).toEqual([0, 0, 0, 1, 1]);
    expect(tried(null)).toEqual([0, 1, 1, 0, 0]);
    expect(tried([])).toEqual([0, 0, 0, 1, 1]);
    expect(() => found("Gt", "no id")).toThrow('compares "_id" with "no id", which is no id of table "t"');
    expect(() => ids(test, range("t.by_a_b", [["Gt", "_id", middle!["_id"]!]]))).toThrow("in order");
  });

  it("Q3: what an index cannot answer is an error that names its fields", () => {
    const txn = people().read();
    const fields = '["a", "b"]';
    const bad =
      (...bounds: Parameters<typeof range>[1] & object): (() => unknown) =>
      () =>
        txn.query(0, range("t.by_a_b", bounds));
    expect(bad(["Eq", "c", 1])).toThrow(`comparison with "c", but t.by_a_b with fields ${fields} doesn't index this field.`);
    expect(bad(["Eq", "b", 1])).toThrow("did not use its fields in order");
    expect(bad(["Gt", "a", 1], ["Eq", "b", 1])).toThrow(fields);
    expect(bad(["Gt", "a", 1], ["Lt", "b", 1])).toThrow('attempted to set a range bound on both "a" and "b".');
    const already = "bound in index range. Can't add";
    expect(bad(["Eq", "a", 1], ["Gt", "a", 1])).toThrow(`Already defined inequality ${already} "a" == 1.0.`);
    expect(bad(["Eq", "a", 1], ["Eq", "a", 2])).toThrow(`Already defined equality ${already} "a" == 2.0.`);
    expect(bad(["Gt", "a", 1], ["Gte", "a", encodeInt64(1n)])).toThrow(`Already defined lower ${already} "a" >= 1.`);
    expect(bad(["Lt", "a", 1], ["Lte", "a", "x"])).toThrow(`Already defined upper ${already} "a" <= "x".`);
    expect(bad(["Eq", "a", { $bad: 1 }])).toThrow("Invalid value in an index range");
  });

  it("Q4: bounds go by the total order, in which a missing field is smallest", () => {
    const test = people();
    const values: Record<string, Json> = {
      missing: "skip",
      null: null,
      int: encodeInt64(99n),
      four: 4,
      five: 5,
      text: "5",
    };
    test.mutate((txn) => {
      for (const [name, a] of Object.entries(values)) txn.insert(0, "t", name === "missing" ? { name } : { name, a });
    });
    expect(ids(test, range("t.by_a", [["Lt", "a", 5]]))).toEqual(["missing", "null", "int", "four"]);
    expect(ids(test, range("t.by_a", [["Gte", "a", 5]]))).toEqual(["five", "text"]);
    expect(ids(test, range("t.by_a", [["Eq", "a", { $undefined: null }]]))).toEqual(["missing"]);
    expect(
      ids(
        test,
        range("t.by_a", [
          ["Gt", "a", { $undefined: null }],
          ["Lte", "a", null],
        ]),
      ),
    ).toEqual(["null"]);
  });

  it("Q5: filters and limits apply in the order they are written", () => {
    const test = people();
    test.mutate((txn) => [1, 2, 3, 4, 5, 6].map((n) => txn.insert(0, "t", { name: n, even: n % 2 === 0 })));
    const even = { filter: { $field: "even" } };
    expect(ids(test, scan("t", "asc", even, { limit: 2 }))).toEqual([2, 4]);
    expect(ids(test, scan("t", "asc", { limit: 3 }, even))).toEqual([2]);
    expect(ids(test, scan("t", "desc", { limit: 5 }, even, { limit: 1 }))).toEqual([6]);
    expect(ids(test, scan("t", "asc", { limit: 0 }))).toEqual([]);
  });

  it("Q6: rows that a filter drops count as read, rows behind a limit do not", () => {
    const test = people();
    test.mutate((txn) => Array.from({ length: 300 }, (_, n) => txn.insert(0, "t", { name: n })));
    const txn = test.read();
    const q = scan("t", "asc", { filter: { $eq: [{ $field: "name" }, { $literal: 99 }] } }, { limit: 1 });
    expect(txn.query(0, q).collect()).toMatchObject([{ name: 99 }]);
    expect(txn.metrics.used("documentsRead")).toBe(100);
  });

  it("Q7: a malformed query fails before anything is read", () => {
    const txn = people().read();
    const plan =
      (q: unknown): (() => unknown) =>
      () =>
        txn.query(0, q as QueryJson);
    const source = { type: "FullTableScan", tableName: "t", order: null };
    expect(plan(null)).toThrow("must hold a source and operators");
    expect(plan({ source, operators: Array.from({ length: 257 }, () => ({ limit: 1 })) })).toThrow(
      "at most 256 operators",
    );
    expect(plan({ source, operators: [{ limit: -1 }] })).toThrow("whole number");
    expect(plan({ source, operators: [{ limit: 1.5 }] })).toThrow("whole number");
    expect(plan({ source, operators: [{ other: 1 }] })).toThrow("must be a filter or a limit");
    expect(plan({ source: { type: "Nothing" }, operators: [] })).toThrow('Unknown query source "Nothing"');
    expect(plan({ source: { ...source, order: "up" }, operators: [] })).toThrow('must be "asc" or "desc"');
    expect(plan({ source: { type: "IndexRange", indexName: "t.by_a", range: null }, operators: [] })).toThrow(
      "must be an array",
    );
    expect(plan(range("t.by_a", [["Like" as "Eq", "a", 1]]))).toThrow('Unknown range operator "Like"');
    expect(txn.metrics.used("databaseQueries")).toBe(0);
  });
});
