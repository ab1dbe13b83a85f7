import {
  type FunctionHandle,
  internalMutationGeneric as internalMutation,
  mutationGeneric as mutation,
  queryGeneric as query,
} from "convex/server";
import { ConvexError, v } from "convex/values";

/** Adds one to the count of a name, then fails if told to. */
export const add = mutation({
  args: { name: v.string(), fail: v.optional(v.boolean()) },
  handler: async (ctx, { name, fail }) => {
    await ctx.db.insert("counts", { name });
    if (fail === true) throw new ConvexError({ code: "full", name });
    return (await ctx.db.query("counts").collect()).length;
  },
});

export const count = query({ args: {}, handler: async (ctx) => (await ctx.db.query("counts").collect()).length });

export const who = query({ args: {}, handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });

/** What the app's table of this name holds, seen from here. */
export const things = query({ args: {}, handler: async (ctx) => (await ctx.db.query("things").collect()).length });

export const later = mutation({
  args: { handle: v.string() },
  handler: async (ctx, { handle }) => {
    await ctx.scheduler.runAfter(0, handle as FunctionHandle<"mutation">, { tag: "from a component" });
  },
});

export const clear = mutation({
  args: {},
  handler: async (ctx) => {
    for (const { _id } of await ctx.db.query("counts").collect()) await ctx.db.delete("counts", _id);
  },
});

/** Not reachable from the app. */
export const hidden = internalMutation({ args: {}, handler: async () => "hidden" });
