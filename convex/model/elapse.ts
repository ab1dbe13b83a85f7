// What happens to reviews by itself: deadlines, reminders, ladders, the end of the undo window, people who came or went.

import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { Around } from "../shared/review/events";
import { dueNow, type Moment } from "../shared/time/schedule";
import type { Who } from "../shared/policy/types";
import { aroundReview, byTheClock } from "./around";
import { DESK, record } from "./audit";
import { momentsOf, timerOf } from "./reviewTimer";
import { tell, tryApply } from "./reviews";
import { openTaskRow } from "./tasks";
import { NO_TIMER } from "./timers";
import { named } from "./rows";

/** Does what is due to some reviews now: reminds, lets ladders join, expires. Their workflows are told by the sweep. */
export async function elapse(ctx: MutationCtx, reviews: readonly Doc<"reviews">[]): Promise<void> {
  const versions = new Map<Id<"policyVersions">, Doc<"policyVersions">>();
  for (const review of reviews) {
    const { _id: reviewId } = review;
    if (review.state.kind !== "open") continue;
    const version =
      versions.get(review.policyVersionId) ?? (await named(ctx, "policyVersions", review.policyVersionId));
    versions.set(version._id, version);
    const request = await named(ctx, "requests", review.requestId);
    const task = await openTaskRow(ctx, request, reviewId, review.state.task.number);
    const { due, doneThrough } = dueNow(momentsOf(review.state.task, version.policy.calendar), Date.now(), task.done);
    const [only] = due;
    if (due.length === 1 && only?.kind === "expire") {
      await happen(ctx, review, version, task, only, request);
      continue;
    }
    await ctx.db.patch("tasks", task._id, { done: doneThrough });
    for (const moment of due) await happen(ctx, await named(ctx, "reviews", reviewId), version, task, moment);
    const after = await named(ctx, "reviews", reviewId);
    if (after.state.kind !== "open") continue;
    await ctx.db.patch("reviews", reviewId, { timer: await timerOf(ctx, after, after.state, version.policy.calendar) });
  }
}

/** One moment of a task, unless the review has gone on to another. `request` is its request where that was just read. */
async function happen(
  ctx: MutationCtx,
  review: Doc<"reviews">,
  version: Doc<"policyVersions">,
  task: Doc<"tasks">,
  moment: Moment<Who[]>,
  request?: Doc<"requests">,
): Promise<void> {
  const { state } = review;
  const { policy } = version;
  if (state.kind !== "open" || state.task.number !== task.number) return;
  // A deadline that rejects asks nobody, so nobody is looked up: thousands of them may come at once.
  const rejects = moment.kind === "expire" && state.task.stage.atDeadline === "reject";
  const around = async (): Promise<Around> =>
    rejects ? byTheClock(policy.calendar) : await aroundReview(ctx, state, version);
  switch (moment.kind) {
    case "remind":
      await ctx.db.patch("tasks", task._id, { remindedAt: Date.now() });
      await record(ctx, review.requestId, DESK, { kind: "reminded", stage: task.stage, dueAt: task.dueAt });
      return;
    case "escalate":
      return await tryApply(
        ctx,
        review,
        { kind: "climb", task: task.number, step: moment.step },
        await around(),
        policy,
        {
          telling: "later",
        },
      );
    case "expire":
      return await tryApply(ctx, review, { kind: "expire" }, await around(), policy, {
        telling: "later",
        request,
        row: task,
      });
    default:
      return moment satisfies never;
  }
}

/** Tells the workflow of a review whose outcome a sweep recorded. */
export async function tellLate(ctx: MutationCtx, review: Doc<"reviews">): Promise<void> {
  await ctx.db.patch("reviews", review._id, { timer: NO_TIMER });
  if (review.state.kind !== "released") return;
  await tell(ctx, await named(ctx, "requests", review.requestId), review, review.state.outcome);
}

/** The undo window of a review ran out. Too early (the clock was set back) it waits again; too late it does nothing. */
export async function release(ctx: MutationCtx, reviewId: Id<"reviews">): Promise<void> {
  const review = await named(ctx, "reviews", reviewId);
  if (review.state.kind !== "decided") return;
  if (Date.now() >= review.state.releaseAt) {
    const { policy } = await named(ctx, "policyVersions", review.policyVersionId);
    return await tryApply(ctx, review, { kind: "release" }, byTheClock(policy.calendar), policy, { telling: "now" });
  }
  const releaseId = await ctx.scheduler.runAt(review.state.releaseAt, internal.reviews.release, { reviewId });
  await ctx.db.patch("reviews", reviewId, { releaseId });
}

/** Open reviews counted again in one transaction. */
const RECOUNT_MAX = 20;

/** Counts a batch of open reviews again after people changed. Answers the cursor of the next, or null after the last. */
export async function recountSome(ctx: MutationCtx, after: string | null): Promise<string | null> {
  const { page, isDone, continueCursor } = await ctx.db
    .query("tasks")
    .withIndex("by_state_kind_and_dueAt", (q) => q.eq("state.kind", "open"))
    .paginate({ cursor: after, numItems: RECOUNT_MAX });
  for (const { reviewId } of page) {
    const review = await named(ctx, "reviews", reviewId);
    const version = await named(ctx, "policyVersions", review.policyVersionId);
    const around = await aroundReview(ctx, review.state, version);
    await tryApply(ctx, review, { kind: "peopleChanged" }, around, version.policy, { telling: "now" });
  }
  return isDone ? null : continueCursor;
}
