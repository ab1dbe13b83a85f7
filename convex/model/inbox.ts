import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { keysOf } from "../shared/policy/keys";
import { groupIdsOf } from "./memberships";
import { snoozesOf } from "./snoozes";

/** Tasks as lines of a person's inbox: one row read for each, and who the person is once. */
export async function inboxRows(ctx: QueryCtx, person: Doc<"people">, tasks: Doc<"tasks">[]) {
  const { _id: id, roles } = person;
  const mine = keysOf({ id, groupIds: await groupIdsOf(ctx, id), roles });
  const snoozes = await snoozesOf(ctx, id);
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
    risk: task.risk,
    createdAt: task._creationTime,
    dueAt: task.dueAt,
    round: task.revision,
    outcome: task.state.kind === "open" ? null : task.state.outcome,
    closedAt: task.state.kind === "open" ? null : task.state.at,
  }));
}
