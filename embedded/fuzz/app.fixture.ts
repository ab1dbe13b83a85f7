/** The functions that are fuzzed: of every kind, with and without validators, and those that tell whether all is well. */
export const fuzzedApp = {
  "seed.ts": `
    import { queryGeneric as q, mutationGeneric as m, actionGeneric as a, internalMutationGeneric as im } from "convex/server";
    import { v, ConvexError } from "convex/values";
    export const list = q({ args: { limit: v.optional(v.number()) }, handler: (ctx, { limit }) => ctx.db.query("things").order("desc").take(Math.min(20, Math.max(0, Math.floor(limit ?? 5) || 0))) });
    export const page = q({ args: { paginationOpts: v.any() }, handler: (ctx, { paginationOpts }) => ctx.db.query("things").paginate(paginationOpts) });
    export const any = q({ handler: async (_ctx, args) => args });
    export const get = q({ args: { id: v.id("things") }, handler: (ctx, { id }) => ctx.db.get(id) });
    export const who = q({ handler: (ctx) => ctx.auth.getUserIdentity() });
    export const add = m({ args: { value: v.any() }, handler: async (ctx, { value }) => {
      const first = await ctx.db.query("things").first();
      if (first && (await ctx.db.query("things").take(200)).length === 200) await ctx.db.delete(first._id);
      return ctx.db.insert("things", { value });
    } });
    export const later = m({ args: { ms: v.number() }, handler: async (ctx, { ms }) => { await ctx.scheduler.runAfter(ms, "seed:add", { value: ms }); } });
    export const refuse = m({ handler: async () => { throw new ConvexError({ code: "no" }); } });
    export const hidden = im({ handler: async () => "hidden" });
    export const act = a({ args: { value: v.any() }, handler: async (_ctx, { value }) => value });
    export const uploadUrl = m({ handler: (ctx) => ctx.storage.generateUploadUrl() });
    // Whether all is well: a counter nobody else writes.
    export const count = m({ args: { to: v.number() }, handler: async (ctx, { to }) => {
      const row = await ctx.db.query("counter").first();
      if (row) await ctx.db.replace(row._id, { n: to }); else await ctx.db.insert("counter", { n: to });
    } });
    export const counted = q({ handler: async (ctx) => (await ctx.db.query("counter").first())?.n ?? null });
  `,
  "http.ts": `
    import { httpRouter, httpActionGeneric as http } from "convex/server";
    const router = httpRouter();
    const echo = http(async (_ctx, request) => new Response(await request.text(), { status: 200 }));
    router.route({ path: "/hello", method: "GET", handler: http(async () => new Response("hello")) });
    router.route({ path: "/hello", method: "POST", handler: echo });
    router.route({ pathPrefix: "/deep/", method: "POST", handler: echo });
    export default router;
  `,
};
