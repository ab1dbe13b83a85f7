/** Actions in a whole deployment: pushed, called over HTTP, beside real transactions. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDeployment, type TestDeployment } from "../../testing.ts";

let server: TestDeployment;
beforeAll(async () => {
  server = await openTestDeployment({
    "notes.ts": `
      import { queryGeneric as query, mutationGeneric as mutation, internalMutationGeneric as internalMutation } from "convex/server";
      import { v } from "convex/values";
      const write = { args: { text: v.string() }, handler: async (ctx, { text }) => { await ctx.db.insert("notes", { text }); } };
      export const add = mutation(write);
      export const addInternal = internalMutation(write);
      export const all = query(async (ctx) => (await ctx.db.query("notes").collect()).map((note) => note.text));
    `,
    "work.ts": `
      import { actionGeneric as action } from "convex/server";
      import { v } from "convex/values";
      export const loop = action(async (ctx) => { await ctx.runMutation("notes:addInternal", { text: "loop begins" }); for (;;) {} });
      export const strict = action({ args: { n: v.number() }, returns: v.string(), handler: async (_ctx, { n }) => n });
      export const across = action(async (ctx) => ctx.runAction("disk:digest", { text: "a" }));
    `,
    "disk.ts": `"use node";
      import { actionGeneric as action } from "convex/server";
      import { v } from "convex/values";
      export const digest = action({ args: { text: v.string() }, handler: async (ctx, { text }) => {
        await ctx.runMutation("notes:addInternal", { text: "from node" });
        return process.getBuiltinModule("node:crypto").createHash("sha1").update(text).digest("hex");
      } });
    `,
    "http.ts": `
      import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
      const http = httpRouter();
      http.route({ method: "POST", path: "/notes", handler: httpAction(async (ctx, request) => {
        await ctx.runMutation("notes:addInternal", { text: await request.text() });
        return new Response(null, { status: 201 });
      }) });
      http.route({ method: "GET", path: "/ticks", handler: httpAction(async (ctx) => {
        let n = 0;
        return new Response(new ReadableStream({
          async pull(c) { await new Promise((r) => setTimeout(r, 5)); c.enqueue(new TextEncoder().encode("tick " + n++ + "\\n")); },
          async cancel() { await ctx.runMutation("notes:addInternal", { text: "client left" }); },
        }));
      }) });
      export default http;
    `,
  });
});
afterAll(() => server?.end());

/** Waits until a note is there. */
async function noted(text: string): Promise<void> {
  while (!((await server.call("query", "notes:all", {})) as string[]).includes(text)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it("A8: an endless loop in an action holds up no mutation, query or other action", async () => {
  let isOver = false;
  const loop = server.call("action", "work:loop", {}).then(
    () => (isOver = true),
    () => (isOver = true),
  );
  await noted("loop begins");
  await server.call("mutation", "notes:add", { text: "beside the loop" });
  expect(await server.call("query", "notes:all", {})).toEqual(["loop begins", "beside the loop"]);
  expect(await server.call("action", "work:across", {})).toBe("86f7e437faa5a7fce15d1ddcb9eaeaea377667b8");
  expect(isOver).toBe(false);
  void loop;
});

it("A1: arguments are refused before the action runs, results before they reach the caller", async () => {
  await expect(server.call("action", "work:strict", { n: "x" })).rejects.toThrow(
    "ArgumentValidationError: Value does not match validator",
  );
  await expect(server.call("action", "work:strict", { n: 1 })).rejects.toThrow(
    "ReturnsValidationError: Value does not match validator",
  );
});

it("A22: a node action writes through a mutation", async () => {
  await server.call("action", "disk:digest", { text: "x" });
  expect(await server.call("query", "notes:all", {})).toContain("from node");
});

it("A13: an HTTP action answers on the site's port, streams, and learns that the client left", async () => {
  const posted = await fetch(`${server.siteUrl}/notes`, { method: "POST", body: "posted" });
  expect(posted.status).toBe(201);
  await noted("posted");
  const client = new AbortController();
  const ticks = await fetch(`${server.siteUrl}/ticks`, { signal: client.signal });
  expect(new TextDecoder().decode((await ticks.body!.getReader().read()).value)).toBe("tick 0\n");
  client.abort();
  await noted("client left");
  expect((await fetch(`${server.siteUrl}/nope`)).status).toBe(404);
});
