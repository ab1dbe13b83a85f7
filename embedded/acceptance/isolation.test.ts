import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** Checks 19 and 22: globals that somebody patches, and tokens while a mutation holds up the others. */

let server: TestDeployment;
beforeAll(async () => {
  server = await openTestDeployment({
    "globals.ts": `
      import { actionGeneric as action, queryGeneric as query, mutationGeneric as mutation } from "convex/server";
      const shown = (value) => typeof value === "function" ? String(value) : Object.keys(value).join();
      const originals = () => [Date, Math.random, crypto.subtle, process, process.env, console, console.log, fetch, setTimeout, JSON.parse, globalThis].map(shown).join()
        + [crypto instanceof Crypto, Math.random() < 1, Date.now() > 1e12, JSON.stringify([1]) === "[1]", "patched" in [], "patched" in Promise.resolve()].join();
      export const inQuery = query(async () => originals());
      export const inMutation = mutation(async () => originals());
      export const inAction = action(async () => originals());
      // As a workflow's handler does, and more: everything is replaced and nothing is put back.
      export const patch = mutation(async (ctx) => {
        const before = await ctx.runQuery("globals:inQuery", {});
        globalThis.Date = class extends Date { static now() { return 7; } };
        Math.random = () => 7;
        globalThis.crypto = { subtle: null };
        globalThis.process = { env: { SECRET: "x" } };
        globalThis.console = { log() {} };
        globalThis.fetch = globalThis.setTimeout = () => "patched";
        JSON.parse = () => 7;
        Promise.prototype.patched = Object.prototype.patched = Array.prototype.patched = true;
        globalThis.leaked = true;
        return before;
      });
      export const patchInAction = action(async (ctx) => {
        globalThis.leaked = Object.prototype.patched = true;
        Math.random = () => 7;
        globalThis.Date = class extends Date { static now() { return 7; } };
        globalThis.fetch = () => "patched";
        await ctx.runMutation("globals:patch", {});
        return "patched";
      });
    `,
    "auth.config.ts": `export default { providers: [{ domain: process.env.CONVEX_SITE_URL, applicationID: "convex" }] };`,
    "slow.ts": `
      import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
      // Waits for the event loop a hundred times, and holds up other mutations meanwhile.
      export const write = mutation(async (ctx) => {
        let left = 100;
        await new Response(new ReadableStream({ pull(c) { if (left-- > 0) c.enqueue(new Uint8Array(10)); else c.close(); } })).text();
        await ctx.db.insert("rows", {});
      });
      export const who = query(async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null);
    `,
    "http.ts": `
      import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
      const http = httpRouter();
      const json = (make) => httpAction(async (ctx) => Response.json(await make(ctx)));
      const site = process.env.CONVEX_SITE_URL;
      http.route({ path: "/.well-known/openid-configuration", method: "GET", handler: json(() => ({ issuer: site, jwks_uri: site + "/keys" })) });
      // Asks for a mutation, which has to wait for those before it.
      http.route({ path: "/keys", method: "GET", handler: json(async (ctx) => { await ctx.runMutation("slow:write", {}); return { keys: [] }; }) });
      export default http;
    `,
  });
});
afterAll(() => server?.end());

it("F1: while functions patch their globals a hundred others find theirs as they were", { timeout: 60_000 }, async () => {
  const kinds = [
    ["query", "globals:inQuery"],
    ["mutation", "globals:inMutation"],
    ["action", "globals:inAction"],
  ] as const;
  const original = await Promise.all(kinds.map(([kind, path]) => server.call(kind, path, {})));
  const work: Promise<unknown>[] = [];
  for (let i = 0; i < 99; i += 1) {
    if (i % 9 === 0) work.push(server.call("mutation", "globals:patch", {}), server.call("action", "globals:patchInAction", {}));
    const [kind, path] = kinds[i % 3]!;
    work.push(server.call(kind, path, {}).then((found) => expect(found).toBe(original[i % 3])));
  }
  await Promise.all(work);
  expect(await server.call("mutation", "globals:patch", {})).toBe(original[0]);
});

it("H19: keys of the own site are fetched while mutations wait for one another", async () => {
  const [header, claims] = [
    { alg: "RS256", typ: "JWT", kid: "k" },
    { iss: server.siteUrl, aud: "convex", sub: "ada", exp: Date.now() / 1_000 + 60 },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const writes = Array.from({ length: 5 }, () => server.call("mutation", "slow:write", {}));
  const answer = await fetch(`${server.url}/api/mutation`, {
    method: "POST",
    headers: { authorization: `Bearer ${header}.${claims}.${Buffer.from("no signature").toString("base64url")}` },
    body: JSON.stringify({ path: "slow:write", args: {} }),
  });
  // The keys came, without one that fits: the answer is about the token and did not wait for ever.
  expect(answer.status).toBe(401);
  await Promise.all(writes);
});
