// The brake: while it is on nothing more is performed, waiting and deciding go on, and what would be performed is held
// until it is taken off.

import { createEvent, sendEvent, type EventId, type WorkflowId } from "@convex-dev/workflow";
import { v } from "convex/values";
import { components, internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { NOTE_MAX } from "../shared/limits";
import { DESK, record } from "./audit";
import { launch } from "./runs";
import { resumeSoon } from "./resume";
import { named } from "./rows";

/** Held actions let go in one transaction. */
const LET_GO_MAX = 20;
/** Brakes that can be on: the desk's, and one for each playbook. */
const BRAKES_MAX = 100;

/** What the event of a held workflow tells it. */
export const vBrakeOff = v.null();

/** The brakes that are on. */
export async function brakes(ctx: QueryCtx): Promise<Doc<"brakes">[]> {
  return await ctx.db.query("brakes").take(BRAKES_MAX);
}

/** The brake that stops a playbook: the desk's or its own; null when it may perform. */
export async function brakeOn(ctx: QueryCtx, playbook: string): Promise<Doc<"brakes"> | null> {
  return (await brakeOf(ctx, null)) ?? (await brakeOf(ctx, playbook));
}

/** Stops a playbook, or the whole desk (null). Stopped already it stays as it is. */
export async function stop(
  ctx: MutationCtx,
  person: Doc<"people">,
  playbook: string | null,
  reason: string,
): Promise<void> {
  const text = reason.trim();
  if (text === "") throw deskError("brakeReason");
  if (text.length > NOTE_MAX) throw deskError("noteTooLong");
  if (!text.isWellFormed()) throw deskError("textInvalid");
  if ((await brakeOf(ctx, playbook)) !== null) return;
  await ctx.db.insert("brakes", { playbook, personId: person._id, reason: text });
  await record(ctx, undefined, { kind: "person", personId: person._id }, { kind: "brakeOn", playbook, reason: text });
}

/** Takes a brake off; what was held goes on. One that is not on changes nothing. */
export async function goOn(ctx: MutationCtx, person: Doc<"people">, playbook: string | null): Promise<void> {
  const brake = await brakeOf(ctx, playbook);
  if (brake === null) return;
  await ctx.db.delete("brakes", brake._id);
  await record(ctx, undefined, { kind: "person", personId: person._id }, { kind: "brakeOff", playbook });
  await ctx.scheduler.runAfter(0, internal.brake.letGo, { after: null });
}

/** Holds a workflow back before it performs; the event ends that. */
export async function holdStart(
  ctx: MutationCtx,
  request: Doc<"requests">,
  workflowId: WorkflowId,
): Promise<EventId<"brakeOff">> {
  const eventId = await createEvent(ctx, components.workflow, { name: "brakeOff", workflowId });
  const { _id: requestId, playbook } = request;
  await ctx.db.insert("held", { playbook, requestId, what: { kind: "start", eventId } });
  await record(ctx, requestId, DESK, { kind: "held" });
  return eventId;
}

/** Holds back the next try of a run that performs. */
export async function holdAttempt(ctx: MutationCtx, run: Doc<"runs">, playbook: string): Promise<void> {
  const { _id: runId, requestId, attempt } = run;
  await ctx.db.patch("runs", runId, { state: { kind: "held", at: Date.now() } });
  await ctx.db.insert("held", { playbook, requestId, what: { kind: "attempt", runId, attempt } });
  await record(ctx, requestId, DESK, { kind: "held" });
}

/** Forgets what was held of a request that ends. */
export async function dropHeld(ctx: MutationCtx, requestId: Id<"requests">): Promise<void> {
  const held = await ctx.db
    .query("held")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .take(LET_GO_MAX);
  for (const { _id } of held) await ctx.db.delete("held", _id);
}

/** Lets go of a batch of what is held and may go on now, oldest first; `after` is the cursor of the batch before. */
export async function letGo(ctx: MutationCtx, after: string | null): Promise<void> {
  const { page, isDone, continueCursor } = await ctx.db.query("held").paginate({ cursor: after, numItems: LET_GO_MAX });
  const stopped = new Set((await brakes(ctx)).map(({ playbook }) => playbook));
  for (const row of page) {
    if (stopped.has(null) || stopped.has(row.playbook)) continue;
    await ctx.db.delete("held", row._id);
    await goOnWith(ctx, row);
  }
  if (!isDone) await ctx.scheduler.runAfter(0, internal.brake.letGo, { after: continueCursor });
}

async function goOnWith(ctx: MutationCtx, { what, requestId }: Doc<"held">): Promise<void> {
  switch (what.kind) {
    case "start":
      await sendEvent(ctx, components.workflow, { id: what.eventId, validator: vBrakeOff, value: null });
      await resumeSoon(ctx, await named(ctx, "requests", requestId));
      return;
    case "attempt": {
      const run = await ctx.db.get("runs", what.runId);
      if (run?.state.kind !== "held") return;
      await ctx.db.patch("runs", run._id, { state: { kind: "running" } });
      await launch(ctx, run._id, "perform", what.attempt, 0);
      return;
    }
    default:
      what satisfies never;
  }
}

async function brakeOf(ctx: QueryCtx, playbook: string | null): Promise<Doc<"brakes"> | null> {
  return await ctx.db
    .query("brakes")
    .withIndex("by_playbook", (q) => q.eq("playbook", playbook))
    .unique();
}
