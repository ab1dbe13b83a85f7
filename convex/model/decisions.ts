import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { canonicalJson } from "../shared/canonicalJson";
import { deskError } from "../shared/errors";
import { NOTE_MAX } from "../shared/limits";
import type { DecisionOutcome, Verdict } from "../shared/records";
import { record } from "./audit";
import { closedBy } from "./requestPage";
import { move } from "./state";
import { closeTask } from "./tasks";

const OUTCOMES = { approve: "approved", reject: "rejected", requestChanges: "changesRequested" } as const;
const OUTCOME_WORDS = {
  approved: "approved",
  rejected: "rejected",
  changesRequested: "sent back",
  expired: "rejected",
  withdrawn: "withdrawn",
  canceled: "canceled",
} as const;

export type DecideArgs = { taskId: Id<"tasks">; revision: number; digest: string; verdict: Verdict };

/**
 * Takes one person's verdict on a task's draft. The first valid outcome wins, whether a person's or the deadline's:
 * task, request, decision, audit event and the workflow's event change together. Everyone later gets a conflict that
 * says who won. The winner's own call repeated answers the same and does nothing.
 */
export async function decide(ctx: MutationCtx, person: Doc<"people">, args: DecideArgs): Promise<DecisionOutcome> {
  const { taskId, revision, digest } = args;
  const verdict = checkedVerdict(args.verdict);
  const task = await ctx.db.get("tasks", taskId);
  if (task === null) throw deskError("notFound");
  const request = await ctx.db.get("requests", task.requestId);
  if (request === null) throw new Error(`Request ${task.requestId} of task ${taskId} is missing.`);
  if (request.requesterId === person._id) throw deskError("ownRequest");
  if (task.state.kind === "closed") return await settled(ctx, person, task, verdict);
  if (task.revision !== revision || task.digest !== digest) {
    throw deskError("staleDraft", { currentRevision: task.revision, currentDigest: task.digest });
  }
  const at = Date.now();
  if (at >= task.dueAt) throw deskError("deadlinePassed", { winner: "the deadline", dueAt: task.dueAt });

  const personId = person._id;
  const decisionId = await ctx.db.insert("decisions", {
    taskId,
    requestId: request._id,
    personId,
    revision,
    digest,
    verdict,
  });
  switch (verdict.kind) {
    case "approve":
      await move(ctx, request, "approve", { kind: "approved", taskId, at });
      break;
    case "reject":
      await move(ctx, request, "reject", {
        kind: "rejected",
        by: { kind: "person", personId, reason: verdict.reason },
        at,
      });
      break;
    case "requestChanges":
      await move(ctx, request, "requestChanges", { kind: "changesRequested", taskId, decisionId, at });
      break;
    default:
      verdict satisfies never;
  }
  const outcome = OUTCOMES[verdict.kind];
  await record(ctx, request._id, { kind: "person", personId }, { kind: "decided", taskId, revision, digest, verdict });
  await closeTask(ctx, task, { kind: outcome, decisionId, personId });
  return outcome;
}

/** The verdict with its text trimmed. Throws when a reason or feedback is missing or too long. */
function checkedVerdict(verdict: Verdict): Verdict {
  if (verdict.kind === "approve") return verdict;
  const text = (verdict.kind === "reject" ? verdict.reason : verdict.feedback).trim();
  if (text === "") throw deskError(verdict.kind === "reject" ? "reasonRequired" : "feedbackRequired");
  if (text.length > NOTE_MAX) throw deskError("noteTooLong");
  if (!text.isWellFormed()) throw deskError("textInvalid");
  return verdict.kind === "reject" ? { kind: "reject", reason: text } : { kind: "requestChanges", feedback: text };
}

/** Answers a call on a closed task: the winner's own repeated call gets its outcome, anybody else the conflict. */
async function settled(
  ctx: MutationCtx,
  person: Doc<"people">,
  task: Doc<"tasks">,
  verdict: Verdict,
): Promise<DecisionOutcome> {
  if (task.state.kind !== "closed") throw new Error(`Task ${task._id} is open.`);
  const { outcome, at } = task.state;
  if ("decisionId" in outcome && outcome.personId === person._id) {
    const decision = await ctx.db.get("decisions", outcome.decisionId);
    if (decision !== null && canonicalJson(decision.verdict) === canonicalJson(verdict)) return outcome.kind;
  }
  const winner = (await closedBy(ctx, task)) ?? "the deadline";
  const code = outcome.kind === "withdrawn" || outcome.kind === "canceled" ? "taskClosed" : "alreadyDecided";
  const who = winner === "the deadline" ? "The deadline has" : `${winner} has`;
  throw deskError(code, {
    winner,
    outcome: outcome.kind,
    decidedAt: at,
    message: `${who} already ${OUTCOME_WORDS[outcome.kind]} this. Your decision was not taken; the first one stands.`,
  });
}
