/** What the mutation, update and read suites call. */
import { type DataModelFromSchemaDefinition, mutationGeneric, type MutationBuilder, queryGeneric, type QueryBuilder } from "convex/server";
import { v } from "convex/values";
import type schema from "./schema";

type Model = DataModelFromSchemaDefinition<typeof schema>;
const query = queryGeneric as QueryBuilder<Model, "public">;
const mutation = mutationGeneric as MutationBuilder<Model, "public">;

/** The one-document mutation. */
export const add = mutation({
  args: { topic: v.string(), n: v.number() },
  handler: (ctx, { topic, n }) => ctx.db.insert("notes", { topic, n, text: "a note of some forty characters, as notes are" }),
});

/** Rows `from` up to `from + count`, for data that is there before anything is measured. */
export const addMany = mutation({
  args: { topic: v.string(), from: v.number(), count: v.number() },
  handler: async (ctx, { topic, from, count }) => {
    for (let n = from; n < from + count; n++) await ctx.db.insert("notes", { topic, n, text: `note ${n} of ${topic}` });
  },
});

/** The number of the newest note of a topic; null when it has none. */
export const newest = query({
  args: { topic: v.string() },
  handler: async (ctx, { topic }) => {
    const note = await ctx.db.query("notes").withIndex("by_topic_and_n", (q) => q.eq("topic", topic)).order("desc").first();
    return note?.n ?? null;
  },
});

/** One row by its unique key, for each of `ns`; the sum of what was found shows that all were read. */
export const getEach = query({
  args: { topic: v.string(), ns: v.array(v.number()) },
  handler: async (ctx, { topic, ns }) => {
    let sum = 0;
    for (const n of ns) {
      const note = await ctx.db.query("notes").withIndex("by_topic_and_n", (q) => q.eq("topic", topic).eq("n", n)).unique();
      sum += note?.n ?? Number.NaN;
    }
    return sum;
  },
});

/** `length` rows in order from each of `ns`; how many there were. */
export const rangeFromEach = query({
  args: { topic: v.string(), ns: v.array(v.number()), length: v.number() },
  handler: async (ctx, { topic, ns, length }) => {
    let rows = 0;
    for (const n of ns) {
      const range = ctx.db.query("notes").withIndex("by_topic_and_n", (q) => q.eq("topic", topic).gte("n", n));
      rows += (await range.take(length)).length;
    }
    return rows;
  },
});
