import { describe, expect, it } from "vitest";
import { encodeId } from "../values/ids.ts";
import { encodeInt64, type Json, type JsonObject } from "../values/json.ts";
import { overlaps } from "./read-set.ts";
import { pluck, range, scan, schemaOf, TestStore } from "./test-store.ts";

const UNDEFINED = { $undefined: null };
const COMMIT_TS = { $commitTs: null };
const user = { isSystem: false };

describe("documents", () => {
  it("S11: insert gives an id and a creation time, and the document reads back the same before and after the commit", () => {
    const test = new TestStore();
    const txn = test.begin();
    const id = txn.insert(0, "messages", { body: "hi", n: encodeInt64(3n) });
    const expected = { _id: id, _creationTime: expect.any(Number), body: "hi", n: encodeInt64(3n) };
    expect(txn.get(0, id, user)).toEqual(expected);
    test.commit(txn);
    expect(test.read().get(0, id, user)).toEqual(expected);
  });

  it("S11: creation times begin at the clock or the last commit and strictly increase over rollbacks", () => {
    const test = new TestStore();
    test.nowMs = Number(test.store.db.lastTs() / 1_000_000n) + 60_000;
    const txn = test.begin();
    const first = txn.get(0, txn.insert(0, "t", {}), user)?.["_creationTime"] as number;
    const mark = txn.mark();
    const second = txn.get(0, txn.insert(0, "t", {}), user)?.["_creationTime"] as number;
    txn.rollbackTo(mark);
    const third = txn.get(0, txn.insert(0, "t", {}), user)?.["_creationTime"] as number;
    expect(first).toBe(test.nowMs);
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
    expect(third).toBeLessThan(first + 1);

    test.nowMs = 5;
    const behind = test.begin();
    const late = behind.get(0, behind.insert(0, "t", {}), user)?.["_creationTime"];
    expect(late).toBe(Number(behind.snapshotTs) / 1e6);
  });

  it("S11: documents of transactions in the same millisecond are created in commit order", () => {
    const test = new TestStore();
    const inserted = Array.from({ length: 50 }, (_, i) =>
      test.mutate((txn) => [txn.insert(0, "t", { i }), txn.insert(0, "t", { i })]),
    ).flat();
    expect(pluck(test.read().query(0, scan("t")).collect(), "_id")).toEqual(inserted);
  });

  it("S11: insert refuses system fields and reserved names", () => {
    const txn = new TestStore().begin();
    expect(() => txn.insert(0, "t", { _id: "x" })).toThrow('must not hold the field "_id"');
    expect(() => txn.insert(0, "t", { _creationTime: 1 })).toThrow('must not hold the field "_creationTime"');
    expect(() => txn.insert(0, "t", { _other: 1 })).toThrow("_other");
    expect(() => txn.insert(0, "t", [] as unknown as JsonObject)).toThrow("must be an object");
    expect(() => txn.insert(0, "bad name", {})).toThrow("bad name");
    expect(txn.query(0, scan("t")).collect()).toEqual([]);
  });

  it("S14: patch merges top-level fields and removes those given as undefined", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "t", { a: 1, b: { c: 2 }, d: 3 }));
    const after = test.mutate((txn) => txn.patch(0, id, { a: UNDEFINED, b: { e: 4 }, f: 5, missing: UNDEFINED }));
    expect(after).toEqual({ _id: id, _creationTime: after["_creationTime"], b: { e: 4 }, d: 3, f: 5 });
    expect(test.read().get(0, id, user)).toEqual(after);
  });

  it("S14: replace keeps only the system fields, which may be given unchanged and not changed", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "t", { a: 1 }));
    const txn = test.begin();
    const old = txn.get(0, id, user)!;
    expect(txn.replace(0, id, { ...old, b: 2 })).toEqual({ ...old, b: 2 });
    expect(txn.replace(0, id, { c: 3 })).toEqual({ _id: id, _creationTime: old["_creationTime"], c: 3 });
    expect(() => txn.replace(0, id, { _id: "other" })).toThrow('system field "_id"');
    expect(() => txn.patch(0, id, { _creationTime: 1 })).toThrow('system field "_creationTime"');
    expect(() => txn.patch(0, id, { _id: UNDEFINED })).toThrow('system field "_id"');
  });

  it("S14: a change to the same document writes and counts nothing", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "t", { a: 1, b: [1, { c: 2 }] }));
    const txn = test.begin();
    txn.patch(0, id, { b: [1, { c: 2 }] });
    txn.replace(0, id, { b: [1, { c: 2 }], a: 1 });
    expect(txn.writes()).toEqual([]);
    expect(txn.hasWrites).toBe(false);
    expect(txn.metrics.used("documentsWritten")).toBe(0);
    txn.patch(0, id, { a: 2 });
    txn.patch(0, id, { a: 1 });
    expect(txn.writes()).toEqual([]);
  });

  it("S15: writing to what is not there names the operation and the id", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "t", {}));
    test.mutate((txn) => txn.remove(0, id));
    const txn = test.begin();
    expect(txn.get(0, id, user)).toBeNull();
    expect(() => txn.patch(0, id, {})).toThrow(`Update on nonexistent document ID ${id}`);
    expect(() => txn.replace(0, id, {})).toThrow(`Replace on nonexistent document ID ${id}`);
    expect(() => txn.remove(0, id)).toThrow(`Delete on nonexistent document ID ${id}`);
  });

  it("S16: ids of no table, of another table and of no kind", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "users", {}));
    const job = test.mutate((txn) => txn.insertSystem(0, "_storage", { size: 1 }));
    const txn = test.begin();
    const elsewhere = encodeId(20_000, Buffer.alloc(16));
    expect(txn.get(0, elsewhere, { isSystem: false, table: "users" })).toBeNull();
    expect(() => txn.get(0, "nonsense", user)).toThrow("Invalid argument `id` for `db.get`: Unable to decode ID");
    expect(() => txn.get(0, id, { isSystem: false, table: "posts" })).toThrow(
      'expected an Id<"posts">, got Id<"users">',
    );
    expect(() => txn.patch(0, id, {}, "posts")).toThrow('expected an Id<"posts">, got Id<"users">');
    expect(() => txn.get(0, id, { isSystem: true })).toThrow("User tables can only be accessed from db.get()");
    expect(() => txn.get(0, job, user)).toThrow("System tables can only be accessed from db.system.get()");
    expect(txn.get(0, job, { isSystem: true, table: "_storage" })).toMatchObject({ size: 1 });
    expect(() => txn.patch(0, job, { size: 2 })).toThrow("read-only");
    expect(() => txn.remove(0, job)).toThrow("read-only");
    expect(() => txn.insert(0, "_storage", {})).toThrow("read-only");
  });

  it("S17: normalizeId asks for the table of an id, not for the document", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "users", {}));
    test.mutate((txn) => (txn.insert(0, "posts", {}), txn.remove(0, id)));
    const txn = test.read();
    expect(txn.normalizeId(0, "users", id)).toBe(id);
    expect(txn.normalizeId(0, "posts", id)).toBeNull();
    expect(txn.normalizeId(0, "nowhere", id)).toBeNull();
    expect(txn.normalizeId(0, "users", id.toUpperCase())).toBeNull();
  });

  it("S18: a document above 1 MiB or 16 levels is refused and nothing of it stays", () => {
    const test = new TestStore();
    const txn = test.begin();
    let deep: Json = 1;
    for (let i = 0; i < 16; i++) deep = [deep];
    expect(() => txn.insert(0, "t", { text: "x".repeat(1024 * 1024) })).toThrow("maximum size 1 MiB");
    expect(() => txn.insert(0, "t", { deep })).toThrow("maximum nesting 16");
    expect(txn.count(0, "t")).toBe(0);
  });

  it("S19: the commit timestamp is the mutation's own, in values and bounds, and finds only its own rows", () => {
    const test = new TestStore();
    test.store.catalog.applySchema(0, schemaOf({ log: { indexes: { by_ts: ["ts"] } } }));
    test.mutate((txn) => txn.insert(0, "log", { ts: COMMIT_TS, who: "before" }));
    const txn = test.begin();
    const id = txn.insert(0, "log", { ts: COMMIT_TS, who: "now", nested: [{ at: COMMIT_TS }] });
    expect(txn.get(0, id, user)).toMatchObject({ ts: encodeInt64(txn.ts), nested: [{ at: encodeInt64(txn.ts) }] });
    const mine = txn.query(0, range("log.by_ts", [["Eq", "ts", COMMIT_TS]])).collect();
    expect(pluck(mine, "who")).toEqual(["now"]);
    test.commit(txn);
    expect(test.store.db.lastTs()).toBe(txn.ts);
    expect(() => test.read().query(0, range("log.by_ts", [["Eq", "ts", COMMIT_TS]]))).toThrow("$commitTs");
  });
});

describe("tables", () => {
  it("S12: a table comes into being with its first document and goes with a rollback", () => {
    const test = new TestStore();
    const txn = test.begin();
    const mark = txn.mark();
    txn.insert(0, "lost", {});
    expect(txn.tableNames(0).nameOf(10_001)).toBe("lost");
    txn.rollbackTo(mark);
    expect(txn.tableNames(0).nameOf(10_001)).toBeUndefined();
    const first = txn.insert(0, "first", {});
    const second = txn.insert(0, "second", {});
    expect(txn.normalizeId(0, "first", first)).toBe(first);
    test.commit(txn);
    expect(test.store.catalog.tableByNumber(0, 10_001)?.name).toBe("first");
    expect(test.store.catalog.tableByNumber(0, 10_002)?.name).toBe("second");
    expect(test.store.catalog.table(0, "lost")).toBeUndefined();
    test.reopen();
    expect(test.read().get(0, second, user)).toMatchObject({ _id: second });
    expect(test.store.catalog.nextTableNumber(0)).toBe(10_003);
  });

  it("S26: components have tables of their own, with numbers of their own", () => {
    const test = new TestStore();
    const ns = test.store.catalog.ensureNamespace("workflow/workpool");
    const id = test.mutate((txn) => txn.insert(0, "app", {}));
    const other = test.mutate((txn) => txn.insert(ns, "inner", { x: 1 }));
    const txn = test.read();
    expect(txn.query(ns, scan("app")).collect()).toEqual([]);
    expect(txn.get(ns, id, user)).toBeNull();
    expect(txn.normalizeId(ns, "inner", id)).toBe(id);
    expect(txn.get(0, other, { isSystem: false, table: "app" })).toBeNull();
    test.reopen();
    expect(test.store.catalog.namespace("workflow/workpool")).toBe(ns);
    expect(test.store.catalog.ensureNamespace("workflow/workpool")).toBe(ns);
  });

  it("S13: the active schema is enforced on every write, other tables take anything", () => {
    const test = new TestStore();
    const body = { fieldType: { type: "string" as const }, optional: false };
    test.store.catalog.applySchema(0, schemaOf({ messages: { documentType: { type: "object", value: { body } } } }));
    const txn = test.begin();
    const id = txn.insert(0, "messages", { body: "fine" });
    const prefix = 'Failed to insert or update a document in table "messages" because it does not match the schema: ';
    expect(() => txn.insert(0, "messages", {})).toThrow(prefix);
    expect(() => txn.patch(0, id, { body: 1 })).toThrow(prefix);
    expect(() => txn.replace(0, id, { body: "x", more: 1 })).toThrow(prefix);
    txn.insert(0, "other", { anything: [null] });
    expect(txn.query(0, scan("messages")).collect()).toMatchObject([{ body: "fine" }]);
  });
});

describe("sub-transactions and snapshots", () => {
  it("S23: a rollback takes back writes, jobs, tables and steps, and leaves reads and counters", () => {
    const test = new TestStore();
    test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_a: ["a"] } } }));
    const kept = test.mutate((txn) => txn.insert(0, "t", { a: 1 }));
    const txn = test.begin();
    txn.patch(0, kept, { a: 2 });
    const mark = txn.mark();
    txn.patch(0, kept, { a: 3 });
    const gone = txn.insert(0, "t", { a: 9 });
    txn.insert(0, "made", {});
    const job = txn.schedule(0, { componentPath: "", path: "m.js:f", udfType: "mutation", args: {}, atMs: test.nowMs });
    txn.atFlush(() => expect.unreachable("a step that was taken back ran"));
    txn.rollbackTo(mark);

    expect(txn.get(0, gone, user)).toBeNull();
    expect(txn.job(0, job)).toBeNull();
    expect(txn.jobsChanged).toBe(false);
    expect(pluck(txn.query(0, range("t.by_a")).collect(), "a")).toEqual([2]);
    expect(txn.metrics.used("documentsWritten")).toBe(4);
    expect(txn.metrics.used("functionsScheduled")).toBe(1);
    const change = test.begin();
    change.remove(0, kept);
    expect(overlaps(txn.reads, change.writes())).toBe(true);

    test.commit(txn);
    expect(
      pluck(
        test
          .read()
          .query(0, range("t.by_a", [], "desc"))
          .collect(),
        "a",
      ),
    ).toEqual([2]);
    expect(test.store.catalog.table(0, "made")).toBeUndefined();
    expect(test.store.jobs.nextDueMs()).toBeNull();
  });

  it("S20: a snapshot sees the last commit, none of the pending writes, and adds nothing to read set and counters", () => {
    const test = new TestStore();
    test.mutate((txn) => txn.insert(0, "t", { n: 1 }));
    const txn = test.begin();
    txn.insert(0, "t", { n: 2 });
    const snapshot = txn.snapshot();
    expect(pluck(snapshot.query(0, scan("t")).collect(), "n")).toEqual([1]);
    expect(pluck(txn.query(0, scan("t")).collect(), "n")).toEqual([1, 2]);
    const quiet = test.begin();
    quiet.snapshot().query(0, scan("t")).collect();
    expect([...quiet.reads.indexIds()]).toEqual([]);
    expect(quiet.metrics.used("documentsRead")).toBe(0);
    expect(() => snapshot.insert(0, "t", {})).toThrow("read-only");
    expect(() => snapshot.atFlush(() => {})).toThrow("cannot leave anything to write");
  });

  it("S6: a flush that fails leaves nothing of its transaction, and the rest of the group stands", () => {
    const test = new TestStore();
    const good = test.begin();
    good.insert(0, "good", {});
    test.store.begin();
    good.flush();
    const bad = test.begin();
    bad.insert(0, "bad", {});
    bad.atFlush(() => {
      throw new Error("refused at the end");
    });
    expect(() => bad.flush()).toThrow("refused at the end");
    const last = test.begin();
    last.insert(0, "last", {});
    last.flush();
    test.store.commit();
    const names = [...test.store.catalog.tables(0)].filter((t) => !t.system).map((t) => t.name);
    expect(names).toEqual(["good", "last"]);
    expect(test.store.db.lastTs()).toBe(last.ts);
    expect(test.read().count(0, "last")).toBe(1);
  });

  it("S6: when SQLite gives up the whole group, the cause is told and memory follows the file", () => {
    const test = new TestStore();
    const txn = test.begin();
    txn.insert(0, "t", {});
    txn.atFlush((store) => {
      store.db.rollback();
      throw new Error("the disk is full");
    });
    test.store.begin();
    expect(() => txn.flush()).toThrow("the disk is full");
    expect(test.store.db.sql.isTransaction).toBe(false);
    expect(test.store.catalog.table(0, "t")).toBeUndefined();
  });

  it("S6: a group that is rolled back leaves nothing, in the file and in memory", () => {
    const test = new TestStore();
    const before = test.store.db.lastTs();
    const txn = test.begin();
    txn.insert(0, "t", {});
    test.store.begin();
    txn.flush();
    expect(test.store.catalog.table(0, "t")).toBeDefined();
    test.store.rollback();
    expect(test.store.catalog.table(0, "t")).toBeUndefined();
    expect(test.store.db.lastTs()).toBe(before);
    expect(test.read().query(0, scan("t")).collect()).toEqual([]);
  });
});

describe("limits", () => {
  it("S24: counters are real and are reported as used and remaining", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.insert(0, "t", { a: "xyz" }));
    const txn = test.begin();
    txn.get(0, id, user);
    txn.query(0, scan("t")).collect();
    txn.insert(0, "t", { a: "xyz" });
    const size = 2 + 4 + 2 + 32 + 14 + 9 + 2 + 5;
    expect(txn.metrics.json()).toMatchObject({
      documentsRead: { used: 2, remaining: 31_998 },
      bytesRead: { used: 2 * size, remaining: 16 * 1024 * 1024 - 2 * size },
      databaseQueries: { used: 2, remaining: 4094 },
      documentsWritten: { used: 1, remaining: 15_999 },
      bytesWritten: { used: size, remaining: 16 * 1024 * 1024 - size },
      functionsScheduled: { used: 0, remaining: 1000 },
      scheduledFunctionArgsBytes: { used: 0, remaining: 16 * 1024 * 1024 },
      filesRead: { used: 0, remaining: expect.any(Number) },
    });
  });

  it("S24: each limit fails with its text, and what went before stands", () => {
    const txn = new TestStore().begin();
    const job = { componentPath: "", path: "m.js:f", udfType: "mutation", args: {}, atMs: txn.nowMs } as const;
    for (let i = 0; i < 1000; i++) txn.schedule(0, job);
    expect(() => txn.schedule(0, job)).toThrow("Too many functions scheduled by this mutation (limit: 1000)");
    for (let i = 0; i < 16; i++) txn.insert(0, "t", { text: "x".repeat(1024 * 1024 - 100) });
    expect(() => txn.insert(0, "t", { text: "x".repeat(2000) })).toThrow(
      "Too many bytes written in a single function execution (limit: 16777216 bytes)",
    );
    expect(txn.count(0, "t")).toBe(16);
  });

  it("S24: ranges and documents read are limited", () => {
    const txn = new TestStore().begin();
    for (let i = 0; i < 9; i++) txn.insert(0, "t", {});
    for (let i = 0; i < 3555; i++) txn.query(0, scan("t")).collect();
    expect(() => txn.query(0, scan("t")).collect()).toThrow(
      "Too many documents read in a single function execution (limit: 32000).",
    );
  });

  it("S24: ranges count once, however often they are read", () => {
    const txn = new TestStore().begin();
    const ids = Array.from({ length: 4098 }, () => txn.insert(0, "t", {}));
    for (const id of [...ids.slice(0, 4095), ...ids.slice(0, 4000)]) txn.get(0, id, user);
    expect(txn.metrics.json()).toMatchObject({ databaseQueries: { used: 4095, remaining: 1 } });
    txn.get(0, ids[4095]!, user);
    txn.get(0, ids[0]!, user);
    expect(() => txn.get(0, ids[4096]!, user)).toThrow("Too many reads in a single function execution (limit: 4096).");
  });

  it("S25: a nested call's limits count from its beginning, never exceed what is left, and end with it", () => {
    const txn = new TestStore().begin();
    for (let i = 0; i < 10; i++) txn.insert(0, "t", {});
    const restore = txn.withLimits({ documentsWritten: 2, documentsRead: 1e9, unknown: 1 });
    expect(txn.metrics.remaining("documentsWritten")).toBe(2);
    expect(txn.metrics.remaining("documentsRead")).toBe(32_000);
    const restoreInner = txn.withLimits({ documentsWritten: 100 });
    expect(txn.metrics.remaining("documentsWritten")).toBe(2);
    restoreInner();
    txn.insert(0, "t", {});
    txn.insert(0, "t", {});
    expect(() => txn.insert(0, "t", {})).toThrow("Too many writes in a single function execution (limit: 2)");
    restore();
    txn.insert(0, "t", {});
    expect(txn.count(0, "t")).toBe(13);
  });
});

/** Four rows with `by_n`, and whether a change touches what was read. */
function numbered() {
  const test = new TestStore();
  test.store.catalog.applySchema(0, schemaOf({ t: { indexes: { by_n: ["n"] } } }));
  const ids = test.mutate((txn) => [10, 20, 30, 40].map((n) => txn.insert(0, "t", { n })));
  const hits = (
    reads: ReturnType<TestStore["read"]>["reads"],
    change: (txn: ReturnType<TestStore["begin"]>) => void,
  ) => {
    const txn = test.begin();
    change(txn);
    return overlaps(reads, txn.writes());
  };
  return { test, ids, hits };
}

describe("read sets", () => {
  it("S22: only what was consumed is watched, in both directions", () => {
    const { test, hits } = numbered();
    for (const [order, near, far] of [
      ["asc", 5, 25],
      ["desc", 45, 25],
    ] as const) {
      const txn = test.read();
      const cursor = txn.query(0, range("t.by_n", [], order));
      cursor.next();
      expect(hits(txn.reads, (w) => w.insert(0, "t", { n: near }))).toBe(true);
      expect(hits(txn.reads, (w) => w.insert(0, "t", { n: far }))).toBe(false);
    }
  });

  it("S22: a query that ended watches its whole interval and nothing beyond", () => {
    const { test, ids, hits } = numbered();
    const txn = test.read();
    txn
      .query(
        0,
        range("t.by_n", [
          ["Gte", "n", 20],
          ["Lt", "n", 35],
        ]),
      )
      .collect();
    expect(hits(txn.reads, (w) => w.insert(0, "t", { n: 34 }))).toBe(true);
    expect(hits(txn.reads, (w) => w.insert(0, "t", { n: 35 }))).toBe(false);
    expect(hits(txn.reads, (w) => w.patch(0, ids[0]!, { n: 25 }))).toBe(true);
    expect(hits(txn.reads, (w) => w.patch(0, ids[1]!, { n: 99 }))).toBe(true);
    expect(hits(txn.reads, (w) => w.patch(0, ids[1]!, { body: "same key" }))).toBe(true);
    expect(hits(txn.reads, (w) => w.patch(0, ids[3]!, { body: "outside" }))).toBe(false);
    expect(hits(txn.reads, (w) => w.remove(0, ids[2]!))).toBe(true);
  });

  it("S21: a point read is watched also when it found nothing, a missing table by its name and number", () => {
    const { test, ids, hits } = numbered();
    test.mutate((txn) => txn.remove(0, ids[0]!));
    const point = test.read();
    expect(point.get(0, ids[0]!, user)).toBeNull();
    expect(hits(point.reads, (w) => w.remove(0, ids[1]!))).toBe(false);
    const missing = test.read();
    expect(missing.query(0, scan("new")).collect()).toEqual([]);
    const byNumber = test.read();
    expect(byNumber.get(0, encodeId(10_002, Buffer.alloc(16)), user)).toBeNull();
    expect(hits(missing.reads, (w) => w.insert(0, "new", {}))).toBe(true);
    expect(hits(byNumber.reads, (w) => w.insert(0, "new", {}))).toBe(true);
    expect(hits(missing.reads, (w) => w.insert(0, "t", {}))).toBe(false);
  });
});
