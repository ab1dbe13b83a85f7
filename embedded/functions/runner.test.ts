import { afterAll, beforeAll, expect, it } from "vitest";
import { overlaps } from "../storage/read-set.ts";
import type { Json } from "../values/json.ts";
import type { CommitEvent } from "./gate.ts";
import { nobody, TestRunner } from "./test-app.ts";

const MESSAGES = `
  import { query, mutation, action, internalMutation, internalQuery } from "./_generated/server";
  import { api, internal, components } from "./_generated/api";
  import { createFunctionHandle } from "convex/server";
  import { v, ConvexError } from "convex/values";
  let calls = 0;
  export const send = mutation({
    args: { body: v.string() }, returns: v.string(),
    handler: async (ctx, { body }) => { console.log("sending", { body }); return ctx.db.insert("messages", { body }); },
  });
  export const list = query({ handler: async (ctx) => (await ctx.db.query("messages").collect()).map((m) => m.body) });
  export const docs = query({ handler: async (ctx) => ctx.db.query("messages").collect() });
  export const count = mutation({ handler: async () => ++calls });
  export const clock = mutation({ handler: async (ctx) => {
    const first = Date.now();
    await ctx.db.insert("messages", { body: "tick" });
    for (let i = 0; i < 1e6; i++);
    const inner = await ctx.runMutation(internal.messages.innerClock, {});
    return { same: first === Date.now() && inner.now === first, random: Math.random(), inner: inner.random };
  } });
  export const innerClock = internalMutation({ handler: async () => ({ now: Date.now(), random: Math.random() }) });
  export const fails = internalMutation({ args: { body: v.string() }, handler: async (ctx, { body }) => {
    await ctx.db.query("other").collect();
    await ctx.db.insert("messages", { body });
    await ctx.scheduler.runAfter(0, internal.messages.fails, { body });
    throw new ConvexError({ code: 7 });
  } });
  export const catches = mutation({ handler: async (ctx) => {
    await ctx.db.insert("messages", { body: "before" });
    let caught;
    try { await ctx.runMutation(internal.messages.fails, { body: "inner" }); }
    catch (e) { caught = { is: e instanceof ConvexError, data: e.data, message: e.message }; }
    await ctx.db.insert("messages", { body: "after" });
    const jobs = await ctx.db.system.query("_scheduled_functions").collect();
    return { caught, jobs: jobs.length };
  } });
  export const catchesFirst = mutation({ handler: async (ctx) => {
    try { await ctx.runMutation(internal.messages.fails, { body: "inner" }); } catch {}
    return (await ctx.db.query("messages").collect()).length;
  } });
  export const unawaited = mutation({ args: { fail: v.boolean() }, handler: async (ctx, { fail }) => {
    ctx.db.insert("messages", { body: "unawaited" });
    if (fail) throw new Error("boom");
  } });
  export const never = mutation({ handler: async () => { await new Promise(() => {}); } });
  export const loops = mutation({ args: { late: v.boolean() }, handler: async (ctx, { late }) => {
    await ctx.db.insert("messages", { body: "lost" });
    if (late) for (;;) await null;
    for (;;);
  } });
  export const snapshot = mutation({ handler: async (ctx) => {
    await ctx.db.insert("messages", { body: "new" });
    return {
      snapshot: (await ctx.runQuery(api.messages.list, {}, { useStaleSnapshot: true })).length,
      own: (await ctx.runQuery(api.messages.list, {})).length,
    };
  } });
  export const order = mutation({ handler: async (ctx) => {
    await Promise.all([
      ctx.db.insert("messages", { body: "1" }), ctx.db.insert("messages", { body: "2" }),
      ctx.runMutation(internal.messages.nested, { body: "3" }), ctx.db.insert("messages", { body: "4" }),
    ]);
  } });
  export const nested = internalMutation({ handler: async (ctx, { body }) => { await ctx.db.insert("messages", { body }); } });
  export const recurse = mutation({ args: { depth: v.number() }, handler: async (ctx, { depth }) =>
    depth === 0 ? 0 : 1 + await ctx.runMutation(api.messages.recurse, { depth: depth - 1 }) });
  export const bad = query({ returns: v.string(), handler: async () => 5 });
  export const writes = query({ handler: async () => Convex.asyncSyscall("1.0/insert", JSON.stringify({ table: "messages", value: {} })) });
  export const unknown = query({ handler: async () => Convex.asyncSyscall("1.0/nope", "{}") });
  export const who = query({ handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
  export const secret = internalQuery({ handler: async () => "secret" });
  export const streams = mutation({ handler: async (ctx) => {
    const text = await new Blob(["a", "b"]).text();
    const reader = new Blob([text]).stream().pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await reader.read();
    await ctx.db.insert("messages", { body: value });
    return await new Response(value + "!").text();
  } });
  export const streamsQuery = query({ handler: async (ctx) => {
    const bodies = (await ctx.db.query("messages").collect()).map((m) => m.body);
    return (await new Blob(bodies).text());
  } });
  export const stuckStream = mutation({ handler: async () => { await new ReadableStream({}).getReader().read(); } });
  export const viaAction = action({ handler: async (ctx) => {
    await ctx.runMutation(api.messages.send, { body: "from action" });
    let error; try { await ctx.runMutation(internal.messages.fails, { body: "x" }) } catch (e) { error = { message: e.message, data: e.data } }
    return { list: await ctx.runQuery(api.messages.list, {}), error };
  } });
  export const handle = query({ handler: async () => createFunctionHandle(internal.messages.nested) });
  export const callHandle = mutation({ handler: async (ctx, { handle, args }) => ctx.runMutation(handle, args) });
  export const limits = mutation({ handler: async (ctx) => {
    let error; try { await ctx.runMutation(internal.messages.nested, { body: "x" }, { transactionLimits: { documentsWritten: 0 } }) } catch (e) { error = e.message }
    return { error, metrics: await ctx.meta.getTransactionMetrics() };
  } });
  export const child = mutation({ handler: async (ctx) => ctx.runMutation(components.child.lib.add, { text: "from app" }) });
  export const hidden = mutation({ handler: async (ctx) => ctx.runMutation(components.child.lib.hidden, {}) });
  export const metadata = query({ handler: async (ctx) => ctx.meta.getFunctionMetadata() });
  export const pages = query({ args: { cursor: v.union(v.string(), v.null()) }, handler: async (ctx, { cursor }) =>
    ctx.db.query("messages").paginate({ numItems: 2, cursor }) });
  export const twoPages = query({ handler: async (ctx) => {
    for (let i = 0; i < 2; i++) await ctx.db.query("messages").paginate({ numItems: 1, cursor: null });
  } });
  export const unheard = mutation({ handler: async () => { Promise.reject(new Error("unheard")); return 1; } });
  export const lines = query({ handler: async () => { for (let i = 0; i < 300; i++) console.log(i); console.warn("x".repeat(50_000)); } });
`;
const CHILD = `
  import { query, mutation, internalMutation } from "./_generated/server";
  import { v } from "convex/values";
  export const add = mutation({ args: { text: v.string() }, handler: async (ctx, { text }) => {
    await ctx.db.insert("notes", { text });
    return { notes: (await ctx.db.query("notes").collect()).length, identity: await ctx.auth.getUserIdentity(),
      meta: await ctx.meta.getFunctionMetadata(), env: process.env.NAME ?? null };
  } });
  export const hidden = internalMutation({ handler: async () => 1 });
`;

let t: TestRunner;
beforeAll(async () => {
  t = await TestRunner.open({ app: { "messages.ts": MESSAGES }, components: { child: { "lib.ts": CHILD } } });
});
afterAll(() => t.end());

/** Empties the app's table. */
async function clear(): Promise<void> {
  await t.runner.transact((txn) => {
    const docs = txn.query(0, { source: { type: "FullTableScan", tableName: "messages" }, operators: [] }).collect();
    for (const doc of docs) txn.remove(0, String(doc._id));
  });
}

it("F7, F8: arguments and results are checked, and log lines come with the outcome", async () => {
  await clear();
  const sent = await t.runner.mutation({ path: "messages:send", args: [{ body: "hi" }], caller: nobody });
  expect(sent.result).toEqual({ ok: true, value: expect.any(String) });
  expect(sent.logLines).toEqual([`[LOG] 'sending' { body: 'hi' }`]);
  expect(await t.query("messages:list")).toEqual(["hi"]);
  await expect(t.mutate("messages:send", {})).rejects.toThrow(
    /^ArgumentValidationError: Object is missing the required field `body`/,
  );
  await expect(t.mutate("messages:send", { body: 1 })).rejects.toThrow(/^ArgumentValidationError: /);
  await expect(t.query("messages:bad")).rejects.toThrow(/^ReturnsValidationError: /);
  await expect(t.query("messages:list", [1, 2])).rejects.toThrow("must be one object");
});

it("F12: what a caller cannot reach is not found, a wrong kind is named", async () => {
  const text = "Could not find public function for 'messages:secret'. Did you forget to run `npx convex dev`?";
  await expect(t.query("messages:secret")).rejects.toThrow(text);
  await expect(t.query("messages:nope")).rejects.toThrow("Could not find public function for 'messages:nope'.");
  expect(await t.query("messages:secret", {}, { admin: true })).toBe("secret");
  await expect(t.mutate("messages:list")).rejects.toThrow(
    "Trying to execute messages.js:list as Mutation, but it is defined as Query.",
  );
  const inChild = { componentPath: "child", path: "lib:add", args: { text: "x" } };
  await expect(t.runner.mutation({ ...inChild, caller: nobody })).rejects.toThrow("Could not find public function");
  expect((await t.runner.mutation({ ...inChild, caller: { ...nobody, admin: true } })).result.ok).toBe(true);
});

it("F11: a nested mutation that throws takes back its writes and jobs; its reads and the earlier writes stay", async () => {
  await clear();
  let event: CommitEvent | null = null;
  const stop = t.runner.onCommit((e) => (event = e));
  const out = await t.mutate<{ caught: { is: boolean; data: Json; message: string }; jobs: number }>(
    "messages:catches",
  );
  stop();
  expect(out.caught.is).toBe(true);
  expect(out.caught.data).toEqual({ code: 7 });
  expect(out.caught.message).toMatch(
    /^Uncaught ConvexError: {"code":7}\n {4}at .*\.\.\/convex\/messages\.ts:\d+:\d+\)\n/,
  );
  expect(out.jobs).toBe(0);
  expect(await t.query("messages:list")).toEqual(["before", "after"]);
  const [first, second] = await t.query<{ _creationTime: number }[]>("messages:docs");
  expect(second!._creationTime).toBeGreaterThan(first!._creationTime);
  expect(event!.writes.map((w) => w.table)).toEqual(["messages", "messages"]);
  const { reads } = await t.runner.query({ path: "messages:list", args: {}, caller: nobody });
  expect(overlaps(reads, event!.writes)).toBe(true);
});

it("F11: a nested mutation that throws takes back its writes when the caller has written nothing before", async () => {
  await clear();
  expect(await t.mutate("messages:catchesFirst")).toBe(0);
  expect(await t.query("messages:list")).toEqual([]);
});

it("F5: operations happen in the order they are asked; unawaited ones still do when the function returns", async () => {
  await clear();
  await t.mutate("messages:order");
  expect(await t.query("messages:list")).toEqual(["1", "2", "3", "4"]);
  await clear();
  await t.mutate("messages:unawaited", { fail: false });
  expect(await t.query("messages:list")).toEqual(["unawaited"]);
  await expect(t.mutate("messages:unawaited", { fail: true })).rejects.toThrow("Uncaught Error: boom\n    at ");
  expect(await t.query("messages:list")).toEqual(["unawaited"]);
});

it("F17: a promise that nothing resolves and code that never ends are errors; the server goes on", async () => {
  await clear();
  // What it waits for is not waited for: then it would run into its time limit and say so.
  await expect(t.mutate("messages:never")).rejects.toThrow("Returned promise will never resolve");
  for (const late of [false, true]) {
    await expect(t.mutate("messages:loops", { late })).rejects.toThrow(
      "Function execution timed out (maximum duration: 1s)",
    );
  }
  expect(await t.query("messages:list")).toEqual([]);
  expect(await t.mutate("messages:count")).toBe(1);
});

it("F4: time is the same in the whole mutation, chance differs between calls", async () => {
  type Clock = { same: boolean; random: number; inner: number };
  const [a, b] = [await t.mutate<Clock>("messages:clock"), await t.mutate<Clock>("messages:clock")];
  expect([a.same, b.same]).toEqual([true, true]);
  expect(new Set([a.random, a.inner, b.random, b.inner]).size).toBe(4);
});

it("F11: a snapshot query sees the last commit, an ordinary one the pending writes", async () => {
  await clear();
  await t.mutate("messages:send", { body: "old" });
  expect(await t.mutate("messages:snapshot")).toEqual({ snapshot: 1, own: 2 });
});

it("F1: module state is fresh in every call", async () => {
  for (let i = 0; i < 5; i++) expect(await t.mutate("messages:count")).toBe(1);
});

it("F11: calls nest eight deep, within the limits they are given", async () => {
  expect(await t.mutate("messages:recurse", { depth: 8 })).toBe(8);
  await expect(t.mutate("messages:recurse", { depth: 9 })).rejects.toThrow("Do you have an infinite loop in your app?");
  const { error, metrics } = await t.mutate<{ error: string; metrics: Record<string, Json> }>("messages:limits");
  expect(error).toContain("Too many writes in a single function execution (limit: 0)");
  expect(metrics.documentsWritten).toEqual({ used: 1, remaining: 15999 });
});

it("F10: queries cannot write, and what there is not is unknown", async () => {
  await expect(t.query("messages:writes")).rejects.toThrow("queries are read-only");
  await expect(t.query("messages:unknown")).rejects.toThrow("Unknown async operation 1.0/nope");
  expect(await t.query("messages:metadata")).toEqual({
    name: "messages:metadata",
    componentPath: "",
    type: "query",
    visibility: "public",
  });
});

it("F13: components have their own tables and modules, do not learn who calls, and show only what is public", async () => {
  const caller = { identity: { subject: "me", issuer: "i", tokenIdentifier: "i|me" } };
  const out = await t.mutate("messages:child", {}, caller);
  expect(out).toMatchObject({ identity: null, meta: { name: "lib:add", componentPath: "child" }, env: null });
  await expect(t.mutate("messages:hidden")).rejects.toThrow(
    "Couldn't find the function 'lib:hidden' in the component \"child\"",
  );
  const me = await t.runner.query({ path: "messages:who", args: {}, caller: { ...nobody, ...caller } });
  expect([me.result, me.identityObserved]).toEqual([{ ok: true, value: "me" }, true]);
  const list = await t.runner.query({ path: "messages:list", args: {}, caller: nobody });
  expect([list.identityObserved, list.timeObserved]).toEqual([false, false]);
});

it("F18: a function that waits for streams is given turns of the event loop, and holds nobody up", async () => {
  await clear();
  const both = await Promise.all([t.mutate("messages:streams"), t.mutate("messages:send", { body: "passes" })]);
  expect(both[0]).toBe("ab!");
  expect(await t.query("messages:list")).toEqual(["passes", "ab"]);
  expect(await t.query("messages:streamsQuery")).toBe("passesab");
  await expect(t.mutate("messages:stuckStream")).rejects.toThrow("Returned promise will never resolve");
});

it("F14: an action's calls are transactions of their own, and errors keep text and data", async () => {
  await clear();
  const out = await t.act<{ list: string[]; error: { message: string; data: Json } }>("messages:viaAction");
  expect(out.list).toEqual(["from action"]);
  expect(out.error.data).toEqual({ code: 7 });
  expect(out.error.message).toContain("Uncaught ConvexError");
});

it("F12: a function handle reaches its function from anywhere and stays the same over pushes", async () => {
  const handle = await t.query<string>("messages:handle");
  expect(handle).toMatch(/^function:\/\/[0-9a-f]+#messages:nested$/);
  await clear();
  await t.mutate("messages:callHandle", { handle, args: { body: "by handle" } });
  expect(await t.query("messages:list")).toEqual(["by handle"]);
  await expect(t.mutate("messages:callHandle", { handle: "function://nope#x", args: {} })).rejects.toThrow(
    "is not known",
  );
});

it("F19: a repeated mutation of a session is answered from the record, a failed one runs again", async () => {
  await clear();
  const session = { sessionId: "s", requestId: 1 };
  const send = () => t.runner.mutation({ path: "messages:send", args: { body: "once" }, caller: nobody, session });
  const [first, second] = await Promise.all([send(), send()]);
  expect(second).toEqual(first);
  expect(await t.query("messages:list")).toEqual(["once"]);
  const failing = {
    path: "messages:unawaited",
    args: { fail: true },
    caller: nobody,
    session: { sessionId: "s", requestId: 2 },
  };
  expect((await t.runner.mutation(failing)).result.ok).toBe(false);
  expect((await t.runner.mutation({ ...failing, args: { fail: false } })).result.ok).toBe(true);
});

it("F20: `before` may leave the call out, `after` commits with it, and both see the transaction", async () => {
  await clear();
  const call = { path: "messages:send", args: { body: "job" }, caller: nobody };
  const skipped = await t.runner.mutation({ ...call, before: () => false });
  expect(skipped.skipped).toBe(true);
  expect(await t.query("messages:list")).toEqual([]);
  const done = await t.runner.mutation({
    ...call,
    before: () => true,
    after: (txn) => void txn.insert(0, "messages", { body: "after" }),
  });
  expect(done.result.ok).toBe(true);
  expect(await t.query("messages:list")).toEqual(["job", "after"]);
});

it("F21: mutations that wait together commit together and are told in one event, each with its own timestamp", async () => {
  await clear();
  const events: CommitEvent[] = [];
  const answered: bigint[] = [];
  const stop = t.runner.onCommit((e) => {
    // Nobody is answered before the commit is told.
    expect(answered.every((ts) => ts < e.ts)).toBe(true);
    events.push(e);
  });
  const insert = async (body: string) =>
    answered.push((await t.runner.transact((txn) => txn.insert(0, "messages", { body }))).ts);
  await Promise.all(["1", "2", "3"].map(insert));
  stop();
  expect(events.flatMap((e) => e.writes)).toHaveLength(3);
  expect(events.length).toBeLessThan(3);
  expect(answered).toEqual([...answered].sort((a, b) => (a < b ? -1 : 1)));
  expect(events.at(-1)!.ts).toBe(answered[2]);
  expect(await t.query("messages:list")).toEqual(["1", "2", "3"]);
});

it("F21: when the disk refuses a commit, the mutations fail, nothing is kept and the store goes on", async () => {
  await clear();
  const { sql } = t.store.db;
  const pages = Number(sql.prepare("PRAGMA page_count").get()!.page_count);
  sql.exec(`PRAGMA max_page_count = ${pages + 3}`);
  const bodies = ["small", "x".repeat(500_000), "also small"];
  const all = await Promise.allSettled(bodies.map((body) => t.mutate("messages:send", { body })));
  sql.exec("PRAGMA max_page_count = 1000000");
  expect(all[1]).toMatchObject({
    status: "rejected",
    reason: {
      code: "StorageError",
      message: expect.stringMatching(/could not be written to disk.*database or disk is full/),
    },
  });
  const kept = bodies.filter((_, i) => all[i]!.status === "fulfilled");
  expect(await t.query("messages:list")).toEqual(kept);
  await clear();
  expect(await t.query("messages:list")).toEqual([]);
  await t.mutate("messages:send", { body: "kept" });
  expect(await t.query("messages:list")).toEqual(["kept"]);
});

it("F16: log lines are bounded in number and length", async () => {
  const { logLines } = await t.runner.query({ path: "messages:lines", args: {}, caller: nobody });
  expect(logLines).toHaveLength(256);
  expect(logLines[255]).toContain("Log overflow (maximum 256)");
});

it("F23: pagination gives a journal that goes on where the page ended; a wrong cursor is told by its data", async () => {
  await clear();
  for (const body of ["1", "2", "3"]) await t.mutate("messages:send", { body });
  const first = await t.runner.query({ path: "messages:pages", args: { cursor: null }, caller: nobody });
  expect(first.journal).toEqual(expect.any(String));
  expect(first.result).toMatchObject({ value: { page: [{ body: "1" }, { body: "2" }], isDone: false } });
  await clear();
  for (const body of ["a", "b", "c", "d"]) await t.mutate("messages:send", { body });
  const again = await t.runner.query({
    path: "messages:pages",
    args: { cursor: null },
    caller: nobody,
    journal: first.journal,
  });
  expect(again.result).toMatchObject({ value: { page: [], isDone: false } });
  const wrong = await t.runner.query({ path: "messages:pages", args: { cursor: "nonsense" }, caller: nobody });
  expect(wrong.result).toMatchObject({
    error: {
      message: expect.stringContaining("InvalidCursor"),
      data: { isConvexSystemError: true, paginationError: "InvalidCursor" },
    },
  });
  await expect(t.query("messages:twoPages")).rejects.toThrow("ran multiple paginated queries");
});

it("F17: a promise that rejects unheard ends neither the call nor the server", async () => {
  // The test runner listens too and would count it as its own failure.
  const others = process.listeners("unhandledRejection").filter((listener) => !String(listener).includes("owners"));
  for (const listener of others) process.off("unhandledRejection", listener);
  expect(await t.mutate("messages:unheard")).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const listener of others) process.on("unhandledRejection", listener);
  expect(await t.mutate("messages:count")).toBe(1);
});

it("F3: a module that throws when it is imported fails the calls of its functions with its stack", async () => {
  const before = t.code!;
  const broken = await TestRunner.open({
    app: {
      "ok.ts": `import { query } from "./_generated/server"; export const q = query({ handler: async () => 1 });`,
    },
  });
  const set = broken.code!.root.modules;
  const ok = set.modules.get("ok.js")!;
  const source = `${ok.source}\nthrow new TypeError("at import");`;
  const modules = { ...set, modules: new Map([...set.modules, ["ok.js", { ...ok, source, sourceMap: null }]]) };
  const root = { ...broken.code!.root, modules };
  broken.runner.setCode({ ...broken.code!, root, byPath: new Map([["", root]]) });
  for (let i = 0; i < 2; i++)
    await expect(broken.query("ok:q")).rejects.toThrow(/^Uncaught TypeError: at import\n {4}at .*convex\/ok\.js/);
  await broken.end();
  expect(t.code).toBe(before);
});

it("F24: a stack shows the functions and files people wrote, at any depth of folders and through packages", async () => {
  const deep = `
    import { query } from "../../_generated/server";
    import { v } from "convex/values";
    class Refusal extends Error { name = "Refusal"; }
    async function inner() {
      await null;
      throw new Refusal("deep");
    }
    export const go = query({ handler: async () => { await inner(); } });
    export const sdk = query({ handler: async () => { v.object({ a: 1 }); } });`;
  const app = await TestRunner.open({ app: { "a/b/deep.ts": deep } });
  await expect(app.query("a/b/deep:go")).rejects.toThrow(
    /^Uncaught Refusal: deep\n {4}at inner \(\.\.\/convex\/a\/b\/deep\.ts:7:\d+\)\n {4}at async handler \(\.\.\/convex\/a\/b\/deep\.ts:9:\d+\)\n/,
  );
  await expect(app.query("a/b/deep:sdk")).rejects.toThrow(
    /\(\.\.\/node_modules\/convex\/src\/values\/validator\.ts:\d+:\d+\)\n/,
  );
  await app.end();
});

it("F22: a push replaces the code for later calls and tells it", async () => {
  let told = 0;
  const stop = t.runner.onCode(() => told++);
  const before = t.code!;
  await t.push({
    app: {
      "messages.ts": `import { query } from "./_generated/server"; export const list = query({ handler: async () => "new" });`,
    },
  });
  expect(await t.query("messages:list")).toBe("new");
  expect(told).toBe(1);
  t.runner.setCode(before);
  stop();
});
