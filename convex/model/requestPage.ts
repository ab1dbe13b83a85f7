import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { MAX_ROUNDS } from "../shared/limits";
import { hasRole, OPERATORS } from "../shared/roles";
import { can } from "../shared/stateMachine";
import { auditView } from "./audit";
import { nameOf } from "./people";
import type { RequestPage, StateView } from "./views";

/** Rows of each kind a page reads at most: rounds are capped, so only retries by operators come near. */
const PAGE_ROWS = 200;

/** A request's state with names in place of ids. */
export async function stateView(ctx: QueryCtx, request: Doc<"requests">): Promise<StateView> {
  const { state } = request;
  switch (state.kind) {
    case "drafting":
    case "failed":
      return state;
    case "inReview": {
      const task = await get(ctx, "tasks", state.taskId);
      return { ...state, dueAt: task.dueAt };
    }
    case "changesRequested": {
      const decision = await get(ctx, "decisions", state.decisionId);
      const feedback = decision.verdict.kind === "requestChanges" ? decision.verdict.feedback : "";
      return { kind: state.kind, by: await nameOf(ctx, decision.personId), feedback, at: state.at };
    }
    case "approved":
      return { kind: state.kind, by: (await closedBy(ctx, await get(ctx, "tasks", state.taskId))) ?? "", at: state.at };
    case "performing":
      return { kind: state.kind, at: state.at };
    case "completed": {
      const execution = await get(ctx, "executions", state.executionId);
      const detail = execution.state.kind === "succeeded" ? execution.state.detail : "";
      return { kind: state.kind, detail, at: state.at };
    }
    case "rejected": {
      const { by } = state;
      if (by.kind !== "person") return { kind: state.kind, by, at: state.at };
      const name = await nameOf(ctx, by.personId);
      return { kind: state.kind, by: { kind: "person", name, reason: by.reason }, at: state.at };
    }
    case "withdrawn":
    case "canceled":
      return { kind: state.kind, by: await nameOf(ctx, state.personId), at: state.at };
    default:
      return state satisfies never;
  }
}

/** A request as a line of a list. */
export async function requestRow(ctx: QueryCtx, request: Doc<"requests">) {
  return {
    requestId: request._id,
    subject: request.input.subject,
    from: request.input.from,
    playbook: request.playbook,
    createdAt: request._creationTime,
    revision: request.revision,
    risk: request.triage?.risk ?? null,
    state: await stateView(ctx, request),
  };
}

/** A task as a line of the inbox: one row read, and no other. */
export function taskRow(task: Doc<"tasks">) {
  return {
    taskId: task._id,
    requestId: task.requestId,
    revision: task.revision,
    title: task.subject,
    from: task.from,
    summary: task.summary,
    risk: task.risk,
    createdAt: task._creationTime,
    dueAt: task.dueAt,
    round: task.revision,
    outcome: task.state.kind === "open" ? null : task.state.outcome.kind,
    closedAt: task.state.kind === "open" ? null : task.state.at,
  };
}

/**
 * Everything a request's page shows to `person`, who may see it. With `taskId` the page is about that task and its
 * draft, otherwise about the newest of both.
 */
export async function requestPage(
  ctx: QueryCtx,
  person: Doc<"people">,
  request: Doc<"requests">,
  taskId?: Id<"tasks">,
): Promise<RequestPage> {
  const requestId = request._id;
  const requester = await get(ctx, "people", request.requesterId);
  const drafts = await ctx.db
    .query("drafts")
    .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId))
    .order("desc")
    .take(PAGE_ROWS);
  const task =
    taskId === undefined
      ? await ctx.db
          .query("tasks")
          .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
          .order("desc")
          .first()
      : await get(ctx, "tasks", taskId);
  const decisions = await ctx.db
    .query("decisions")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .take(PAGE_ROWS);
  const events = await ctx.db
    .query("auditEvents")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .take(PAGE_ROWS);
  const views = drafts.map(draftView);
  const own = request.requesterId === person._id;
  const operator = hasRole(person.roles, OPERATORS);
  const { kind } = request.state;
  return {
    request: {
      requestId,
      playbook: request.playbook,
      playbookTitle: playbookOf(request.playbook)?.title ?? request.playbook,
      threadId: request.threadId,
      ...request.input,
      requester: { name: requester.name, initials: requester.initials },
      createdAt: request._creationTime,
      decideWithinMs: request.decideWithinMs,
      round: Math.max(1, request.revision),
      maxRounds: MAX_ROUNDS,
    },
    state: await stateView(ctx, request),
    triage: request.triage ?? null,
    draft: views.find((draft) => taskId === undefined || draft.revision === task?.revision) ?? null,
    drafts: views,
    task: task === null ? null : await taskView(ctx, task),
    decisions: await Promise.all(
      decisions.map(async (decision) => ({
        decisionId: decision._id,
        taskId: decision.taskId,
        by: await nameOf(ctx, decision.personId),
        revision: decision.revision,
        digest: decision.digest,
        verdict: decision.verdict,
        at: decision._creationTime,
      })),
    ),
    executions: await executionViews(ctx, requestId),
    usage: await usageView(ctx, requestId),
    timeline: await Promise.all(events.map((event) => auditView(ctx, event))),
    may: {
      decide: !own && hasRole(person.roles, ["reviewer"]) && task?.state.kind === "open",
      withdraw: own && can(kind, "withdraw"),
      cancel: operator && can(kind, "cancel"),
      retry: operator && kind === "failed",
    },
  };
}

function draftView(draft: Doc<"drafts">) {
  const { _id, _creationTime, requestId: _, ...rest } = draft;
  return { draftId: _id, ...rest, createdAt: _creationTime };
}

async function taskView(ctx: QueryCtx, task: Doc<"tasks">) {
  const { state } = task;
  return {
    taskId: task._id,
    revision: task.revision,
    digest: task.digest,
    createdAt: task._creationTime,
    dueAt: task.dueAt,
    outcome: state.kind === "open" ? null : { kind: state.outcome.kind, by: await closedBy(ctx, task), at: state.at },
  };
}

/** Who ended a task, or null for the deadline and for a task that is still open. */
export async function closedBy(ctx: QueryCtx, task: Doc<"tasks">): Promise<string | null> {
  if (task.state.kind === "open" || task.state.outcome.kind === "expired") return null;
  return await nameOf(ctx, task.state.outcome.personId);
}

async function executionViews(ctx: QueryCtx, requestId: Id<"requests">) {
  const executions = await ctx.db
    .query("executions")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .take(PAGE_ROWS);
  return await Promise.all(
    executions.map(async (execution) => {
      const message = await ctx.db
        .query("outboxMessages")
        .withIndex("by_idempotencyKey", (q) => q.eq("idempotencyKey", execution.idempotencyKey))
        .unique();
      return {
        executionId: execution._id,
        connector: execution.connector,
        digest: execution.digest,
        idempotencyKey: execution.idempotencyKey,
        startedAt: execution._creationTime,
        attempts: execution.attempts,
        state: execution.state,
        outboxMessageId: message?._id ?? null,
      };
    }),
  );
}

async function usageView(ctx: QueryCtx, requestId: Id<"requests">) {
  const rows = await ctx.db
    .query("usage")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .take(PAGE_ROWS);
  const totals = new Map<string, RequestPage["usage"][number]>();
  for (const { agent, provider, model, inputTokens, outputTokens } of rows) {
    const key = `${agent}\n${provider}\n${model}`;
    const total = totals.get(key) ?? { agent, provider, model, calls: 0, inputTokens: 0, outputTokens: 0 };
    total.calls += 1;
    total.inputTokens += inputTokens;
    total.outputTokens += outputTokens;
    totals.set(key, total);
  }
  return [...totals.values()];
}

/** A row that another row names. Such rows are never deleted, so a missing one is a bug. */
async function get<Table extends "tasks" | "decisions" | "executions" | "people">(
  ctx: QueryCtx,
  table: Table,
  id: Id<Table>,
): Promise<Doc<Table>> {
  const doc = await ctx.db.get(table, id);
  if (doc === null) throw new Error(`${table} ${id} is missing.`);
  return doc;
}
