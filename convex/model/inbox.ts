// The inbox: what waits, soonest deadline first, and what is done, latest first.

import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { listedPage } from "./listings";
import { named } from "./rows";
import { keysFor, seesAll } from "./seeing";
import { snoozesOf } from "./snoozes";

export type Queue = "open" | "done";

/** A page of a person's inbox: every task for managers and admins, for reviewers what they may see. */
export async function inboxPage(ctx: QueryCtx, person: Doc<"people">, queue: Queue, opts: PaginationOptions) {
  const keys = await keysFor(ctx, person);
  if (seesAll(person)) {
    const result = await (queue === "open" ? waiting(ctx) : over(ctx)).paginate(opts);
    return { ...result, page: await inboxRows(ctx, person, keys, result.page) };
  }
  const order = queue === "open" ? "asc" : "desc";
  const result = await listedPage<Id<"tasks">>(ctx, queue, keys, order, opts);
  const tasks = await Promise.all(result.page.map((id) => named(ctx, "tasks", id)));
  return { ...result, page: await inboxRows(ctx, person, keys, tasks) };
}

const waiting = (ctx: QueryCtx) =>
  ctx.db
    .query("tasks")
    .withIndex("by_state_kind_and_dueAt", (q) => q.eq("state.kind", "open"))
    .order("asc");
const over = (ctx: QueryCtx) =>
  ctx.db
    .query("tasks")
    .withIndex("by_state_kind_and_state_at", (q) => q.eq("state.kind", "closed"))
    .order("desc");

/** Tasks as lines of a person's inbox: one row read for each. */
async function inboxRows(ctx: QueryCtx, person: Doc<"people">, mine: ReadonlySet<string>, tasks: Doc<"tasks">[]) {
  const snoozes = await snoozesOf(ctx, person._id);
  return tasks.map((task) => ({
    taskId: task._id,
    requestId: task.requestId,
    revision: task.revision,
    title: task.subject,
    from: task.from,
    playbook: task.playbook,
    stage: task.stage,
    asksMe: task.asks.some((key) => mine.has(key)),
    snoozedUntil: snoozes.get(task._id) ?? null,
    remindedAt: task.remindedAt ?? null,
    summary: task.summary,
    question: task.question ?? false,
    risk: task.risk,
    createdAt: task._creationTime,
    dueAt: task.dueAt,
    round: task.revision,
    outcome: task.state.kind === "open" ? null : task.state.outcome,
    closedAt: task.state.kind === "open" ? null : task.state.at,
  }));
}
