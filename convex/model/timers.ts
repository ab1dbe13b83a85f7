// When something happens by itself to a review. Deadlines, reminders and ladders of all reviews that fall into the same
// second are done by one sweep, in batches: ten thousand deadlines at once are some hundred transactions, one after the
// other, and the workflows are told only after the last outcome is recorded. A sweep comes at the end of its second, so
// nothing is early; from the deadline's very instant decisions are refused anyway (rule 13 of the review).

import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";

/** Reviews whose moment has come that one transaction takes on. */
const DUE_MAX = 60;
/** Workflows told in one transaction: each event is a call into the component. */
const TELL_MAX = 10;
const SECOND_MS = 1_000;

export type Timer = Doc<"reviews">["timer"];
export const NO_TIMER: Timer = { kind: "none", at: 0 };

/** Has a sweep look at the second of `at` (ms since 1970), unless one will. */
export async function planSweep(ctx: MutationCtx, at: number): Promise<void> {
  const second = Math.ceil(at / SECOND_MS) * SECOND_MS;
  const planned = await ctx.db
    .query("sweeps")
    .withIndex("by_at", (q) => q.eq("at", second))
    .unique();
  if (planned !== null) return;
  await ctx.db.insert("sweeps", { at: second });
  await ctx.scheduler.runAt(second, internal.reviews.sweep, { at: second });
}

/** How long reviews of a batch that failed are left alone, in ms. */
const ASIDE_MS = 60_000;

/** Takes the next batch of due reviews out of a second; the sweep of another looks at them again. Answers their ids. */
export async function setAside(ctx: MutationCtx, at: number): Promise<Id<"reviews">[]> {
  const due = await inSecond(ctx, "due", at, DUE_MAX);
  const later = Date.now() + ASIDE_MS;
  for (const { _id } of due) await ctx.db.patch("reviews", _id, { timer: { kind: "due", at: later } });
  await planSweep(ctx, later);
  return due.map(({ _id }) => _id);
}

/**
 * One batch of the second that ends at `at` (ms since 1970): `elapse` does what is due to some reviews, `tell` tells the
 * workflow of one. Answers whether nothing is left to do in this second.
 */
export async function sweep(
  ctx: MutationCtx,
  at: number,
  work: {
    elapse: (ctx: MutationCtx, due: Doc<"reviews">[]) => Promise<void>;
    tell: (ctx: MutationCtx, review: Doc<"reviews">) => Promise<void>;
  },
): Promise<boolean> {
  // The clock was set back since the sweep was planned.
  if (Date.now() < at) return false;
  const due = await inSecond(ctx, "due", at, DUE_MAX);
  if (due.length > 0) {
    await work.elapse(ctx, due);
    return false;
  }
  const untold = await inSecond(ctx, "tell", at, TELL_MAX);
  for (const review of untold) await work.tell(ctx, review);
  if (untold.length === TELL_MAX) return false;
  const row = await ctx.db
    .query("sweeps")
    .withIndex("by_at", (q) => q.eq("at", at))
    .unique();
  if (row !== null) await ctx.db.delete("sweeps", row._id);
  return true;
}

async function inSecond(ctx: MutationCtx, kind: Timer["kind"], at: number, max: number): Promise<Doc<"reviews">[]> {
  return await ctx.db
    .query("reviews")
    .withIndex("by_timer", (q) =>
      q
        .eq("timer.kind", kind)
        .gt("timer.at", at - SECOND_MS)
        .lte("timer.at", at),
    )
    .take(max);
}
