/**
 * Functions that go on until others have committed something: they look for it in snapshots, which count for nothing, so
 * that a test says when they end and no clock does.
 */
export const LONG_CALLS = `
  import { query, mutation, internalQuery } from "./_generated/server";
  import { internal } from "./_generated/api";

  export const peek = internalQuery({ handler: async (ctx, { name }) => {
    const row = (await ctx.db.query("rows").collect()).find((r) => r.name === name);
    return row ? row.n : null;
  } });
  /** What the row \`name\` holds in the newest commit. */
  const newest = (ctx, name) => ctx.runQuery(internal.long.peek, { name }, { useStaleSnapshot: true });
  /** Operations that read nothing others write. */
  const spend = async (ctx, count = 20) => { for (let i = 0; i < count; i++) await ctx.meta.getTransactionMetrics(); };
  const until = async (ctx, name) => { while ((await newest(ctx, name)) === null) await spend(ctx); };
  const find = (ctx, name) => ctx.db.query("rows").withIndex("by_name", (q) => q.eq("name", name)).first();

  export const set = mutation({ handler: async (ctx, { name, n = 1 }) => {
    const row = await find(ctx, name);
    if (row) await ctx.db.patch(row._id, { n });
    else await ctx.db.insert("rows", { name, n });
  } });
  export const get = query({ handler: async (ctx, { name }) => (await find(ctx, name))?.n ?? null });
  export const names = query({ handler: async (ctx) => (await ctx.db.query("rows").collect()).map((r) => r.name) });
  export const add = mutation({ handler: async (ctx, { name }) => {
    const row = await find(ctx, name);
    await ctx.db.patch(row._id, { n: row.n + 1 });
    return row.n;
  } });
  export const addSlowly = mutation({ handler: async (ctx, { name, end }) => {
    const row = await find(ctx, name);
    await ctx.db.patch(row._id, { n: row.n + 1 });
    while ((await newest(ctx, name)) === row.n && (await newest(ctx, end)) === null) await spend(ctx);
    return row.n;
  } });
  export const addAfterMuch = mutation({ handler: async (ctx, { name }) => {
    const row = await find(ctx, name);
    await spend(ctx, 5000);
    await ctx.db.patch(row._id, { n: row.n + 1 });
    return row.n;
  } });
  export const log = mutation({ handler: async (ctx, { name }) => ctx.db.insert("rows", { name, n: 0 }) });
  export const logSlowly = mutation({ handler: async (ctx, { name, end }) => {
    console.log("begins");
    await ctx.db.insert("rows", { name, n: 0 });
    await until(ctx, end);
    return name;
  } });
  export const chain = mutation({ handler: async (ctx, { way, end }) => {
    const id = await ctx.db.insert("own", { n: 0 });
    for (let i = 0; (await newest(ctx, end)) === null; i++) {
      if (way === "writes") for (let j = 0; j < 20; j++) await ctx.db.patch(id, { n: i * 20 + j });
      if (way === "reads") for (let j = 0; j < 20; j++) await ctx.db.query("own").collect();
      if (way === "streams") await new Response("x".repeat(1000)).text();
    }
    return way;
  } });
  export const forever = mutation({ handler: async (ctx, { name }) => {
    await ctx.db.insert("rows", { name: "lost", n: 0 });
    await find(ctx, name);
    for (;;) await spend(ctx);
  } });
  export const foreverWithTime = mutation({ handler: async (ctx) => {
    await ctx.db.insert("own", { at: ctx.db.vars.commitTs });
    for (;;) await spend(ctx);
  } });
  export const readSlowly = query({ handler: async (ctx, { end }) => {
    const before = await find(ctx, "x");
    while ((await find(ctx, end)) === null) await spend(ctx);
    const after = await find(ctx, "y");
    return [before.n, after.n];
  } });
  export const leave = mutation({ handler: async (ctx, { mine, other, end }) => {
    const [my, their] = [await find(ctx, mine), await find(ctx, other)];
    await until(ctx, end);
    if (their.n === 0) return false;
    await ctx.db.patch(my._id, { n: 0 });
    return true;
  } });
  export const countSlowly = mutation({ handler: async (ctx, { end }) => {
    const n = (await ctx.db.query("rows").withIndex("by_name", (q) => q.gte("name", "p").lt("name", "q")).collect()).length;
    await until(ctx, end);
    await ctx.db.insert("own", { n });
    return n;
  } });
  export const nested = mutation({ handler: async (ctx, { end }) => {
    await ctx.runMutation(internal.long.logSlowly, { name: "inner", end });
    try { await ctx.runMutation(internal.long.fails, { end }); } catch {}
    return (await ctx.db.query("own").collect()).length;
  } });
  export const fails = mutation({ handler: async (ctx, { end }) => {
    await ctx.db.insert("own", { n: 1 });
    await until(ctx, end + "!");
    throw new Error("no");
  } });

  /** Does what it is told and answers what it saw. */
  export const work = mutation({ handler: (ctx, { ops }) => perform(ctx, ops) });
  const perform = async (ctx, ops) => {
    const seen = [];
    for (const { op, name, n } of ops) {
      const items = () => ctx.db.query("items").withIndex("by_name", (q) => q.eq("name", name));
      switch (op) {
        case "read": seen.push((await find(ctx, name)).n); break;
        case "add": {
          const row = await find(ctx, name);
          seen.push(row.n);
          await ctx.db.patch(row._id, { n: row.n + n });
          break;
        }
        case "count": seen.push((await items().collect()).length); break;
        case "put": await ctx.db.insert("items", { name }); break;
        case "take": {
          const item = await items().first();
          seen.push(item !== null);
          if (item) await ctx.db.delete(item._id);
          break;
        }
        case "spend": await spend(ctx, n); break;
        case "fail":
          try { await ctx.runMutation(internal.long.failing, { ops: [{ op: "add", name, n }, { op: "spend", n: 20 }, { op: "put", name }] }); } catch {}
      }
    }
    return seen;
  };
  export const failing = mutation({ handler: async (ctx, { ops }) => { await perform(ctx, ops); throw new Error("no"); } });
`;
