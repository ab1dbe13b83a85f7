// The review of a request, stored: every event goes through `shared/review/step`, and what it answers is written in one
// transaction: the review, its task's row, the request's state, the votes, the history, the timer, and the word to the
// workflow. Nothing else writes any of these while a review is under way.

import { cancel as cancelWorkflow, createEvent, sendEvent, type EventId, type WorkflowId } from "@convex-dev/workflow";
import { v, type Infer } from "convex/values";
import { components, internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { isQuestion } from "../shared/actions";
import type { Shown } from "../shared/audit/event";
import { planFor } from "../shared/policy/evaluate";
import { factsOf } from "../shared/policy/fields";
import { keyOf } from "../shared/policy/keys";
import { answering, planForQuestion } from "../shared/policy/questions";
import type { Policy, Stage } from "../shared/policy/types";
import type { Around, Effect, ReviewEntry, ReviewEvent, Stepped } from "../shared/review/events";
import { lifeEvent } from "../shared/review/life";
import type { Outcome, Review } from "../shared/review/state";
import { begin, step } from "../shared/review/step";
import { dueAt } from "../shared/time/deadline";
import { MINUTE_MS } from "../shared/time/calendar";
import { aroundOf, aroundReview } from "./around";
import { type ChainEnd, DESK, record } from "./audit";
import { conflictError } from "./conflicts";
import { draftOf } from "./drafts";
import { dropHeld } from "./brake";
import { groupIdsOf } from "./memberships";
import { personIdOf } from "./people";
import { revokedRuleIds } from "./policies";
import { resumeOrLeave, resumeSoon } from "./resume";
import { auditOf, stageNamed } from "./reviewHistory";
import { stateOf } from "./reviewState";
import { move } from "./state";
import { asksOf, closeRow, justOpened, openRow, shownOf, taskRowOf } from "./tasks";
import { NO_TIMER } from "./timers";
import { timerOf } from "./reviewTimer";
import { named } from "./rows";

/** What a review's event tells the workflow. */
export const vReviewEvent = v.object({
  outcome: v.union(v.literal("approved"), v.literal("rejected"), v.literal("changesRequested")),
});
export type ReviewOutcome = Infer<typeof vReviewEvent>["outcome"];

/** The plan the policy has for a draft: the stages, or the rule that approves it without a person; never for a question. */
export async function planOf(
  ctx: MutationCtx,
  request: Doc<"requests">,
  version: Doc<"policyVersions">,
  action: Doc<"drafts">["action"],
) {
  const requester = await named(ctx, "people", request.requesterId);
  const facts = factsOf({
    risk: request.triage?.risk ?? null,
    category: request.triage?.category ?? null,
    requester: { id: requester._id, groupIds: await groupIdsOf(ctx, requester._id), roles: requester.roles },
    action,
  });
  const now = Date.now();
  const revoked = await revokedRuleIds(ctx, request.playbook);
  const known = planFor(version.policy, { requestId: request._id, facts, now, revokedRuleIds: revoked });
  const plan = isQuestion(action) ? planForQuestion(version.policy, known) : known;
  if (plan.kind === "approved") return plan;
  return { ...plan, stages: plan.stages.map((stage) => within(request.decideWithinMs, stage, version.policy, now)) };
}

/** A stage with the shorter of its own time and the requester's. */
function within(withinMs: number | undefined, stage: Stage, { calendar }: Policy, now: number): Stage {
  if (withinMs === undefined || dueAt(now, stage.deadline, calendar) <= now + withinMs) return stage;
  return { ...stage, deadline: { kind: "elapsed", minutes: withinMs / MINUTE_MS } };
}

/**
 * Begins the review of a request's newest draft. Returns the event the workflow waits on, made for this review alone,
 * or null where a rule approves without a person.
 */
export async function openReview(
  ctx: MutationCtx,
  requestId: Id<"requests">,
  workflowId: WorkflowId,
): Promise<EventId<"reviewOutcome"> | null> {
  const request = await named(ctx, "requests", requestId);
  const version = await named(ctx, "policyVersions", request.policyVersionId);
  const draft = await draftOf(ctx, requestId, request.revision);
  const plan = await planOf(ctx, request, version, draft.action);
  const { digest, revision } = draft;
  const now = Date.now();
  if (plan.kind === "approved") {
    const { id: ruleId, name } = plan.rule;
    const by = { kind: "rule", ruleId, name } as const;
    const approval = { draftId: draft._id, digest, by, at: now, validUntil: validUntil(version.policy, now) };
    await ctx.db.patch("requests", requestId, { approval });
    await move(ctx, request, "approve", { kind: "approved", at: now });
    await record(ctx, requestId, DESK, { kind: "autoApproved", rule: name, ruleId, revision, digest });
    return null;
  }
  const { calendar } = version.policy;
  const question = isQuestion(draft.action);
  const stages = question ? version.policy.stages.map(answering) : version.policy.stages;
  const around = await aroundOf(ctx, calendar, [...plan.stages, ...stages], [request.requesterId]);
  const asked = { requesterId: request.requesterId, revision, digest, plan: plan.stages, stages };
  const stepped = begin(question ? { ...asked, question } : asked, around);
  const eventId = await createEvent(ctx, components.workflow, { name: "reviewOutcome", workflowId });
  const reviewId = await ctx.db.insert("reviews", {
    requestId,
    policyVersionId: version._id,
    eventId,
    state: stepped.state,
    timer: NO_TIMER,
  });
  const following = { telling: "now" as const, request };
  await follow(ctx, await named(ctx, "reviews", reviewId), null, stepped, version.policy, following);
  return eventId;
}

type Following = {
  /**
   * Who tells the workflow: this transaction, the next one, which nobody waits for, or the sweep that records outcomes. A
   * workflow that ends with its review is ended at once.
   */
  telling: "now" | "next" | "later";
  /** The caller's key for a vote. */
  key?: string;
  /** What the screen of who votes or edits attests. */
  shown?: Shown;
  /** What has been read already in this transaction, and not been written since: the request, and the open task's row. */
  request?: Doc<"requests">;
  row?: Doc<"tasks">;
};

/**
 * Does an event of people (`ids`) to a review and answers where it stands. Throws the conflict as the error the person
 * reads; then nothing has been written.
 */
export async function apply(
  ctx: MutationCtx,
  review: Doc<"reviews">,
  event: ReviewEvent,
  ids: readonly string[] = [],
  following: Following = { telling: "now" },
): Promise<Review> {
  const version = await named(ctx, "policyVersions", review.policyVersionId);
  const around = await aroundReview(ctx, review.state, version, ids);
  const result = step(review.state, event, around);
  if ("conflict" in result) throw await conflictError(ctx, result);
  await follow(ctx, review, review.state, result, version.policy, following);
  return result.state;
}

/**
 * Does an event that nobody waits for to a review that is decided by `policy`. A conflict means that somebody was faster, and
 * that is fine.
 */
export async function tryApply(
  ctx: MutationCtx,
  review: Doc<"reviews">,
  event: ReviewEvent,
  around: Around,
  policy: Policy,
  following: Following,
): Promise<void> {
  const result = step(review.state, event, around);
  if (!("conflict" in result)) await follow(ctx, review, review.state, result, policy, following);
}

/** Writes a step of a review with everything that follows from it. */
async function follow(
  ctx: MutationCtx,
  review: Doc<"reviews">,
  before: Review | null,
  { state, effects }: Stepped,
  policy: Policy,
  following: Following,
): Promise<void> {
  if (state === before) return;
  const request = following.request ?? (await named(ctx, "requests", review.requestId));
  let untold: Outcome | null = null;
  let end: ChainEnd | undefined;
  let { releaseId } = review;
  for (const effect of effects) {
    switch (effect.kind) {
      case "audit":
        end = await write(ctx, request, review, state, effect.entry, following, end);
        break;
      // `timer` is planned from the state, below.
      case "planDeadline":
        break;
      case "cancelDeadline":
        await closeRow(ctx, request, state, await rowOf(ctx, review, effect.task, following.row));
        break;
      case "releaseAt":
        releaseId = await ctx.scheduler.runAt(effect.at, internal.reviews.release, { reviewId: review._id });
        break;
      case "cancelRelease":
        if (releaseId !== undefined) await ctx.scheduler.cancel(releaseId);
        releaseId = undefined;
        break;
      case "tell":
        untold = effect.outcome;
        break;
      default:
        effect satisfies never;
    }
  }
  // A withdrawal or a revocation inside the undo window takes the place of the decision, in the inbox as well.
  if (before?.kind === "decided" && state.kind === "released" && before.outcome.kind !== state.outcome.kind) {
    await closeRow(ctx, request, state, await taskRowOf(ctx, review._id, state.outcome.task));
  }
  // An edit, or its undo, leaves the task open with another draft; a delegation or a step of the ladder with others.
  if (state.kind === "open") {
    const { task, round } = state;
    const { number, stage, dueAt: due } = task;
    await openRow(ctx, request, review._id, {
      number,
      stage,
      asks: asksOf(task),
      revision: round.revision,
      dueAt: due,
    });
  }
  const event = lifeEvent(before, state);
  const next = await stateOf(ctx, review._id, state);
  const approved = state.kind === "released" && state.outcome.kind === "approved" ? state.outcome : null;
  const more = {
    ...askedNow(request, state, effects),
    ...(approved === null ? {} : { approval: await approvalOf(ctx, review, policy, approved, following.row) }),
  };
  if (event !== null) await move(ctx, request, event, next, more);
  else if (state.kind === "open") await ctx.db.patch("requests", request._id, { state: next, ...more });
  if (state.kind === "revoked") await endWorkflow(ctx, request);

  const later = untold !== null && following.telling === "later";
  const timer = later
    ? { kind: "tell" as const, at: review.timer.at }
    : await timerOf(ctx, review, state, policy.calendar);
  await ctx.db.patch("reviews", review._id, { state, timer, releaseId });
  if (untold === null || later) return;
  if (following.telling === "now" || isOver(untold)) await tell(ctx, request, review, untold);
  else await ctx.scheduler.runAfter(0, internal.reviews.tell, { reviewId: review._id });
}

/** The request's `asked` where this step asked or brought in somebody new. */
function askedNow(request: Doc<"requests">, state: Review, effects: readonly Effect[]): { asked?: string[] } {
  const { asked } = request;
  const entries = effects.flatMap((effect) => (effect.kind === "audit" ? [effect.entry] : []));
  const keys = entries.flatMap((entry) => {
    if (entry.kind === "taskOpened") return asksOf(justOpened(stageNamed(state.round, entry.stageKey)));
    return "personId" in entry ? [keyOf({ kind: "person", personId: entry.personId })] : [];
  });
  const all = new Set([...asked, ...keys, ...(state.kind === "open" ? asksOf(state.task) : [])]);
  return all.size === asked.length ? {} : { asked: [...all] };
}

async function rowOf(ctx: MutationCtx, review: Doc<"reviews">, number: number, known?: Doc<"tasks">) {
  return known?.number === number ? known : await taskRowOf(ctx, review._id, number);
}

/** Writes one entry of the history with the rows that stand for it; `end` is that of its chain, where it is known. */
async function write(
  ctx: MutationCtx,
  request: Doc<"requests">,
  review: Doc<"reviews">,
  { round }: Review,
  entry: ReviewEntry,
  { key, shown, row }: Following,
  end: ChainEnd | undefined,
): Promise<ChainEnd> {
  const requestId = request._id;
  switch (entry.kind) {
    case "taskOpened":
      await openRow(ctx, request, review._id, {
        number: entry.task,
        stage: stageNamed(round, entry.stageKey),
        asks: asksOf(justOpened(stageNamed(round, entry.stageKey))),
        revision: entry.revision,
        dueAt: entry.dueAt,
      });
      break;
    case "voted": {
      const { revision, digest, verdict } = entry;
      const { _id: taskId } = await rowOf(ctx, review, entry.task, row);
      const personId = personIdOf(ctx, entry.personId);
      await ctx.db.insert("decisions", { taskId, requestId, personId, revision, digest, verdict, key });
      break;
    }
    case "undone": {
      const personId = personIdOf(ctx, entry.personId);
      const last = await ctx.db
        .query("decisions")
        .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
        .order("desc")
        .first();
      if (last !== null && last.personId === personId)
        await ctx.db.patch("decisions", last._id, { undoneAt: Date.now() });
      break;
    }
  }
  const { actor, event } = await auditOf(ctx, entry, round);
  const isShown = shown !== undefined && (event.kind === "voted" || event.kind === "edited");
  return await record(ctx, request, actor, isShown ? { ...event, shown } : event, end);
}

/** That the request may be performed: what, who approved it, and how long that holds. */
async function approvalOf(
  ctx: MutationCtx,
  review: Doc<"reviews">,
  policy: Policy,
  outcome: Outcome & { kind: "approved" },
  row: Doc<"tasks"> | undefined,
): Promise<NonNullable<Doc<"requests">["approval"]>> {
  const { by, at, digest, revision } = outcome;
  const { draftId, question } = row?.revision === revision ? row : await shownOf(ctx, review.requestId, revision);
  if (question) throw new Error(`The question ${draftId} was approved.`);
  return {
    draftId,
    digest,
    by: by.kind === "person" ? { kind: by.kind, personId: personIdOf(ctx, by.personId) } : by,
    at,
    validUntil: validUntil(policy, at),
  };
}

/** When an approval of `at` (ms since 1970) runs out. */
function validUntil({ approvalValid, calendar }: Policy, at: number): number {
  return dueAt(at, approvalValid, calendar);
}

/** Nothing more is performed for a request: its approval is gone and its workflow ends. */
export async function endWorkflow(ctx: MutationCtx, request: Doc<"requests">): Promise<void> {
  if (request.approval !== undefined) await ctx.db.patch("requests", request._id, { approval: undefined });
  await dropHeld(ctx, request._id);
  if (request.workflowId !== undefined) await cancelWorkflow(ctx, components.workflow, request.workflowId);
}

/** Whether an outcome ends the workflow, which then hears nothing. */
function isOver(outcome: Outcome): outcome is Outcome & { kind: "withdrawn" | "canceled" } {
  return outcome.kind === "withdrawn" || outcome.kind === "canceled";
}

/** Tells the workflow the outcome, and has it go on soon; withdrawal and cancellation end the workflow itself. */
export async function tell(
  ctx: MutationCtx,
  request: Doc<"requests">,
  review: Doc<"reviews">,
  outcome: Outcome,
): Promise<void> {
  if (isOver(outcome)) return await endWorkflow(ctx, request);
  await send(ctx, review, outcome.kind);
  await resumeSoon(ctx, request);
}

/** Sends the workflow the outcome it waits for. */
async function send(ctx: MutationCtx, review: Doc<"reviews">, outcome: ReviewOutcome): Promise<void> {
  await sendEvent(ctx, components.workflow, { id: review.eventId, validator: vReviewEvent, value: { outcome } });
}

/**
 * Tells the workflow the outcome that an earlier transaction recorded, and has it go on in this one; nothing where the request
 * was revoked or canceled since.
 */
export async function tellNext(ctx: MutationCtx, reviewId: Id<"reviews">): Promise<void> {
  const review = await named(ctx, "reviews", reviewId);
  const request = await named(ctx, "requests", review.requestId);
  if (review.state.kind !== "released" || isOver(review.state.outcome)) return;
  const { kind } = review.state.outcome;
  if (request.state.kind !== kind || request.workflowId === undefined) return;
  await send(ctx, review, kind);
  await resumeOrLeave(ctx, request.workflowId);
}

/** The newest review of a request, or null before the first. */
export async function lastReviewOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Doc<"reviews"> | null> {
  return await ctx.db
    .query("reviews")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .first();
}
