import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { requestChain } from "../shared/audit/chain";
import { MAX_ROUNDS } from "../shared/limits";
import { attachmentView, filesOf } from "./attachments";
import { auditView } from "./audit";
import { brakeOn } from "./brake";
import { mayOf } from "./may";
import { nameOf, type Names } from "./people";
import { lastReviewOf } from "./reviews";
import { snoozedUntil } from "./snoozes";
import { stageViews } from "./stageViews";
import type { RequestPage, StateView } from "./views";
import { named } from "./rows";

/** Rows of each kind a page reads at most: rounds are capped, so only retries by operators come near. */
const PAGE_ROWS = 200;

/** A request's state with names in place of ids; `name` reads one. */
export async function stateView(
  ctx: QueryCtx,
  request: Doc<"requests">,
  name: Names = (personId) => nameOf(ctx, personId),
): Promise<StateView> {
  const { state } = request;
  switch (state.kind) {
    case "drafting":
    case "failed":
      return state;
    case "inReview": {
      const { stage, dueAt } = await named(ctx, "tasks", state.taskId);
      return { kind: state.kind, taskId: state.taskId, stage, dueAt, question: isAsked(state), at: state.at };
    }
    case "decided": {
      const { kind, outcome, releaseAt, at } = state;
      return { kind, outcome, by: await name(state.personId), releaseAt, question: isAsked(state), at };
    }
    case "changesRequested":
      return {
        kind: state.kind,
        by: await name(state.personId),
        feedback: state.feedback,
        question: isAsked(state),
        at: state.at,
      };
    case "approved": {
      const brake = await brakeOn(ctx, request.playbook);
      return { kind: state.kind, by: await approvedBy(ctx, request), held: brake?.reason ?? null, at: state.at };
    }
    case "performing":
      return { kind: state.kind, at: state.at };
    case "completed": {
      const execution = await named(ctx, "executions", state.executionId);
      const detail = execution.state.kind === "succeeded" ? execution.state.detail : "";
      return { kind: state.kind, detail, at: state.at };
    }
    case "rejected": {
      const { by } = state;
      if (by.kind !== "person" && by.kind !== "revocation") return { kind: state.kind, by, at: state.at };
      return {
        kind: state.kind,
        by: { kind: by.kind, name: await name(by.personId), reason: by.reason },
        at: state.at,
      };
    }
    case "withdrawn":
    case "canceled":
      return { kind: state.kind, by: await name(state.personId), at: state.at };
    default:
      return state satisfies never;
  }
}

/** Whether a state is about a question. */
function isAsked({ question }: { question?: true }): boolean {
  return question === true;
}

/** A request as a line of a list; `name` reads the name of a person. */
export async function requestRow(ctx: QueryCtx, request: Doc<"requests">, name?: Names) {
  return {
    requestId: request._id,
    subject: request.input.subject,
    from: request.input.from,
    playbook: request.playbook,
    createdAt: request._creationTime,
    revision: request.revision,
    risk: request.triage?.risk ?? null,
    state: await stateView(ctx, request, name),
  };
}

async function approvedBy(ctx: QueryCtx, { approval }: Doc<"requests">): Promise<string> {
  switch (approval?.by.kind) {
    case "person":
      return await nameOf(ctx, approval.by.personId);
    case "rule":
      return `The rule “${approval.by.name}”`;
    default:
      return "The desk";
  }
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
  const requester = await named(ctx, "people", request.requesterId);
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
      : await named(ctx, "tasks", taskId);
  const decisions = await ctx.db
    .query("decisions")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .take(PAGE_ROWS);
  const events = await ctx.db
    .query("auditEvents")
    .withIndex("by_chain_and_seq", (q) => q.eq("chain", requestChain(requestId)))
    .take(PAGE_ROWS);
  const views = await Promise.all(drafts.map((draft) => draftView(ctx, draft)));
  const review = await lastReviewOf(ctx, requestId);
  const version = await named(ctx, "policyVersions", request.policyVersionId);
  // A task is about its draft, whatever was written since. Without one, and where a rule approved what an agent wrote
  // after the last task, the newest draft is shown; edits that were undone are not.
  const written = drafts.find(({ editedBy }) => editedBy === undefined)?.revision ?? 0;
  const shown = task === null || (taskId === undefined && written > task.revision) ? written : task.revision;
  return {
    request: {
      requestId,
      playbook: request.playbook,
      playbookTitle: playbookOf(request.playbook)?.title ?? request.playbook,
      threadId: request.threadId,
      ...request.input,
      attachments: (await filesOf(ctx, requestId)).map(attachmentView),
      requester: { name: requester.name, initials: requester.initials },
      createdAt: request._creationTime,
      decideWithinMs: request.decideWithinMs ?? null,
      erasedAt: request.erasedAt ?? null,
      policy: { name: version.policy.name, version: version.version },
      round: Math.max(1, request.rounds),
      maxRounds: MAX_ROUNDS,
    },
    state: await stateView(ctx, request),
    triage: request.triage ?? null,
    draft: views.find(({ revision }) => revision === shown) ?? null,
    drafts: views,
    task: task === null ? null : await taskView(ctx, person, task),
    decisions: await Promise.all(
      decisions.map(async (decision) => ({
        decisionId: decision._id,
        taskId: decision.taskId,
        by: await nameOf(ctx, decision.personId),
        revision: decision.revision,
        digest: decision.digest,
        verdict: decision.verdict,
        undone: decision.undoneAt !== undefined,
        at: decision._creationTime,
      })),
    ),
    executions: await executionViews(ctx, requestId),
    usage: await usageView(ctx, requestId),
    timeline: await Promise.all(events.map((event) => auditView(ctx, event))),
    stages: review === null ? [] : await stageViews(ctx, review.state),
    may: await mayOf(ctx, person, request, review),
  };
}

/** A draft as screens show it. */
export async function draftView(ctx: QueryCtx, draft: Doc<"drafts">) {
  const { _id, _creationTime, requestId: _, editedBy, ...rest } = draft;
  const editor = editedBy === undefined ? null : await nameOf(ctx, editedBy);
  return { draftId: _id, ...rest, editedBy: editor, createdAt: _creationTime };
}

async function taskView(ctx: QueryCtx, person: Doc<"people">, task: Doc<"tasks">) {
  const { state } = task;
  return {
    taskId: task._id,
    stage: task.stage,
    snoozedUntil: await snoozedUntil(ctx, person._id, task._id),
    revision: task.revision,
    digest: task.digest,
    createdAt: task._creationTime,
    dueAt: task.dueAt,
    question: task.question === true,
    outcome: state.kind === "open" ? null : { kind: state.outcome, by: await closedBy(ctx, task), at: state.at },
  };
}

/** Who ended a task, or null where no person did and for a task that is still open. */
async function closedBy(ctx: QueryCtx, { state }: Doc<"tasks">): Promise<string | null> {
  return state.kind === "open" || state.personId === undefined ? null : await nameOf(ctx, state.personId);
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
