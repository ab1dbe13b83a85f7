// Sealing a period of the history, by whoever has the deployment's admin key. Nothing here can be called by a client.

import { v } from "convex/values";
import { internalMutation, internalQuery } from "./functions";
import { dropSome, lastBefore, seal as sealPeriod } from "./model/auditSeals";

/** Where a period that ends before a day ("2027-01-01", UTC) can be sealed; null where no checkpoint was made before it. */
export const plan = internalQuery({
  args: { before: v.string() },
  returns: v.union(v.object({ size: v.number(), checkpoint: v.number(), at: v.string() }), v.null()),
  handler: async (ctx, { before }) => {
    const until = Date.parse(`${before}T00:00:00Z`);
    if (Number.isNaN(until)) throw new Error(`"${before}" is no day such as 2027-01-01.`);
    const found = await lastBefore(ctx, until);
    if (found === null) return null;
    return { size: found.size, checkpoint: found.number, at: new Date(found.at).toISOString() };
  },
});

/** Seals the first `size` events, which must stand in the export whose trailers (last lines of its parts) are given. */
export const seal = internalMutation({
  args: { size: v.number(), trailers: v.array(v.string()) },
  returns: v.null(),
  handler: async (ctx, { size, trailers }) => {
    await sealPeriod(ctx, size, trailers);
    return null;
  },
});

/** Drops the next events of a sealed period. */
export const drop = internalMutation({
  args: { sealId: v.id("auditSeals") },
  returns: v.null(),
  handler: async (ctx, { sealId }) => {
    await dropSome(ctx, sealId);
    return null;
  },
});
