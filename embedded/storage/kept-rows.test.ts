import { beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../values/json.ts";
import { KeptRows, placeOf } from "./kept-rows.ts";
import { TestStore } from "./test-store.ts";

const user = { isSystem: false };
const system = { isSystem: true };

describe("rows that are kept after they were read", () => {
  let test: TestStore;
  let id: string;
  const seen = (): JsonObject | null => test.read().get(0, id, user);

  beforeEach(() => {
    test = new TestStore();
    id = test.mutate((txn) => txn.insert(0, "t", { n: 1 }));
    expect(seen()).toMatchObject({ n: 1 });
  });

  it("S20: a document that was read before is seen as the last commit left it", () => {
    test.mutate((txn) => txn.patch(0, id, { n: 2 }));
    expect(seen()).toMatchObject({ n: 2 });
    test.mutate((txn) => txn.remove(0, id));
    expect(seen()).toBeNull();
  });

  it("S20: what a function does with a document it read changes nothing that others read", () => {
    const txn = test.begin();
    const first = txn.patch(0, id, { n: 2, list: [1] });
    expect(first).toMatchObject({ n: 2 });
    expect(seen()).toEqual({ _id: id, _creationTime: expect.any(Number), n: 1 });
  });

  it("S6: a group that is taken back leaves nothing of what was read in it", () => {
    test.store.begin();
    const txn = test.begin();
    txn.patch(0, id, { n: 2 });
    txn.flush();
    expect(seen()).toMatchObject({ n: 2 });
    test.store.rollback();
    expect(seen()).toMatchObject({ n: 1 });
  });

  it("S6: nor does a transaction whose flush fails, while the rest of its group stands", () => {
    test.store.begin();
    const kept = test.begin();
    kept.patch(0, id, { n: 2 });
    kept.flush();
    const failing = test.begin();
    failing.patch(0, id, { n: 3 });
    failing.atFlush(() => {
      expect(seen()).toMatchObject({ n: 3 });
      throw new Error("refused");
    });
    expect(() => failing.flush()).toThrow("refused");
    expect(seen()).toMatchObject({ n: 2 });
    test.store.commit();
    expect(seen()).toMatchObject({ n: 2 });
  });

  it("S12: the row of a document that was taken away may be another's", () => {
    test.mutate((txn) => txn.remove(0, id));
    const other = test.mutate((txn) => txn.insert(0, "u", { n: 9 }));
    expect([seen(), test.read().get(0, other, user)]).toMatchObject([null, { n: 9 }]);
  });

  it("S12: nor is anything of a table seen that was dropped and made again", () => {
    test.store.catalog.dropTable(0, "t");
    expect(seen()).toBeNull();
    test.mutate((txn) => txn.insert(0, "t", { n: 5 }));
    expect(seen()).toBeNull();
  });

  it("S42: a job that is about to run is seen as it is then, and as before when its group is taken back", () => {
    const job = test.mutate((txn) =>
      txn.schedule(0, { componentPath: "", path: "m.js:f", udfType: "mutation", args: {}, atMs: test.nowMs }),
    );
    const [due] = test.store.jobs.due(test.nowMs, 1);
    const given = test.store.jobs.toRun(due!);
    test.store.begin();
    const txn = test.begin();
    txn.cancelJob(0, job);
    txn.flush();
    expect(test.begin().moveJob(0, job, "pending", { kind: "inProgress" })).toBe(false);
    test.store.rollback();
    expect(test.begin().moveJob(0, job, "pending", { kind: "inProgress" })).toBe(true);
    expect(test.read().get(0, job, system)).toMatchObject({ state: { kind: "pending" } });
    test.mutate((again) => again.setJobState(0, job, { kind: "success" }));
    test.reopen();
    const { args: _, ...row } = given;
    expect(test.store.jobs.get(job)).toEqual({ ...row, phase: "done" });
  });

  it("S20: few rows are kept, and none with much text", () => {
    const rows = new KeptRows();
    const row = (doc: number, json = "{}") => ({ key: Buffer.from([doc]), doc, size: 2, json });
    const place = (doc: number) => placeOf(1, Buffer.from([doc & 0xff, doc >> 8]));
    for (let doc = 0; doc < 5000; doc++) if (rows.find(place(doc), 0) === undefined) rows.keep(place(doc), row(doc));
    const kept = Array.from({ length: 5000 }, (_, doc) => rows.find(place(doc), 0)).filter((found) => found !== undefined);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.length).toBeLessThanOrEqual(1024);
    rows.keep(place(6000), row(6000, JSON.stringify("x".repeat(5000))));
    expect(rows.find(place(6000), 0)).toBeUndefined();
  });
});
