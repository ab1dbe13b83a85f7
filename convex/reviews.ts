// What happens to reviews by itself.

import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation } from "./functions";
import * as elapsing from "./model/elapse";
import * as timers from "./model/timers";
import { tellNext } from "./model/reviews";
import { named } from "./model/rows";

/**
 * Looks after the second that ends at `at` until nothing is left to do in it. A batch that fails is rolled back; then each
 * review of it is done by itself, so that one that cannot go on holds up no other.
 */
export const sweep = internalMutation({
  args: { at: v.number() },
  returns: v.null(),
  handler: async (ctx, { at }) => {
    let isDone = false;
    try {
      isDone = await ctx.runMutation(internal.reviews.batch, { at });
    } catch (error) {
      // oxlint-disable-next-line no-console -- an operator must see it
      console.error("Of some due reviews one cannot go on; each is done by itself now.", error);
      for (const reviewId of await timers.setAside(ctx, at)) {
        await ctx.scheduler.runAfter(0, internal.reviews.alone, { reviewId });
      }
    }
    if (!isDone) await ctx.scheduler.runAt(Math.max(at, Date.now()), internal.reviews.sweep, { at });
    return null;
  },
});

/** One batch of a second: what is due, and when nothing is, the workflows that are still to be told. */
export const batch = internalMutation({
  args: { at: v.number() },
  returns: v.boolean(),
  handler: (ctx, { at }) => timers.sweep(ctx, at, { elapse: elapsing.elapse, tell: elapsing.tellLate }),
});

/** Does what is due to one review that was set aside. */
export const alone = internalMutation({
  args: { reviewId: v.id("reviews") },
  returns: v.null(),
  handler: async (ctx, { reviewId }) => {
    await elapsing.elapse(ctx, [await named(ctx, "reviews", reviewId)]);
    return null;
  },
});

/** Tells the workflow of a review whose outcome was just recorded. */
export const tell = internalMutation({
  args: { reviewId: v.id("reviews") },
  returns: v.null(),
  handler: async (ctx, { reviewId }) => {
    await tellNext(ctx, reviewId);
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
