// How the workflow waits for work done in an action (an agent, a connector).
//
// The workflow's step starts a run: a row, an event the workflow waits on, and a scheduled action. The action reports
// to a mutation, which ends the run and sends the event. A process that dies takes the action with it, and nothing
// reports; so a watch looks at the scheduled function every few seconds and starts the next attempt, or ends the run as
// failed. (The workpool would notice such a death too, but only after five minutes.)

import { createEvent, sendEvent, type EventId, type WorkflowId } from "@convex-dev/workflow";
import { v, type Infer } from "convex/values";
import { components, internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import type { Step } from "../shared/records";
import { resumeSoon } from "./resume";
import { named } from "./rows";

/** How often the watch looks after a running action. */
const WATCH_MS = 3_000;

/** What a run's event tells the workflow. */
export const vRunResult = v.union(
  v.object({ kind: v.literal("ok") }),
  v.object({ kind: v.literal("failed"), reason: v.string() }),
);
export type RunResult = Infer<typeof vRunResult>;

/** Names one attempt of one run: what an action is started with, and what it reports with. */
export const vRunRef = { runId: v.id("runs"), attempt: v.number() };
export type RunRef = { runId: Id<"runs">; attempt: number };

/** Starts a run and returns the event that tells its end. */
export async function startRun(
  ctx: MutationCtx,
  run: { requestId: Id<"requests">; step: Step; executionId?: Id<"executions">; workflowId: WorkflowId },
): Promise<EventId<"run">> {
  const { workflowId, ...fields } = run;
  const eventId = await createEvent(ctx, components.workflow, { name: "run", workflowId });
  const runId = await ctx.db.insert("runs", { ...fields, eventId, attempt: 0, state: { kind: "running" } });
  await launch(ctx, runId, run.step, 1, 0);
  return eventId;
}

/** Schedules an attempt's action after `delayMs` and the watch over it. */
export async function launch(
  ctx: MutationCtx,
  runId: Id<"runs">,
  step: Step,
  attempt: number,
  delayMs: number,
): Promise<void> {
  const functionId = await ctx.scheduler.runAfter(delayMs, actionOf(step), { runId, attempt });
  await ctx.db.patch("runs", runId, { attempt, functionId });
  await ctx.scheduler.runAfter(delayMs + WATCH_MS, internal.workflows.runs.watch, { runId, attempt });
}

function actionOf(step: Step) {
  switch (step) {
    case "triage":
      return internal.agents.run.triage;
    case "draft":
      return internal.agents.run.draft;
    case "perform":
      return internal.connectors.perform.attempt;
    default:
      return step satisfies never;
  }
}

/** The run if this attempt is the one in progress; null for a late report, which is then a no-op. */
export async function currentRun(ctx: MutationCtx, { runId, attempt }: RunRef): Promise<Doc<"runs"> | null> {
  const run = await ctx.db.get("runs", runId);
  return run !== null && run.state.kind === "running" && run.attempt === attempt ? run : null;
}

/** Ends a run and tells the workflow. */
export async function endRun(ctx: MutationCtx, run: Doc<"runs">, result: RunResult): Promise<void> {
  const at = Date.now();
  await ctx.db.patch("runs", run._id, {
    state: result.kind === "ok" ? { kind: "done", at } : { kind: "failed", at, reason: result.reason },
  });
  await sendEvent(ctx, components.workflow, { id: run.eventId, validator: vRunResult, value: result });
  await resumeSoon(ctx, await named(ctx, "requests", run.requestId));
}

/**
 * What has become of an attempt: "working" (also while it waits to start), or "lost" when its action ended without a
 * report, whatever the scheduler says it ended as.
 */
export async function attemptState(ctx: MutationCtx, run: Doc<"runs">): Promise<"working" | "lost"> {
  const job = run.functionId === undefined ? null : await ctx.db.system.get("_scheduled_functions", run.functionId);
  return job !== null && (job.state.kind === "pending" || job.state.kind === "inProgress") ? "working" : "lost";
}

/** Looks at an attempt again after a while. */
export async function watchAgain(ctx: MutationCtx, ref: RunRef): Promise<void> {
  await ctx.scheduler.runAfter(WATCH_MS, internal.workflows.runs.watch, ref);
}

/** Stops whatever runs for a request: its actions are canceled, and what they still report is ignored. */
export async function stopRuns(ctx: MutationCtx, requestId: Id<"requests">): Promise<void> {
  const last = await ctx.db
    .query("runs")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .first();
  if (last === null || last.state.kind !== "running") return;
  await ctx.db.patch("runs", last._id, { state: { kind: "stopped", at: Date.now() } });
  if (last.functionId !== undefined) await ctx.scheduler.cancel(last.functionId);
}
