// Tasks a person does not want to see for a while. Their deadlines stay.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { lateFor } from "../shared/review/conflicts";
import { snooze as planSnooze } from "../shared/time/schedule";
import { conflictError } from "./conflicts";
import { named } from "./rows";
import { maySee } from "./seeing";

/** Snoozes of one person that are looked at: who has put off more than these sees the rest again. */
const SNOOZES_MAX = 200;

/** Snoozes a task for a person until `until` (ms since 1970), at most until its deadline; null ends the snooze. */
export async function snooze(
  ctx: MutationCtx,
  person: Doc<"people">,
  taskId: Id<"tasks">,
  until: number | null,
): Promise<void> {
  const task = await ctx.db.get("tasks", taskId);
  if (task === null || !(await maySee(ctx, person, await named(ctx, "requests", task.requestId)))) {
    throw deskError("notFound");
  }
  const row = await rowOf(ctx, person._id, taskId);
  if (until === null) {
    if (row !== null) await ctx.db.delete("snoozes", row._id);
    return;
  }
  const { state } = await named(ctx, "reviews", task.reviewId);
  if (task.state.kind === "closed") {
    throw state.kind === "open" ? deskError("taskClosed") : await conflictError(ctx, lateFor(state));
  }
  const planned = planSnooze(until, Date.now(), task.dueAt);
  if (planned.kind === "refused") throw deskError("snoozeInvalid");
  if (row !== null) return await ctx.db.patch("snoozes", row._id, { until: planned.until });
  await ctx.db.insert("snoozes", { personId: person._id, taskId, until: planned.until });
}

/** Until when (ms since 1970) a person has snoozed a task; null when they have not, or it is over. */
export async function snoozedUntil(ctx: QueryCtx, personId: Id<"people">, taskId: Id<"tasks">): Promise<number | null> {
  const row = await rowOf(ctx, personId, taskId);
  return row === null || row.until <= Date.now() ? null : row.until;
}

/** A person's snoozes that are not over, by task. */
export async function snoozesOf(ctx: QueryCtx, personId: Id<"people">): Promise<ReadonlyMap<Id<"tasks">, number>> {
  const rows = await ctx.db
    .query("snoozes")
    .withIndex("by_personId_and_until", (q) => q.eq("personId", personId).gt("until", Date.now()))
    .take(SNOOZES_MAX);
  return new Map(rows.map(({ taskId, until }) => [taskId, until]));
}

async function rowOf(ctx: QueryCtx, personId: Id<"people">, taskId: Id<"tasks">): Promise<Doc<"snoozes"> | null> {
  return await ctx.db
    .query("snoozes")
    .withIndex("by_personId_and_taskId", (q) => q.eq("personId", personId).eq("taskId", taskId))
    .unique();
}
