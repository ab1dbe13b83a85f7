/** What the timer suite plans, and the record of what ran. */
import {
  type DataModelFromSchemaDefinition, internalMutationGeneric, makeFunctionReference, mutationGeneric, type MutationBuilder,
  paginationOptsValidator, queryGeneric, type QueryBuilder,
} from "convex/server";
import { v } from "convex/values";
import type schema from "./schema";

type Model = DataModelFromSchemaDefinition<typeof schema>;
const query = queryGeneric as QueryBuilder<Model, "public">;
const mutation = mutationGeneric as MutationBuilder<Model, "public">;
const internalMutation = internalMutationGeneric as MutationBuilder<Model, "internal">;

/** Plans `count` functions numbered from `from`, each `everyMs` after the one before, the first at `firstAt`. */
export const plan = mutation({
  args: { from: v.number(), count: v.number(), firstAt: v.number(), everyMs: v.number() },
  handler: async (ctx, { from, count, firstAt, everyMs }) => {
    for (let i = 0; i < count; i++) {
      const dueAt = Math.round(firstAt + i * everyMs);
      await ctx.scheduler.runAt(dueAt, makeFunctionReference<"mutation">("timers:ring"), { n: from + i, dueAt });
    }
  },
});

/** The planned function: one row that says when it was due and when it ran. */
export const ring = internalMutation({
  args: { n: v.number(), dueAt: v.number() },
  handler: (ctx, { n, dueAt }) => ctx.db.insert("rings", { n, dueAt, ranAt: Date.now() }),
});

/** What ran, in the order in which it did, page by page: [number, due, ran]. */
export const rings = query({
  args: { paginationOpts: paginationOptsValidator },
  handler: async (ctx, { paginationOpts }) => {
    const { page, isDone, continueCursor } = await ctx.db.query("rings").paginate(paginationOpts);
    return { page: page.map(({ n, dueAt, ranAt }) => [n, dueAt, ranAt]), isDone, continueCursor };
  },
});

/** When the newest function ran, ms since 1970; null before the first. */
export const lastRing = query({
  args: {},
  handler: async (ctx) => (await ctx.db.query("rings").order("desc").first())?.ranAt ?? null,
});
