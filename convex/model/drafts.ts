import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { connectorFor } from "../connectors/index";
import { playbookOf } from "../playbooks/index";
import { type Action, checkQuestion, isQuestion } from "../shared/actions";
import { digestOf } from "../shared/digest";
import { MAX_ROUNDS } from "../shared/limits";
import type { Evidence, Model, Triage } from "../shared/records";
import { record } from "./audit";
import { addSummary } from "./requestWords";
import { currentRun, endRun, type RunRef } from "./runs";
import { interrupt } from "./threads";
import { named } from "./rows";

/** Verdicts of one request that are looked at for feedback. */
const VERDICTS_MAX = 200;

/** A request's draft with a number. Drafts are never deleted, so a missing one is a bug. */
export async function draftOf(ctx: QueryCtx, requestId: Id<"requests">, revision: number): Promise<Doc<"drafts">> {
  const draft = await ctx.db
    .query("drafts")
    .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId).eq("revision", revision))
    .unique();
  if (draft === null) throw new Error(`Request ${requestId} has no draft ${revision}.`);
  return draft;
}

/** What a drafting agent proposes or asks, after the border has checked it. */
export type Proposal = {
  action: Action;
  summary: string;
  reasoning: string;
  evidence: Evidence[];
  model: Model;
};

/** What an agent is told about a request: ids stay outside, and the previous round with its feedback goes in. */
export type AgentBrief = {
  requestId: Id<"requests">;
  threadId: string;
  playbook: string;
  input: Doc<"requests">["input"];
  triage: Triage | null;
  round: number;
  /** The draft that was sent back, and the feedback of all rounds so far, oldest first. */
  previous: { action: Action; feedback: string[] } | null;
  /** What agents asked in earlier rounds and were told, oldest first. */
  answered: Answered[];
};
/** A question of an agent with a person's answer. */
export type Answered = { question: string; answer: string };

/** The brief for an agent's run, or null when this attempt is no longer the current one. */
export async function agentBrief(ctx: QueryCtx, { runId, attempt }: RunRef): Promise<AgentBrief | null> {
  const run = await ctx.db.get("runs", runId);
  if (run === null || run.state.kind !== "running" || run.attempt !== attempt) return null;
  const request = await named(ctx, "requests", run.requestId);
  return {
    requestId: request._id,
    threadId: request.threadId,
    playbook: request.playbook,
    input: request.input,
    triage: request.triage ?? null,
    round: request.rounds + 1,
    ...(await earlierRounds(ctx, request)),
  };
}

/** What people said in the rounds before: feedback on drafts, and answers to questions. */
async function earlierRounds(
  ctx: QueryCtx,
  request: Doc<"requests">,
): Promise<Pick<AgentBrief, "previous" | "answered">> {
  // The last verdicts of all rounds: votes and verdicts that were taken back are among them.
  const decisions = await ctx.db
    .query("decisions")
    .withIndex("by_requestId", (q) => q.eq("requestId", request._id))
    .order("desc")
    .take(VERDICTS_MAX);
  const feedback: string[] = [];
  const answered: Answered[] = [];
  let sentBack: Action | null = null;
  for (const { verdict, undoneAt, revision } of decisions) {
    if (verdict.kind !== "requestChanges" || undoneAt !== undefined) continue;
    if (feedback.length + answered.length === MAX_ROUNDS) break;
    const { action } = await draftOf(ctx, request._id, revision);
    if (isQuestion(action)) answered.push({ question: action.question, answer: verdict.feedback });
    else {
      sentBack ??= action;
      feedback.push(verdict.feedback);
    }
  }
  const previous = sentBack === null ? null : { action: sentBack, feedback: feedback.reverse() };
  return { previous, answered: answered.reverse() };
}

/** Stores what triage found and ends its run. A late report is a no-op. */
export async function saveTriage(ctx: MutationCtx, ref: RunRef, agent: string, triage: Triage): Promise<void> {
  const run = await currentRun(ctx, ref);
  if (run === null) return;
  await ctx.db.patch("requests", run.requestId, { triage });
  await record(
    ctx,
    run.requestId,
    { kind: "agent", name: agent },
    {
      kind: "triaged",
      category: triage.category,
      riskScore: triage.risk.score,
    },
  );
  await endRun(ctx, run, { kind: "ok" });
}

/** Stores a proposal, or a question, as the next draft, with the digest people will decide on, and ends the run. */
export async function saveDraft(ctx: MutationCtx, ref: RunRef, agent: string, proposal: Proposal): Promise<void> {
  const run = await currentRun(ctx, ref);
  if (run === null) return;
  const request = await named(ctx, "requests", run.requestId);
  const { action } = proposal;
  const problem = isQuestion(action)
    ? checkQuestion(action)
    : (playbookOf(request.playbook)?.checkAction(request.input, action) ?? null);
  if (problem !== null) throw new Error(`Draft of request ${request._id}: ${problem}`);
  const revision = request.revision + 1;
  const connector = connectorFor();
  const digest = await digestOf({ playbook: request.playbook, connector, action });
  await ctx.db.insert("drafts", { requestId: request._id, revision, connector, digest, ...proposal });
  await ctx.db.patch("requests", request._id, { revision, rounds: request.rounds + 1 });
  const { model, summary } = proposal;
  await addSummary(ctx, request, summary);
  await record(
    ctx,
    request._id,
    { kind: "agent", name: agent },
    isQuestion(action)
      ? { kind: "questioned", revision, digest, question: action.question, model }
      : { kind: "drafted", revision, digest, model },
  );
  await endRun(ctx, run, { kind: "ok" });
}

/** Ends an agent's run without a result; the request rests as failed with the reason. */
export async function agentFailed(ctx: MutationCtx, ref: RunRef, reason: string): Promise<void> {
  const run = await currentRun(ctx, ref);
  if (run === null) return;
  const request = await named(ctx, "requests", run.requestId);
  await interrupt(ctx, request.threadId, reason);
  await endRun(ctx, run, { kind: "failed", reason });
}

/** Stores a person's edit of a draft as the next draft; what the agent said about it stays with it. */
export async function saveEdit(
  ctx: MutationCtx,
  person: Doc<"people">,
  request: Doc<"requests">,
  draft: Doc<"drafts">,
  action: Action,
): Promise<Doc<"drafts">> {
  const { connector, summary, reasoning, evidence, model } = draft;
  const revision = request.revision + 1;
  const digest = await digestOf({ playbook: request.playbook, connector, action });
  const written = { connector, summary, reasoning, evidence, model, editedBy: person._id };
  await ctx.db.insert("drafts", { requestId: request._id, revision, action, digest, ...written });
  await ctx.db.patch("requests", request._id, { revision });
  return await draftOf(ctx, request._id, revision);
}
