/** What the SDK offers beyond reading and writing documents, each used through the SDK itself. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { schemaOf } from "../storage/test-store.ts";
import type { Json } from "../values/json.ts";
import { SigningKey } from "./signing-key.ts";
import { nobody, TestRunner } from "./test-app.ts";

// Arguments of 16 MiB take the SDK a good part of a second; a busy machine must not stop it.
vi.hoisted(() => {
  process.env["DATABASE_UDF_USER_TIMEOUT_SECONDS"] = "10";
});

const APP = `
  import { query, mutation, action, internalQuery, internalMutation } from "./_generated/server";
  import { internal, components } from "./_generated/api";
  import { getServiceToken, getServiceUrl, log } from "convex/server";
  import { v } from "convex/values";
  export const add = mutation({ handler: async (ctx, { v, kind }) => ctx.db.insert("docs", { v, kind }) });
  export const near = action({ handler: async (ctx, { v, kind, limit }) => ctx.vectorSearch("docs", "by_v", {
    vector: v, limit, ...(kind ? { filter: (q) => q.or(...kind.map((k) => q.eq("kind", k))) } : {}) }) });
  export const signed = mutation({ handler: async (ctx, options) => ctx.auth.signJwt(options) });
  export const signedBelow = mutation({ handler: async (ctx) => ctx.runMutation(components.child.lib.signed, {}) });
  export const metadata = mutation({ handler: async (ctx) => [
    await ctx.meta.getRequestMetadata(), await ctx.runMutation(components.child.lib.metadata, {})] });
  export const metadataInAction = action({ handler: async (ctx) => ctx.meta.getRequestMetadata() });
  export const refused = action({ handler: async () => Promise.all([() => getServiceToken("ai-gateway"), () => getServiceUrl("ai-gateway")]
    .map((run) => run().catch((e) => e.message))) });
  export const audited = mutation({ handler: async () => log.audit({ action: "x", at: log.vars.now }) });
  export const byTable = mutation({ handler: async (ctx) => {
    const id = await ctx.db.insert("docs", { n: 1 });
    const other = await ctx.db.insert("others", {});
    await ctx.db.patch("docs", id, { n: 2 });
    const seen = [(await ctx.db.get("docs", id)).n, (await ctx.db.table("docs").get(id)).n];
    await ctx.db.replace("docs", id, { n: 3 });
    seen.push((await ctx.db.get(id)).n);
    const errors = [];
    for (const run of [() => ctx.db.get("docs", other), () => ctx.db.patch("docs", other, {}), () => ctx.db.replace("docs", other, {}),
      () => ctx.db.delete("docs", other), () => ctx.db.system.get("_storage", other)]) {
      try { await run(); errors.push(null) } catch (e) { errors.push(e.message) }
    }
    await ctx.db.delete("docs", id);
    return { seen, errors, gone: await ctx.db.get("docs", id) };
  } });
  export const stamp = mutation({ args: {}, returns: v.object({ ts: v.commitTs(), own: v.number(), before: v.int64() }), handler: async (ctx) => {
    const before = ctx.meta.getSnapshotTs();
    await ctx.db.insert("stamped", { at: ctx.db.vars.commitTs });
    const own = await ctx.db.query("stamped").withIndex("by_at", (q) => q.eq("at", ctx.db.vars.commitTs)).collect();
    return { ts: ctx.db.vars.commitTs, own: own.length, before };
  } });
  export const stamps = query({ handler: async (ctx) => {
    const at = ctx.meta.getSnapshotTs();
    return { at, all: (await ctx.db.query("stamped").withIndex("by_at", (q) => q.lte("at", at)).collect()).map((d) => d.at) };
  } });
  export const count = query({ handler: async (ctx) => ctx.db.query("stamped").count() });
  export const nothing = internalQuery({ handler: async (ctx) => (await ctx.db.query("docs").collect()).length });
  export const fresh = internalQuery({ handler: async (ctx) => (await ctx.db.query("stamped").collect()).length });
  export const insertTwo = internalMutation({ handler: async (ctx) => {
    await ctx.db.insert("docs", {}); await ctx.db.insert("docs", {}); await ctx.scheduler.runAfter(1e9, internal.app.insertTwo, {});
  } });
  export const capped = mutation({ handler: async (ctx) => {
    const attempt = async (run) => { try { await run(); return "ok" } catch (e) { return e.message } };
    const out = [];
    for (const limits of [{ documentsWritten: 1 }, { documentsWritten: 2 }, { functionsScheduled: 0 }, { bytesWritten: 10 }, { documentsWritten: 99999 }]) {
      out.push(await attempt(() => ctx.runMutation(internal.app.insertTwo, {}, { transactionLimits: limits })));
    }
    out.push(await attempt(() => ctx.runQuery(internal.app.nothing, {}, { transactionLimits: { documentsRead: 1 } })));
    out.push(await attempt(() => ctx.runQuery(internal.app.fresh, {}, { transactionLimits: { databaseQueries: 0 } })));
    return { out, metrics: await ctx.meta.getTransactionMetrics() };
  } });
  export const sized = query({ args: { text: v.string() }, handler: async (ctx, { text }) => text.length });
  export const sizes = query({ handler: async (ctx, { size }) => "x".repeat(size) });
  export const scheduled = mutation({ handler: async (ctx, { size }) => { await ctx.scheduler.runAfter(1e9, internal.app.insertTwo, { text: "x".repeat(size) }); } });
  export const fails = internalMutation({ handler: async () => { throw new TypeError("boom"); } });
  export const passesOn = mutation({ handler: async (ctx) => { await ctx.runMutation(internal.app.fails, {}); } });
  export const unexposed = query({ handler: async () => {
    const ops = ["1.0/requireOperation", "1.0/componentArgument"];
    return ops.map((op) => { try { return Convex.syscall(op, "{}") } catch (e) { return e.message } });
  } });
`;
const CHILD = `
  import { mutation } from "./_generated/server";
  export const signed = mutation({ handler: async (ctx) => ctx.auth.signJwt({ expiresInSeconds: 3600 }) });
  export const metadata = mutation({ handler: async (ctx) => ctx.meta.getRequestMetadata() });
`;

let t: TestRunner;
beforeAll(async () => {
  const env = { CONVEX_CLOUD_URL: "http://cloud" };
  t = await TestRunner.open({ app: { "app.ts": APP }, components: { child: { "lib.ts": CHILD } }, env });
  const vectors = { indexDescriptor: "by_v", vectorField: "v", dimensions: 2, filterFields: ["kind"] };
  const schema = schemaOf({ docs: { vectorIndexes: [vectors] }, stamped: { indexes: { by_at: ["at"] } } });
  await t.runner.transact(() => t.store.catalog.applySchema(0, schema));
});
afterAll(() => t.end());

it("Q30, Q31: an action finds documents by vector, those of just before included", async () => {
  const [a, b, c] = [
    await t.mutate("app:add", { v: [1, 0], kind: "x" }),
    await t.mutate("app:add", { v: [1, 1], kind: "y" }),
    await t.mutate("app:add", { v: [0, 1], kind: "z" }),
  ];
  const near = async (args: Json): Promise<Json[]> =>
    (await t.act<{ _id: string }[]>("app:near", args)).map(({ _id }) => _id);
  expect(await near({ v: [1, 0.1] })).toEqual([a, b, c]);
  expect(await near({ v: [1, 0.1], limit: 1 })).toEqual([a]);
  expect(await near({ v: [1, 0.1], kind: ["y", "z"] })).toEqual([b, c]);
  await expect(near({ v: [1] })).rejects.toThrow("Expected a vector with dimensions 2, received 1.");
});

it("F27: a mutation signs tokens that the published key verifies, for a component in its own name", async () => {
  const keys = createLocalJWKSet(t.runner.signingKey.jwks() as unknown as JSONWebKeySet);
  const token = await t.mutate<string>("app:signed", { claims: { sub: "me", aud: "them" }, expiresInSeconds: 60 });
  const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: "http://cloud", audience: "them" });
  expect(payload).toEqual({ sub: "me", aud: "them", iss: "http://cloud", iat: expect.any(Number), exp: payload.iat! + 60 });
  expect(protectedHeader).toEqual({ alg: "ES256", typ: "JWT", kid: expect.any(String) });
  const below = await jwtVerify(await t.mutate<string>("app:signedBelow"), keys);
  expect(below.payload.iss).toBe("http://cloud/components/child");
  expect(new SigningKey(t.store.db).jwks()).toEqual(t.runner.signingKey.jwks());
  const refusals: [Json, string][] = [
    [{ claims: {}, expiresInSeconds: 0 }, "expiresInSeconds must be a whole number from 1 to 3600, not 0."],
    [{ claims: {}, expiresInSeconds: 3601 }, "must be a whole number from 1 to 3600, not 3601."],
    [{ claims: {} }, "must be a whole number from 1 to 3600, not null."],
    [{ claims: { iss: "x" }, expiresInSeconds: 1 }, `The claim "iss" is reserved.`],
    [{ claims: { CvxThing: "x" }, expiresInSeconds: 1 }, `The claim "CvxThing" is reserved.`],
    [{ claims: [], expiresInSeconds: 1 }, "The claims of a token must be an object."],
  ];
  for (const [options, message] of refusals) await expect(t.mutate("app:signed", options)).rejects.toThrow(message);
});

it("F28: mutations and actions learn of the request; a component does not get the user's token", async () => {
  const caller = { identity: { subject: "me" }, authToken: "a.b.c", ip: "::1", userAgent: "test" };
  const request = { ip: "::1", userAgent: "test", requestId: nobody.requestId, scheduledFunctionId: null };
  expect(await t.mutate("app:metadata", {}, caller)).toEqual([
    { ...request, authToken: "a.b.c" },
    { ...request, authToken: null },
  ]);
  expect(await t.act("app:metadataInAction", {}, caller)).toEqual({ ...request, authToken: "a.b.c" });
  expect(await t.act("app:metadataInAction")).toMatchObject({ ip: null, userAgent: null, authToken: null });
});

it("F10: what only the cloud has is refused by name, and what the SDK does not offer is unknown", async () => {
  expect(await t.act("app:refused")).toEqual([
    "Not supported yet by the embedded server: service tokens.",
    "Not supported yet by the embedded server: service addresses.",
  ]);
  await expect(t.mutate("app:audited")).rejects.toThrow("Not supported yet by the embedded server: the audit log.");
  expect(await t.query("app:unexposed")).toEqual([
    "Unknown operation 1.0/requireOperation",
    "Unknown operation 1.0/componentArgument",
  ]);
});

it("S16: reads and writes may name the table, and fail on an id of another one", async () => {
  const wrong = (op: string): string =>
    `Invalid argument \`id\` for \`${op}\`: expected an Id<"docs">, got Id<"others"> instead.`;
  expect(await t.mutate("app:byTable")).toEqual({
    seen: [2, 2, 3],
    errors: [
      wrong("db.get"),
      wrong("db.patch"),
      wrong("db.replace"),
      wrong("db.delete"),
      expect.stringContaining(`expected an Id<"_storage">`),
    ],
    gone: null,
  });
});

it("V9, S19: the commit timestamp is filled in everywhere, lies above the snapshot, and orders what later queries see", async () => {
  type Stamp = { ts: Json; own: number; before: Json };
  const first = await t.mutate<Stamp>("app:stamp");
  const second = await t.mutate<Stamp>("app:stamp");
  const { at, all } = await t.query<{ at: Json; all: Json[] }>("app:stamps");
  const value = (json: Json): bigint => Buffer.from((json as { $integer: string }).$integer, "base64").readBigInt64LE();
  expect([first.own, second.own]).toEqual([1, 1]);
  expect(all).toEqual([first.ts, second.ts]);
  expect(value(first.before)).toBeLessThan(value(first.ts));
  expect(value(second.before)).toBeGreaterThanOrEqual(value(first.ts));
  expect(value(at)).toBeGreaterThanOrEqual(value(second.ts));
  expect(await t.query("app:count")).toBe(2);
});

it("F24: an error that comes from a called function has one heading and the frames of both", async () => {
  const { result } = await t.runner.mutation({ path: "app:passesOn", args: {}, caller: nobody });
  const text = result.ok ? "" : result.error.message;
  expect(text).toMatch(/^Uncaught TypeError: boom\n {4}at .*app\.ts:\d+:\d+\)?\n/);
  expect(text.match(/Uncaught/g)).toHaveLength(1);
  expect(text.match(/app\.ts:/g)!.length).toBeGreaterThan(1);
  expect(text).toMatch(/[^\n]\n$/);
});

it("F7, F8: arguments and results have at most 16 MiB, and so have those of scheduled functions", async () => {
  const MIB16 = 16 * 1024 * 1024;
  // Two bytes for the string; two for the object and five for the name.
  expect(await t.query("app:sized", { text: "x".repeat(MIB16 - 9) })).toBe(MIB16 - 9);
  await expect(t.query("app:sized", { text: "x".repeat(MIB16 - 8) })).rejects.toThrow(
    "Arguments of app:sized: Value is too large (16 MiB > maximum size 16 MiB)",
  );
  expect(await t.query<string>("app:sizes", { size: MIB16 - 2 })).toHaveLength(MIB16 - 2);
  await expect(t.query("app:sizes", { size: MIB16 - 1 })).rejects.toThrow("Function app.js:sizes return value invalid: ");
  await t.mutate("app:scheduled", { size: 1_000_000 });
  await expect(t.mutate("app:scheduled", { size: MIB16 })).rejects.toThrow(/Value is too large|Too large total size/);
});

it("S25: limits of nested calls are their own, can be caught, and leave the counters true", async () => {
  const { out, metrics } = await t.mutate<{ out: string[]; metrics: Record<string, Json> }>("app:capped");
  expect(out).toEqual([
    expect.stringContaining("Too many writes in a single function execution (limit: 1)"),
    expect.stringContaining("ok"),
    expect.stringContaining("Too many functions scheduled by this mutation (limit: 0)"),
    expect.stringContaining("Too many bytes written in a single function execution (limit: 10 bytes)"),
    "ok",
    expect.stringContaining("Too many documents read in a single function execution (limit: 1)."),
    expect.stringContaining("Too many reads in a single function execution (limit: 0)."),
  ]);
  expect(metrics).toMatchObject({ functionsScheduled: { used: expect.any(Number) }, filesRead: { used: 0 } });
});
