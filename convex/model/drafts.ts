import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { connectorFor } from "../connectors/index";
import { playbookOf } from "../playbooks/index";
import type { Action } from "../shared/actions";
import { digestOf } from "../shared/digest";
import { MAX_ROUNDS } from "../shared/limits";
import type { Evidence, Model, Triage } from "../shared/records";
import { record } from "./audit";
import { currentRun, endRun, type RunRef } from "./runs";
import { interrupt } from "./threads";

/** What a drafting agent proposes, after the border has checked it. */
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
};

/** The brief for an agent's run, or null when this attempt is no longer the current one. */
export async function agentBrief(ctx: QueryCtx, { runId, attempt }: RunRef): Promise<AgentBrief | null> {
  const run = await ctx.db.get("runs", runId);
  if (run === null || run.state.kind !== "running" || run.attempt !== attempt) return null;
  const request = await ctx.db.get("requests", run.requestId);
  if (request === null) throw new Error(`Request ${run.requestId} is missing.`);
  return {
    requestId: request._id,
    threadId: request.threadId,
    playbook: request.playbook,
    input: request.input,
    triage: request.triage ?? null,
    round: request.revision + 1,
    previous: await previousRound(ctx, request),
  };
}

async function previousRound(ctx: QueryCtx, request: Doc<"requests">): Promise<AgentBrief["previous"]> {
  const decisions = await ctx.db
    .query("decisions")
    .withIndex("by_requestId", (q) => q.eq("requestId", request._id))
    .take(MAX_ROUNDS);
  const feedback = decisions.flatMap(({ verdict }) => (verdict.kind === "requestChanges" ? [verdict.feedback] : []));
  const draft = await ctx.db
    .query("drafts")
    .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", request._id).eq("revision", request.revision))
    .unique();
  return draft === null || feedback.length === 0 ? null : { action: draft.action, feedback };
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

/** Stores a proposal as the next draft, with the digest people will decide on, and ends the run. */
export async function saveDraft(ctx: MutationCtx, ref: RunRef, agent: string, proposal: Proposal): Promise<void> {
  const run = await currentRun(ctx, ref);
  if (run === null) return;
  const request = await ctx.db.get("requests", run.requestId);
  if (request === null) throw new Error(`Request ${run.requestId} is missing.`);
  const problem = playbookOf(request.playbook)?.checkAction(request.input, proposal.action) ?? null;
  if (problem !== null) throw new Error(`Draft of request ${request._id}: ${problem}`);
  const revision = request.revision + 1;
  const connector = connectorFor();
  const digest = await digestOf({ playbook: request.playbook, connector, action: proposal.action });
  await ctx.db.insert("drafts", { requestId: request._id, revision, connector, digest, ...proposal });
  await ctx.db.patch("requests", request._id, { revision });
  await record(
    ctx,
    request._id,
    { kind: "agent", name: agent },
    {
      kind: "drafted",
      revision,
      digest,
      model: proposal.model,
    },
  );
  await endRun(ctx, run, { kind: "ok" });
}

/** Ends an agent's run without a result; the request rests as failed with the reason. */
export async function agentFailed(ctx: MutationCtx, ref: RunRef, reason: string): Promise<void> {
  const run = await currentRun(ctx, ref);
  if (run === null) return;
  const request = await ctx.db.get("requests", run.requestId);
  if (request === null) throw new Error(`Request ${run.requestId} is missing.`);
  await interrupt(ctx, request.threadId, reason);
  await endRun(ctx, run, { kind: "failed", reason });
}
