import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { v } from "convex/values";
import { api, components } from "./refs";

export const insert = mutation({
  args: { table: v.string(), value: v.any() },
  handler: async (ctx, { table, value }) => ctx.db.insert(table, value),
});

/** One transaction for all. */
export const insertMany = mutation({
  args: { table: v.string(), values: v.array(v.any()) },
  handler: async (ctx, { table, values }) => {
    const ids: string[] = [];
    for (const value of values) ids.push(await ctx.db.insert(table, value));
    return ids;
  },
});

export const get = query({ args: { id: v.any() }, handler: async (ctx, { id }) => ctx.db.get(id) });

export const getIn = query({
  args: { table: v.string(), id: v.any() },
  handler: async (ctx, { table, id }) => ctx.db.get(table, id),
});

/** Fields named in `remove` are patched with undefined, which does not travel. */
export const patch = mutation({
  args: { id: v.any(), value: v.any(), remove: v.optional(v.array(v.string())) },
  handler: async (ctx, { id, value, remove = [] }) => {
    await ctx.db.patch(id, { ...value, ...Object.fromEntries(remove.map((field) => [field, undefined])) });
    return ctx.db.get(id);
  },
});

export const replace = mutation({
  args: { id: v.any(), value: v.any() },
  handler: async (ctx, { id, value }) => ctx.db.replace(id, value),
});

export const remove = mutation({ args: { id: v.any() }, handler: async (ctx, { id }) => ctx.db.delete(id) });

export const normalizeId = query({
  args: { table: v.string(), id: v.string() },
  handler: async (ctx, { table, id }) => ctx.db.normalizeId(table, id),
});

type Step = { op: "eq" | "gt" | "gte" | "lt" | "lte"; field: string; value: unknown };

/** A read of one index: the steps of its range in order, then order, filter and limit. */
export const read = query({
  args: {
    table: v.string(),
    index: v.optional(v.string()),
    range: v.optional(v.array(v.any())),
    order: v.optional(v.union(v.literal("asc"), v.literal("desc"))),
    above: v.optional(v.object({ field: v.string(), value: v.any() })),
    take: v.optional(v.number()),
  },
  handler: async (ctx, { table, index, range = [], order = "asc", above, take }) => {
    const whole = ctx.db.query(table);
    const chosen =
      index === undefined
        ? whole
        : whole.withIndex(index, (q) => {
            type Builder = Record<Step["op"], (field: string, value: unknown) => Builder>;
            let builder = q as unknown as Builder;
            for (const { op, field, value } of range as Step[]) builder = builder[op](field, value);
            return builder as unknown as typeof q;
          });
    const ordered = chosen.order(order);
    const filtered = above === undefined ? ordered : ordered.filter((q) => q.gt(q.field(above.field), above.value));
    return take === undefined ? filtered.collect() : filtered.take(take);
  },
});

export const unique = query({
  args: { tag: v.string() },
  handler: async (ctx, { tag }) =>
    ctx.db
      .query("items")
      .withIndex("by_tag_and_n", (q) => q.eq("tag", tag))
      .unique(),
});

/** Reads rows one by one and stops at the first with `n` of at least `from`. */
export const firstFrom = query({
  args: { from: v.number() },
  handler: async (ctx, { from }) => {
    for await (const item of ctx.db.query("items").withIndex("by_n")) if (item["n"] >= from) return item["n"];
    return null;
  },
});

/** Empties what the cases share; jobs that wait are canceled. */
export const clear = mutation({
  args: {},
  handler: async (ctx) => {
    for (const table of ["things", "items", "notes", "points", "unplanned"]) {
      for (const { _id } of await ctx.db.query(table).collect()) await ctx.db.delete(_id as never);
    }
    for (const job of await ctx.db.system.query("_scheduled_functions").collect()) {
      if (job.state.kind === "pending") await ctx.scheduler.cancel(job._id);
    }
    await ctx.runMutation(components["counter"]!["lib"]!["clear"]!, {});
  },
});

/** Calls of a function's own query see what it wrote. */
export const insertThenRead = mutation({
  args: { tag: v.string() },
  handler: async (ctx, { tag }) => {
    const id = await ctx.db.insert("items", { tag });
    const direct = (await ctx.db.query("items").collect()).map((item) => item["tag"]);
    const nested = (await ctx.runQuery(api["db"]!["read"]!, { table: "items" })).map((item: { tag: string }) => item.tag);
    const stale = await ctx.runQuery(api["db"]!["read"]!, { table: "items" }, { useStaleSnapshot: true });
    await ctx.db.delete("items", id);
    return { direct, nested, stale: stale.length, after: await ctx.db.get("items", id) };
  },
});
