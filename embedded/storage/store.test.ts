import { describe, expect, it } from "vitest";
import { TestStore } from "./test-store.ts";
import { decodeId } from "../values/ids.ts";

describe("what stands beside the documents", () => {
  it("S50: a client's mutation is recorded in its own commit, once", () => {
    const test = new TestStore();
    const request = { session: "s", requestId: 7, result: { done: [1] }, logLines: ["[LOG] 'x'"] };
    const txn = test.begin();
    txn.recordSessionRequest(request);
    expect(test.store.sessionRequest("s", 7)).toBeNull();
    test.commit(txn);
    test.reopen();
    expect(test.store.sessionRequest("s", 7)).toEqual({ result: { done: [1] }, logLines: ["[LOG] 'x'"], ts: txn.ts });
    expect(test.store.sessionRequest("s", 8)).toBeNull();
    expect(() => test.mutate((again) => again.recordSessionRequest(request))).toThrow("UNIQUE");
    test.store.rollback();
    expect(test.store.sessions.prune(txn.ts, 10)).toBe(0);
    expect(test.store.sessionRequest("s", 7)).not.toBeNull();
    expect(test.store.sessions.prune(txn.ts + 1n, 0)).toBe(0);
    expect(test.store.sessions.prune(txn.ts + 1n, 10)).toBe(1);
    expect(test.store.sessionRequest("s", 7)).toBeNull();
  });

  it("S50: what sessions did is found in any order, after other sessions came in between, and not after it was taken back", () => {
    const test = new TestStore();
    const record = (session: string, requestId: number) =>
      test.mutate((txn) => txn.recordSessionRequest({ session, requestId, result: requestId, logLines: [] }));
    const found = (session: string, ids: number[]) => ids.filter((id) => test.store.sessionRequest(session, id) !== null);
    expect(found("s", [1, 2, 3, 9])).toEqual([]);
    record("s", 9);
    record("s", 2);
    expect(found("s", [1, 2, 3, 9, 10])).toEqual([2, 9]);
    for (let other = 0; other < 2_000; other++) expect(found(`other ${other}`, [1])).toEqual([]);
    record("s", 3);
    expect(found("s", [1, 2, 3, 9, 10])).toEqual([2, 3, 9]);
    test.store.begin();
    test.store.sessions.put({ session: "s", requestId: 20, result: 1, logLines: [] }, 1n);
    test.store.rollback();
    expect(found("s", [9, 10, 20])).toEqual([9]);
    record("s", 12);
    expect(found("s", [12, 20])).toEqual([12]);
  });

  it("S5: variables, handles, code and files written at the end of a transaction are there after a restart", () => {
    const test = new TestStore();
    const module = {
      definitionPath: "",
      path: "a.js",
      source: "x",
      sourceMap: null,
      environment: "isolate",
      sha256: "00",
    } as const;
    const txn = test.begin();
    const fileId = txn.insertSystem(0, "_storage", { size: 3 });
    txn.atFlush((store) => {
      store.env.set("B", "1", 5);
      store.env.set("A", "2", 5);
      store.env.set("B", "3", 9);
      store.handles.add({ id: "h1", componentPath: "", functionPath: "a.js:f" });
      store.handles.add({ id: "h2", componentPath: "", functionPath: "a.js:f" });
      store.code.putModule(module);
      store.code.putModule({ ...module, path: "b.js" });
      store.code.putModule({ ...module, source: "y", sourceMap: "{}" });
      store.code.deleteModule("", "b.js");
      store.code.put("push", { version: 1 });
      store.files.add({ uuid: "u", ns: 0, id: fileId });
    });
    test.commit(txn);
    test.reopen();
    const { env, handles, code, files } = test.store;
    expect(env.list()).toMatchObject([
      { name: "A", value: "2" },
      { name: "B", value: "3", creation: 5 },
    ]);
    expect(env.values()).toEqual({ A: "2", B: "3" });
    expect(handles.all()).toEqual([{ id: "h1", componentPath: "", functionPath: "a.js:f" }]);
    expect(code.modules()).toEqual([{ ...module, source: "y", sourceMap: "{}" }]);
    expect(code.get("push")).toEqual({ version: 1 });
    expect(code.get("other")).toBeNull();
    expect(files.byUuid("u")).toEqual({ uuid: "u", ns: 0, iid: decodeId(fileId)?.internalId });
    expect(files.byId(0, fileId)?.uuid).toBe("u");
    expect(files.byId(1, fileId)).toBeNull();
    expect([files.uuidsOf(0), files.uuidsOf(1)]).toEqual([["u"], []]);
    env.delete("A");
    files.delete("u");
    code.delete("push");
    expect([env.values(), files.byUuid("u"), code.get("push")]).toEqual([{ B: "3" }, null, null]);
  });

  it("S5: the secret of a deployment is made once", () => {
    const test = new TestStore();
    const secret = test.store.secret;
    test.reopen();
    expect(secret).toHaveLength(32);
    expect(test.store.secret.equals(secret)).toBe(true);
    expect(new TestStore().store.secret.equals(secret)).toBe(false);
  });
});
