// What happens to reviews by itself.

import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./functions";
import * as elapsing from "./model/elapse";
import * as timers from "./model/timers";

/** Does a batch of what is due to reviews in the second that ends at `at`. */
export const sweep = internalMutation({
  args: { at: v.number() },
  returns: v.null(),
  handler: async (ctx, { at }) => {
    await timers.sweep(ctx, at, {
      elapse: async (reviewIds) => {
        try {
          await ctx.runMutation(internal.reviews.elapse, { reviewIds });
        } catch (error) {
          // The batch was rolled back. One review must not hold up the others, so each is done on its own.
          // oxlint-disable-next-line no-console -- an operator must see it
          console.error(`Of ${reviewIds.length} due reviews one cannot go on; each is done by itself now.`, error);
          for (const reviewId of reviewIds) {
            await timers.setAside(ctx, reviewId);
            await ctx.scheduler.runAfter(0, internal.reviews.elapse, { reviewIds: [reviewId] });
          }
        }
      },
      tell: (review) => elapsing.tellLate(ctx, review),
    });
    return null;
  },
});

/** Does what is due to some reviews. */
export const elapse = internalMutation({
  args: { reviewIds: v.array(v.id("reviews")) },
  returns: v.null(),
  handler: async (ctx, { reviewIds }) => {
    await elapsing.elapse(ctx, reviewIds);
    return null;
  },
});

/** Ends the undo window of a review. */
export const release = internalMutation({
  args: { reviewId: v.id("reviews") },
  returns: v.null(),
  handler: async (ctx, { reviewId }) => {
    await elapsing.release(ctx, reviewId);
    return null;
  },
});

/** Counts a batch of open reviews again after people changed; `after` is the cursor of the batch before. */
export const recount = internalMutation({
  args: { after: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { after }) => {
    const cursor = await elapsing.recountSome(ctx, after);
    if (cursor !== null) await ctx.scheduler.runAfter(0, internal.reviews.recount, { after: cursor });
    return null;
  },
});
