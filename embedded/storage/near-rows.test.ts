import { expect, it } from "vitest";
import { canonicalText } from "../values/json.ts";
import { NearRows } from "./near-rows.ts";
import { pluck, scan, TestStore } from "./test-store.ts";

const user = { isSystem: false };

it("S20: what a query handed out is read, changed and removed by its id as it is stored", () => {
  const test = new TestStore();
  const ids = test.mutate((txn) => [1, 2, 3].map((n) => txn.insert(0, "t", { n })));
  const txn = test.begin();
  expect(pluck(txn.query(0, scan("t")).collect(), "n")).toEqual([1, 2, 3]);
  const [first, second, third] = ids as [string, string, string];
  expect(txn.get(0, first, user)).toMatchObject({ n: 1 });
  txn.patch(0, second, { m: 2 });
  txn.remove(0, third);
  expect([txn.get(0, second, user), txn.get(0, third, user)]).toMatchObject([{ n: 2, m: 2 }, null]);
  test.commit(txn);
  expect(pluck(test.read().query(0, scan("t")).collect(), "m")).toEqual([undefined, 2]);
});

it("S20: a row is remembered by its namespace and id, and looked up where its text begins otherwise", () => {
  const rows = new NearRows();
  const row = (document: object) => ({ key: Buffer.alloc(1), doc: 1, size: 2, json: canonicalText(document as never) });
  const plain = row({ _id: "x", _creationTime: 1.5, n: 1 });
  rows.keep(1, plain);
  expect([rows.find(1, "x"), rows.find(2, "x"), rows.find(1, "y")]).toEqual([plain, undefined, undefined]);
  for (const more of [{ A: 1 }, { A: ',"_id":"z"' }]) rows.keep(1, row({ _id: "z", _creationTime: 1, ...more }));
  expect(rows.find(1, "z")).toBeUndefined();
});
