// The rows of the inbox: one for each task of a review, kept true by model/reviews.ts.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { isQuestion } from "../shared/actions";
import { keyOf } from "../shared/policy/keys";
import type { Stage } from "../shared/policy/types";
import type { TaskOutcome } from "../shared/records";
import type { Review, Task } from "../shared/review/state";
import { NOTHING_DONE } from "../shared/time/schedule";
import { draftOf } from "./drafts";
import { list, listAgain } from "./listings";
import { named } from "./rows";

/** The row of a review's task, or null. */
export async function taskOf(ctx: QueryCtx, reviewId: Id<"reviews">, number: number): Promise<Doc<"tasks"> | null> {
  return await ctx.db
    .query("tasks")
    .withIndex("by_reviewId_and_number", (q) => q.eq("reviewId", reviewId).eq("number", number))
    .unique();
}

/** The row of a task that must be there. */
export async function taskRowOf(ctx: QueryCtx, reviewId: Id<"reviews">, number: number): Promise<Doc<"tasks">> {
  const task = await taskOf(ctx, reviewId, number);
  if (task === null) throw new Error(`Task ${number} of review ${reviewId} is missing.`);
  return task;
}

/** The row of the open task `number` of a review, by the state of its request, which names it. */
export async function openTaskRow(
  ctx: QueryCtx,
  { state }: Doc<"requests">,
  reviewId: Id<"reviews">,
  number: number,
): Promise<Doc<"tasks">> {
  const row = state.kind === "inReview" && state.reviewId === reviewId ? await named(ctx, "tasks", state.taskId) : null;
  return row?.number === number ? row : await taskRowOf(ctx, reviewId, number);
}

/** A task as its row shows it. */
type Line = { number: number; stage: Stage; asks: string[]; revision: number; dueAt: number };

/** A task of a request is open: its row is made, or made true again after an edit, a delegation or an undo. */
export async function openRow(
  ctx: MutationCtx,
  request: Doc<"requests">,
  reviewId: Id<"reviews">,
  { number, stage, asks, revision, dueAt }: Line,
): Promise<void> {
  const row = { stage: stage.name, asks, dueAt, ...(await shownOf(ctx, request._id, revision)) };
  const state = { kind: "open" } as const;
  const there = await taskOf(ctx, reviewId, number);
  if (there !== null) {
    await ctx.db.patch("tasks", there._id, { ...row, state });
    const asksTheSame = there.asks.length === asks.length && asks.every((key) => there.asks.includes(key));
    if (there.state.kind !== "open" || !asksTheSame) await listAgain(ctx, there._id, "open", dueAt, asks);
    return;
  }
  const taskId = await ctx.db.insert("tasks", {
    ...row,
    state,
    requestId: request._id,
    reviewId,
    number,
    done: NOTHING_DONE,
    playbook: request.playbook,
    subject: request.input.subject,
    from: request.input.from,
    risk: request.triage?.risk ?? null,
  });
  await list(ctx, taskId, "open", dueAt, asks);
}

/** A task of a request's review is over. Its row shows the draft that it ended with. */
export async function closeRow(
  ctx: MutationCtx,
  request: Doc<"requests">,
  review: Review,
  row: Doc<"tasks">,
): Promise<void> {
  const { number } = row;
  const { outcome, personId, revision } = endingOf(review, number);
  const shows = revision === row.revision ? {} : await shownOf(ctx, request._id, revision);
  const id = personId === null ? undefined : (ctx.db.normalizeId("people", personId) ?? undefined);
  const at = Date.now();
  await ctx.db.patch("tasks", row._id, { ...shows, state: { kind: "closed", at, outcome, personId: id } });
  await listAgain(ctx, row._id, "done", at, row.asks);
}

type Shown = Pick<Doc<"tasks">, "draftId" | "revision" | "digest" | "summary" | "question">;

/** What a task's row shows of a draft. */
export async function shownOf(ctx: QueryCtx, requestId: Id<"requests">, revision: number): Promise<Shown> {
  const { _id: draftId, digest, summary, action } = await draftOf(ctx, requestId, revision);
  return { draftId, revision, digest, summary, ...(isQuestion(action) ? { question: true } : {}) };
}

type Ending = { outcome: TaskOutcome; personId: string | null; revision: number };

/** How task `number`, which is over, ended: as one of the closed ones, or with the review. */
function endingOf(review: Review, number: number): Ending {
  const closed = review.round.closed.find((one) => one.number === number);
  if (closed !== undefined) {
    const { revision } = closed;
    const by = closed.end === "escalated" ? closed.reason : closed.by;
    return { outcome: closed.end, personId: by.kind === "person" ? by.personId : null, revision };
  }
  if (review.kind === "open") throw new Error(`Task ${number} is not over.`);
  const { kind, by, revision } = review.outcome;
  return {
    outcome: kind === "rejected" && by.kind === "deadline" ? "expired" : kind,
    personId: "personId" in by ? by.personId : null,
    revision,
  };
}

type Asking = Pick<Task, "stage" | "ladderSteps" | "handedOver">;

/** Whom a stage asks at the moment it opens: its candidates only. */
export function justOpened(stage: Stage): Asking {
  return { stage, ladderSteps: 0, handedOver: [] };
}

/** The keys of everybody a task asks now: its stage, the steps of its ladder that have joined, and delegates. */
export function asksOf({ stage, ladderSteps, handedOver }: Asking): string[] {
  const who = [...stage.candidates, ...stage.ladder.slice(0, ladderSteps).flatMap((step) => step.who)];
  const delegates = handedOver.map(({ toId }) => keyOf({ kind: "person", personId: toId }));
  return [...new Set([...who.map(keyOf), ...delegates])];
}
