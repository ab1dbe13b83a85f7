import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { keysOf } from "../shared/policy/keys";
import { absencesAt } from "./around";
import { groupIdsOf } from "./memberships";
import { personIdOf } from "./people";
import { snoozesOf } from "./snoozes";
import { named } from "./rows";

/** Tasks as lines of a person's inbox: one row read for each, and who the person is once. */
export async function inboxRows(ctx: QueryCtx, person: Doc<"people">, tasks: Doc<"tasks">[]) {
  const mine = await keysFor(ctx, person);
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

/** The keys under which stages ask a person: their own, and those of whoever is away and has named them. */
async function keysFor(ctx: QueryCtx, person: Doc<"people">): Promise<ReadonlySet<string>> {
  const now = Date.now();
  const away = (await absencesAt(ctx, now)).filter(({ from, delegateId }) => from <= now && delegateId === person._id);
  const keys = new Set<string>();
  for (const id of [person._id, ...away.map(({ personId }) => personIdOf(ctx, personId))]) {
    const { roles } = await named(ctx, "people", id);
    for (const key of keysOf({ id, groupIds: await groupIdsOf(ctx, id), roles })) keys.add(key);
  }
  return keys;
}
