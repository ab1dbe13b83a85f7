// What happens to reviews by itself.

import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./functions";
import * as reviews from "./model/reviews";
import * as timers from "./model/timers";

/** A failed batch member is looked at again after this time, in milliseconds. */
const AGAIN_MS = 60_000;

/** Does a batch of what is due to reviews in the second that ends at `at`. */
export const sweep = internalMutation({
  args: { at: v.number() },
  returns: v.null(),
  handler: async (ctx, { at }) => {
    await timers.sweep(ctx, at, {
      elapse: async ({ _id: reviewId }) => {
        try {
          await ctx.runMutation(internal.reviews.elapse, { reviewId });
        } catch (error) {
          // One review must not hold up the others; its own changes were rolled back.
          // oxlint-disable-next-line no-console -- an operator must see it
          console.error(`Review ${reviewId} could not go on; it is tried again in a minute.`, error);
          await timers.postpone(ctx, reviewId, Date.now() + AGAIN_MS);
        }
      },
      tell: (review) => reviews.tellLate(ctx, review),
    });
    return null;
  },
});

/** Does what is due to one review. */
export const elapse = internalMutation({
  args: { reviewId: v.id("reviews") },
  returns: v.null(),
  handler: async (ctx, { reviewId }) => {
    await reviews.elapse(ctx, reviewId);
    return null;
  },
});

/** Ends the undo window of a review. */
export const release = internalMutation({
  args: { reviewId: v.id("reviews") },
  returns: v.null(),
  handler: async (ctx, { reviewId }) => {
    await reviews.release(ctx, reviewId);
    return null;
  },
});

/** Counts a batch of open reviews again after people changed; `after` is the cursor of the batch before. */
export const recount = internalMutation({
  args: { after: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, { after }) => {
    const cursor = await reviews.recountSome(ctx, after);
    if (cursor !== null) await ctx.scheduler.runAfter(0, internal.reviews.recount, { after: cursor });
    return null;
  },
});
