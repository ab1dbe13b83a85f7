import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ReadSet, type WriteEntry } from "../storage/read-set.ts";
import type { Json } from "../values/json.ts";
import type { Caller, QueryOutcome } from "./call-types.ts";
import { QueryCache } from "./query-cache.ts";
import { nobody, TestRunner } from "./test-app.ts";

const key = (n: number): Buffer => Buffer.from([n]);

/** A result that read [from, to) of index 1. */
function outcome(value: Json, o: Partial<QueryOutcome> & { from?: number; to?: number } = {}): QueryOutcome {
  const { from = 0, to = 10, ...rest } = o;
  const reads = new ReadSet();
  reads.range(1, key(from), key(to));
  const flags = { identityObserved: false, timeObserved: false, randomObserved: false };
  return { result: { ok: true, value }, logLines: [], reads, journal: null, ts: 1n, ...flags, ...rest };
}

function write(indexId: number, at: number): WriteEntry {
  const indexKeys = [{ indexId, oldKey: null, newKey: key(at) }];
  return { ns: 0, table: "t", id: "", newTable: false, dependencies: [], indexKeys, search: [] };
}

const value = (found: QueryOutcome | null): Json | undefined => (found?.result.ok ? found.result.value : undefined);

describe("kept results", () => {
  it("F29: a result stands until a commit touches what it read, however many others come", () => {
    const cache = new QueryCache();
    cache.keep("q", "me", outcome("a"));
    expect(value(cache.find("q", "me", 1n))).toBe("a");
    for (let ts = 2n; ts < 300n; ts++) cache.committed(ts, [write(2, 5)]);
    expect(cache.find("q", "me", 299n)).toMatchObject({ ts: 299n });
    cache.committed(300n, [write(1, 50)]);
    expect(value(cache.find("q", "me", 300n))).toBe("a");
    cache.committed(301n, [write(1, 5)]);
    expect(cache.find("q", "me", 301n)).toBeNull();
  });

  it("F29: one that lies too far back is run again when its index was written to", () => {
    const cache = new QueryCache();
    cache.keep("q", "me", outcome("a"));
    for (let ts = 2n; ts < 100n; ts++) cache.committed(ts, [write(1, 50)]);
    expect(cache.find("q", "me", 99n)).toBeNull();
  });

  it("F29: what looked at who asks is for that person, what looked at time or chance for nobody, and so are errors", () => {
    const cache = new QueryCache();
    cache.keep("who", "me", outcome("mine", { identityObserved: true }));
    cache.keep("time", "me", outcome(1, { timeObserved: true }));
    cache.keep("chance", "me", outcome(1, { randomObserved: true }));
    cache.keep("error", "me", outcome(1, { result: { ok: false, error: { message: "no" } } }));
    expect(value(cache.find("who", "me", 1n))).toBe("mine");
    expect(["time", "chance", "error"].map((name) => cache.find(name, "me", 1n))).toEqual([null, null, null]);
    expect(cache.find("who", "you", 1n)).toBeNull();
    cache.clear();
    expect([cache.find("who", "me", 1n), cache.bytes]).toEqual([null, 0]);
  });

  it("F29: memory is bounded; what was not asked for longest goes first", () => {
    const cache = new QueryCache();
    const large = "x".repeat(500_000);
    for (let i = 0; i < 60; i++) cache.keep(`q${i}`, "me", outcome(large));
    cache.find("q0", "me", 1n);
    for (let i = 60; i < 80; i++) cache.keep(`q${i}`, "me", outcome(large));
    expect(cache.bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
    expect(cache.bytes).toBeGreaterThan(31 * 1024 * 1024);
    expect([0, 1, 79].map((i) => cache.find(`q${i}`, "me", 1n) !== null)).toEqual([true, false, true]);
    cache.keep("huge", "me", outcome("x".repeat(2_000_000)));
    expect(cache.find("huge", "me", 1n)).toBeNull();
    for (let i = 0; i < 5000; i++) cache.keep(`small${i}`, "me", outcome(i));
    expect([cache.find("small0", "me", 1n), value(cache.find("small4999", "me", 1n))]).toEqual([null, 4999]);
  });
});

const APP = `
  import { query, mutation, action } from "./_generated/server";
  import { api } from "./_generated/api";
  export const add = mutation({ handler: async (ctx, { to }) => { await ctx.db.insert(to, {}); } });
  export const list = query({ handler: async (ctx) => { console.log("ran"); return (await ctx.db.query("docs").collect()).length; } });
  export const who = query({ handler: async (ctx) => { console.log("ran"); return (await ctx.auth.getUserIdentity())?.subject ?? null; } });
  export const chance = query({ handler: async () => Math.random() });
  export const nested = query({ handler: async (ctx) => ctx.runQuery(api.app.chance, {}) });
  export const time = query({ handler: async () => Date.now() });
  export const slow = query({ handler: async (ctx) => { await new Response("x").text(); return (await ctx.db.query("docs").collect()).length; } });
  export const viaAction = action({ handler: async (ctx) => { for (let i = 0; i < 5; i++) await ctx.runQuery(api.app.list, {}); } });
`;

describe("queries of the deployment", () => {
  let t: TestRunner;
  let ran = 0;
  beforeAll(async () => {
    t = await TestRunner.open({ app: { "app.ts": APP } });
  });
  beforeEach(() => (ran = 0));
  afterAll(() => t.end());

  /** Runs a query and counts those that really run by what they print the first time. */
  async function run(path: string, caller: Partial<Caller> = {}): Promise<Json> {
    const { result, reads } = await t.runner.query({ path, args: {}, caller: { ...nobody, kind: "http", ...caller } });
    if (!seen.has(reads)) ran += 1;
    seen.add(reads);
    return result.ok ? result.value : result.error.message;
  }
  const seen = new WeakSet<object>();

  it("F29: equal queries run once until something they read changes, also when actions ask", async () => {
    expect([await run("app:list"), await run("app:list"), ran]).toEqual([0, 0, 1]);
    await t.mutate("app:add", { to: "others" });
    expect([await run("app:list"), ran]).toEqual([0, 1]);
    await t.mutate("app:add", { to: "docs" });
    expect([await run("app:list"), ran]).toEqual([1, 2]);
    const cached: boolean[] = [];
    const stop = t.runner.onExecution((e) => cached.push(e.isCached));
    await t.act("app:viaAction");
    stop();
    // Five queries from memory, and the action.
    expect(cached).toEqual([true, true, true, true, true, false]);
    expect([await run("app:list"), ran]).toEqual([1, 2]);
    await t.push({ app: { "app.ts": APP.replace(".length;", ".length + 100;") } });
    expect([await run("app:list"), ran]).toEqual([101, 3]);
  });

  it("F29: people do not get each other's results, and log lines come with every answer", async () => {
    const me = { identity: { subject: "me" } };
    const you = { identity: { subject: "you" } };
    expect([await run("app:who", me), await run("app:who", you), await run("app:who", me), ran]).toEqual(["me", "you", "me", 2]);
    expect(await run("app:who", { invalidToken: "expired" })).toMatch(/^Uncaught Error: expired/);
    const again = await t.runner.query({ path: "app:who", args: {}, caller: { ...nobody, ...me, kind: "http" } });
    expect(again.logLines).toEqual(["[LOG] 'ran'"]);
  });

  it("F29: a query that takes long, or waits for the event loop, runs once as well", async () => {
    const at = [await run("app:slow"), await run("app:slow"), ran];
    expect(at).toEqual([at[0], at[0], 1]);
  });

  it("F29: what looks at time or chance runs every time, nested calls included", async () => {
    const twice = async (path: string): Promise<boolean> => (await run(path)) === (await run(path));
    expect([await twice("app:chance"), await twice("app:nested")]).toEqual([false, false]);
    await run("app:time");
    await run("app:time");
    expect(ran).toBe(6);
  });
});
