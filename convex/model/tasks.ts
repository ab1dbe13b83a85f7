import { createEvent, sendEvent, type EventId, type WorkflowId } from "@convex-dev/workflow";
import { v, type Infer } from "convex/values";
import { components, internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { vTaskState } from "../schema";
import { DESK, record } from "./audit";
import { resumeSoon } from "./resume";
import { move } from "./state";

/** What a task's event tells the workflow. */
export const vTaskEvent = v.object({
  outcome: v.union(v.literal("approved"), v.literal("rejected"), v.literal("changesRequested"), v.literal("expired")),
});
type Outcome = Extract<Infer<typeof vTaskState>, { kind: "closed" }>["outcome"];

/** The task of a request that still waits, or null. A request has at most one. */
export async function openTaskOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Doc<"tasks"> | null> {
  const task = await ctx.db
    .query("tasks")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .first();
  return task?.state.kind === "open" ? task : null;
}

/** The task that was approved for a request. Throws when there is none: only approved requests come here. */
export async function approvedTaskOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Doc<"tasks">> {
  const task = await ctx.db
    .query("tasks")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .first();
  if (task === null || task.state.kind !== "closed" || task.state.outcome.kind !== "approved") {
    throw new Error(`Request ${requestId} has no approved task.`);
  }
  return task;
}

/**
 * Opens the task for a request's newest draft: an event made for this task and revision, and the deadline beside it.
 * Returns the event the workflow waits on.
 */
export async function openTask(
  ctx: MutationCtx,
  requestId: Id<"requests">,
  workflowId: WorkflowId,
): Promise<EventId<"taskOutcome">> {
  const request = await ctx.db.get("requests", requestId);
  if (request === null) throw new Error(`Request ${requestId} is missing.`);
  const draft = await ctx.db
    .query("drafts")
    .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId).eq("revision", request.revision))
    .unique();
  if (draft === null) throw new Error(`Request ${requestId} has no draft ${request.revision}.`);
  const eventId = await createEvent(ctx, components.workflow, { name: "taskOutcome", workflowId });
  const at = Date.now();
  const dueAt = at + request.decideWithinMs;
  const taskId = await ctx.db.insert("tasks", {
    requestId,
    draftId: draft._id,
    revision: draft.revision,
    digest: draft.digest,
    eventId,
    dueAt,
    subject: request.input.subject,
    from: request.input.from,
    summary: draft.summary,
    risk: request.triage?.risk ?? null,
    state: { kind: "open" },
  });
  // The deadline is a function of its own: a workflow that waits for an event and a clock stays stuck until the later
  // one.
  const deadlineId = await ctx.scheduler.runAt(dueAt, internal.tasks.expire, { taskId });
  await ctx.db.patch("tasks", taskId, { deadlineId });
  await move(ctx, request, "openTask", { kind: "inReview", taskId, at });
  await record(ctx, requestId, DESK, { kind: "taskOpened", taskId, revision: draft.revision, dueAt });
  return eventId;
}

/** Closes an open task, stops its deadline and, where the workflow waits for it, tells the workflow. */
export async function closeTask(ctx: MutationCtx, task: Doc<"tasks">, outcome: Outcome): Promise<void> {
  if (task.state.kind !== "open") throw new Error(`Task ${task._id} is already closed.`);
  await ctx.db.patch("tasks", task._id, { state: { kind: "closed", at: Date.now(), outcome } });
  if (outcome.kind !== "expired" && task.deadlineId !== undefined) await ctx.scheduler.cancel(task.deadlineId);
  // Withdrawal and cancellation end the workflow itself.
  if (outcome.kind === "withdrawn" || outcome.kind === "canceled") return;
  await sendEvent(ctx, components.workflow, {
    id: task.eventId,
    validator: vTaskEvent,
    value: { outcome: outcome.kind },
  });
  await resumeSoon(ctx, task.requestId);
}

/** The deadline: rejects the request unless somebody was first, in which case nothing happens. */
export async function expire(ctx: MutationCtx, taskId: Id<"tasks">): Promise<void> {
  const task = await ctx.db.get("tasks", taskId);
  if (task === null || task.state.kind !== "open") return;
  const request = await ctx.db.get("requests", task.requestId);
  if (request === null) throw new Error(`Request ${task.requestId} of task ${taskId} is missing.`);
  await move(ctx, request, "expire", { kind: "rejected", by: { kind: "deadline" }, at: Date.now() });
  await record(ctx, request._id, DESK, { kind: "expired", taskId, revision: task.revision });
  await closeTask(ctx, task, { kind: "expired" });
}
