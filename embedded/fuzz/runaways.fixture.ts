/** Functions that never end or take all there is, and one that does neither. */
export const runaways = {
  "bad.ts": `
    import { queryGeneric as q, mutationGeneric as m, actionGeneric as a, makeFunctionReference } from "convex/server";
    const ways = {
      async loop() { for (;;); },
      async microtasks() { for (;;) await null; },
      async regex() { /^(a+)+$/.test("a".repeat(60) + "b"); },
      async text() { let s = "x"; const kept = []; for (;;) { s += kept.length; kept.push(s + "y"); } },
      async objects() { const kept = []; for (;;) kept.push({ a: kept.length, b: [kept.length] }); },
      async buffers() { const kept = []; for (;;) kept.push(new Uint8Array(10_000_000).fill(1)); },
      async reads(ctx) { for (;;) await ctx.db.query("rows").first(); },
      async caughtReads(ctx) { for (;;) try { await ctx.db.query("rows").collect(); } catch {} },
      async caughtErrors(ctx) { for (;;) try { await ctx.db.get("nonsense"); } catch {} },
      async lookups(ctx) { for (;;) await ctx.db.query("nothing").first(); }, // Counts for no limit but time.
      async nested(ctx) { for (;;) await ctx.runQuery(makeFunctionReference("bad:fine"), {}); },
      async logs() { for (;;) console.log("x".repeat(1000)); },
      async streams() { for (;;) await new Response("x".repeat(1000)).text(); },
      async deep() { const f = () => [f()]; for (;;) try { f(); } catch {} },
      async promises() { for (;;) new Promise(() => {}).then(() => {}); },
    };
    export const fine = q({ handler: async (ctx) => { await ctx.db.query("rows").first(); return "fine"; } });
    export const seed = m({ handler: async (ctx) => { for (let i = 0; i < 500; i++) await ctx.db.insert("rows", { i }); } });
    export const rows = q({ handler: async (ctx) => (await ctx.db.query("rows").collect()).length });
    export const note = m({ handler: async (ctx) => ctx.db.insert("notes", {}) });
    export const notes = q({ handler: async (ctx) => (await ctx.db.query("notes").collect()).length });
    export const one = m({ handler: async () => 1 });
    export const query = q({ handler: async (ctx, { way }) => { await ways[way](ctx); } });
    export const mutation = m({ handler: async (ctx, { way }) => { await ctx.db.insert("rows", { i: -1 }); await ways[way](ctx); } });
    export const writes = m({ handler: async (ctx) => { for (let i = 0; ; i++) await ctx.db.insert("rows", { i }); } });
    export const caughtWrites = m({ handler: async (ctx) => { for (let i = 0; ; i++) try { await ctx.db.insert("rows", { i }); } catch {} } });
    export const action = a({ handler: async (ctx, { way }) => { await ways[way](ctx); } });
  `,
};
