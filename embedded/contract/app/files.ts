import { actionGeneric as action, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
import { v } from "convex/values";

export const store = action({
  args: { text: v.string(), type: v.string() },
  handler: async (ctx, { text, type }) => ctx.storage.store(new Blob([text], { type })),
});

export const text = action({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => (await ctx.storage.get(id))?.text() ?? null,
});

export const about = query({
  args: { id: v.id("_storage") },
  handler: async (ctx, { id }) => ({ url: await ctx.storage.getUrl(id), row: await ctx.db.system.get("_storage", id) }),
});

export const remove = mutation({ args: { id: v.id("_storage") }, handler: async (ctx, { id }) => ctx.storage.delete(id) });

export const uploadUrl = mutation({ args: {}, handler: async (ctx) => ctx.storage.generateUploadUrl() });
