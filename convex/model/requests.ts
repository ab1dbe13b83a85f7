import { start as startWorkflow } from "@convex-dev/workflow";
import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { playbookOf } from "../playbooks/index";
import { canonicalJson } from "../shared/canonicalJson";
import { sha256 } from "../shared/digest";
import { deskError } from "../shared/errors";
import { DEADLINE_MAX_MS, DEADLINE_MIN_MS, SUBMISSION_KEY_MAX } from "../shared/limits";
import { vStep, type Input, type Step } from "../shared/records";
import { next } from "../shared/review/life";
import { DESK, record } from "./audit";
import { attach, filesFor, filesOf } from "./attachments";
import { overError } from "./conflicts";
import { isValid } from "./executions";
import { versionInForce } from "./policies";
import { writeRequestWords } from "./requestWords";
import { apply, endWorkflow, lastReviewOf } from "./reviews";
import { stopRuns } from "./runs";
import { maySee } from "./seeing";
import { move, type RequestState } from "./state";
import { createThread, interrupt } from "./threads";
import { named } from "./rows";

/** The step a workflow begins with. "review": the newest draft is decided again. */
export const vFrom = v.union(...vStep.members, v.literal("review"));
type From = Infer<typeof vFrom>;

type Submission = {
  playbook: string;
  input: Input;
  decideWithinMs?: number;
  submissionKey: string;
  attachments?: Id<"attachments">[];
};

/** The request if `person` may see it, else null. */
export async function visible(
  ctx: QueryCtx,
  person: Doc<"people">,
  requestId: Id<"requests">,
): Promise<Doc<"requests"> | null> {
  const request = await ctx.db.get("requests", requestId);
  return request !== null && (await maySee(ctx, person, request)) ? request : null;
}

/**
 * Checks a submission, stores the request and starts its workflow. The same key of the same person again answers the
 * first request's id and does nothing else; with another message it is refused.
 */
export async function submit(ctx: MutationCtx, person: Doc<"people">, args: Submission): Promise<Id<"requests">> {
  const { submissionKey } = args;
  if (submissionKey.length < 1 || submissionKey.length > SUBMISSION_KEY_MAX) throw deskError("submissionKeyInvalid");
  const playbook = playbookOf(args.playbook);
  if (playbook === null) throw deskError("unknownPlaybook", { playbook: args.playbook.slice(0, 100) });
  const checked = playbook.checkInput(args.input);
  if ("error" in checked) throw deskError(checked.error);
  const { input } = checked;
  const { decideWithinMs } = args;
  if (decideWithinMs !== undefined && !(decideWithinMs >= DEADLINE_MIN_MS && decideWithinMs <= DEADLINE_MAX_MS)) {
    throw deskError("deadlineInvalid");
  }

  const earlier = await ctx.db
    .query("requests")
    .withIndex("by_requesterId_and_submissionKey", (q) =>
      q.eq("requesterId", person._id).eq("submissionKey", submissionKey),
    )
    .unique();
  if (earlier !== null) {
    const same =
      earlier.playbook === args.playbook &&
      earlier.input.from === input.from &&
      earlier.input.subject === input.subject &&
      earlier.input.message === input.message;
    const files = await filesFor(ctx, person, args.attachments ?? [], earlier._id);
    if (!same || files.length !== (await filesOf(ctx, earlier._id)).length) throw deskError("submissionKeyReused");
    return earlier._id;
  }
  const files = await filesFor(ctx, person, args.attachments ?? [], undefined);

  const requestId = await ctx.db.insert("requests", {
    playbook: args.playbook,
    input,
    requesterId: person._id,
    submissionKey,
    decideWithinMs,
    policyVersionId: (await versionInForce(ctx, args.playbook))._id,
    threadId: await createThread(ctx, input.subject),
    asked: [],
    revision: 0,
    rounds: 0,
    state: { kind: "drafting", step: "triage", at: Date.now() },
  });
  await attach(ctx, files, requestId);
  await writeRequestWords(ctx, requestId);
  const submitted = { kind: "submitted", playbook: args.playbook, digest: await sha256(canonicalJson(input)) } as const;
  const named = files.length === 0 ? {} : { files: files.map(({ digest }) => digest) };
  await record(ctx, requestId, { kind: "person", personId: person._id }, { ...submitted, ...named });
  await run(ctx, requestId, "triage");
  return requestId;
}

/** Starts a workflow for a request from a step on. */
export async function run(ctx: MutationCtx, requestId: Id<"requests">, from: From): Promise<void> {
  const workflowId = await startWorkflow(
    ctx,
    internal.workflows.request.run,
    { requestId, from },
    {
      onComplete: internal.workflows.request.onComplete,
      context: { requestId },
    },
  );
  await ctx.db.patch("requests", requestId, { workflowId });
}

/**
 * Starts a failed request again from the step that failed. An approval stands while it is valid, and performing keeps
 * its idempotency key; where it ran out, the reviewers are asked again about the same draft.
 */
export async function retry(ctx: MutationCtx, person: Doc<"people">, request: Doc<"requests">): Promise<void> {
  const at = Date.now();
  const { state, approval } = request;
  if (state.kind !== "failed") {
    const conflict = next(state.kind, "retryDrafting");
    throw deskError("conflict" in conflict ? conflict.conflict : "notFailed", { state: state.kind });
  }
  const stands = state.step === "perform" && approval !== undefined && isValid(approval);
  if (stands) await move(ctx, request, "retryPerforming", { kind: "approved", at });
  else {
    const step = state.step === "triage" ? "triage" : "draft";
    await move(ctx, request, "retryDrafting", { kind: "drafting", step, at });
  }
  await record(ctx, request._id, { kind: "person", personId: person._id }, { kind: "retried", step: state.step });
  const again = state.step === "perform" && !stands;
  if (again) await ctx.db.patch("requests", request._id, { approval: undefined });
  await run(ctx, request._id, again ? "review" : state.step);
}

/**
 * Ends a request before anything is performed: its requester withdraws it, or an operator cancels it. Whatever is under
 * way stops. The same again by the same person is a no-op.
 */
export async function stop(
  ctx: MutationCtx,
  person: Doc<"people">,
  request: Doc<"requests">,
  how: "withdraw" | "cancel",
): Promise<void> {
  const kind = how === "withdraw" ? "withdrawn" : "canceled";
  const { state } = request;
  const personId = person._id;
  if (state.kind === kind && state.personId === personId) return;
  if (state.kind === "inReview" || state.kind === "decided") {
    await apply(ctx, await named(ctx, "reviews", state.reviewId), { kind: how, personId }, [personId]);
    return;
  }
  const step = next(state.kind, how);
  if ("conflict" in step) {
    const review = await lastReviewOf(ctx, request._id);
    if (review !== null && review.state.kind !== "open") throw await overError(ctx, step.conflict, review.state);
  }
  await move(ctx, request, how, { kind, personId, at: Date.now() });
  await stopRuns(ctx, request._id);
  await interrupt(ctx, request.threadId, "The request was stopped.");
  // A failed request's workflow has already ended.
  if (state.kind !== "failed") await endWorkflow(ctx, request);
  await record(ctx, request._id, { kind: "person", personId }, { kind });
}

/** Rests a request as failed at the step it stood at. A request that has ended meanwhile stays as it is. */
export async function fail(ctx: MutationCtx, requestId: Id<"requests">, reason: string): Promise<void> {
  const request = await ctx.db.get("requests", requestId);
  if (request === null || "conflict" in next(request.state.kind, "fail")) return;
  const step = stepOf(request.state);
  await move(ctx, request, "fail", { kind: "failed", step, reason, at: Date.now() });
  await record(ctx, requestId, DESK, { kind: "failed", step, reason });
}

function stepOf(state: RequestState): Step {
  if (state.kind === "drafting") return state.step;
  return state.kind === "approved" || state.kind === "performing" ? "perform" : "draft";
}
