import { vEventId, type WorkflowId } from "@convex-dev/workflow";
import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { isQuestion, vAction } from "../shared/actions";
import { vConnector, type Attempt, type AttemptResult } from "../shared/records";
import { waitingTime } from "../shared/settings";
import { errorText } from "../shared/errors";
import { DESK, record } from "./audit";
import { brakeOn, holdAttempt, holdStart } from "./brake";
import { currentRun, endRun, launch, startRun, type RunRef } from "./runs";
import { move } from "./state";
import { named } from "./rows";

/** Tries before performing counts as failed. */
export const ATTEMPTS_MAX = 5;
/**
 * Wait before the second try; each further wait is three times the one before (1 s, 3 s, 9 s, 27 s). PERFORM_BACKOFF_MS
 * overrides it.
 */
const BACKOFF_MS = 1_000;

/** What an attempt's action needs to perform, and to check that it performs what was approved. */
export const vJob = v.object({
  executionId: v.id("executions"),
  requestId: v.id("requests"),
  playbook: v.string(),
  connector: vConnector,
  action: vAction,
  digest: v.string(),
  idempotencyKey: v.string(),
});
export type Job = Infer<typeof vJob>;

/** What became of the wish to perform: it runs, the brake holds it back, or the approval ran out. */
export const vStarted = v.union(
  v.object({ kind: v.literal("runs"), eventId: vEventId("run") }),
  v.object({ kind: v.literal("held"), eventId: vEventId("brakeOff") }),
  v.object({ kind: v.literal("lapsed") }),
);
export type Started = Infer<typeof vStarted>;

/** Starts to perform a request's approved draft, with the event that tells the workflow how it ended. */
export async function startPerforming(
  ctx: MutationCtx,
  requestId: Id<"requests">,
  workflowId: WorkflowId,
): Promise<Started> {
  const request = await named(ctx, "requests", requestId);
  const { approval } = request;
  if (approval === undefined) throw new Error(`Request ${requestId} is not approved.`);
  if ((await brakeOn(ctx, request.playbook)) !== null) {
    return { kind: "held", eventId: await holdStart(ctx, request, workflowId) };
  }
  if (!isValid(approval)) return { kind: "lapsed" };
  const draft = await named(ctx, "drafts", approval.draftId);
  if (isQuestion(draft.action)) throw new Error(`Draft ${draft._id} is a question: there is nothing to perform.`);
  const executionId = await ctx.db.insert("executions", {
    requestId,
    draftId: draft._id,
    connector: draft.connector,
    digest: approval.digest,
    // The same for every try and every retry of this draft, so that the other side can tell them apart from a new one.
    idempotencyKey: `countersign_${requestId}_${draft.revision}`,
    attempts: [],
    state: { kind: "running" },
  });
  await move(ctx, request, "startPerforming", { kind: "performing", executionId, at: Date.now() });
  await record(ctx, request, DESK, {
    kind: "performing",
    executionId,
    connector: draft.connector,
    digest: approval.digest,
  });
  return { kind: "runs", eventId: await startRun(ctx, { requestId, step: "perform", executionId, workflowId }) };
}

/** Whether an approval still allows to perform. */
export function isValid({ validUntil }: { validUntil: number }): boolean {
  return Date.now() < validUntil;
}

/** Notes that an attempt begins and answers what to perform; null when this attempt is no longer the current one. */
export async function beginAttempt(ctx: MutationCtx, ref: RunRef): Promise<Job | null> {
  const run = await currentRun(ctx, ref);
  if (run === null) return null;
  const execution = await executionOf(ctx, run);
  const draft = await ctx.db.get("drafts", execution.draftId);
  const request = await ctx.db.get("requests", execution.requestId);
  if (draft === null || request === null) throw new Error(`Execution ${execution._id} lost its draft or request.`);
  if ((await brakeOn(ctx, request.playbook)) !== null) {
    await holdAttempt(ctx, run, request.playbook);
    return null;
  }
  if (request.approval === undefined || !isValid(request.approval)) {
    await giveUp(ctx, run, errorText("approvalOver"));
    return null;
  }
  const attempt: Attempt = { number: ref.attempt, startedAt: Date.now(), result: { kind: "running" } };
  const earlier = execution.attempts.filter(({ number }) => number !== ref.attempt);
  await ctx.db.patch("executions", execution._id, { attempts: [...earlier, attempt] });
  return {
    executionId: execution._id,
    requestId: request._id,
    playbook: request.playbook,
    connector: draft.connector,
    action: draft.action,
    digest: execution.digest,
    idempotencyKey: execution.idempotencyKey,
  };
}

/** Takes an attempt's result: completes the request, ends it as failed, or schedules the next try. */
export async function endAttempt(ctx: MutationCtx, ref: RunRef, result: AttemptResult): Promise<void> {
  const run = await currentRun(ctx, ref);
  if (run === null) return;
  const execution = await executionOf(ctx, run);
  const at = Date.now();
  const attempts = finished(execution.attempts, ref.attempt, { ...result, at });
  if (result.kind === "ok") {
    const state = { kind: "succeeded", at, detail: result.detail } as const;
    await ctx.db.patch("executions", execution._id, { attempts, state });
    const request = await named(ctx, "requests", execution.requestId);
    await move(ctx, request, "perform", { kind: "completed", executionId: execution._id, at });
    await record(ctx, request, DESK, {
      kind: "performed",
      executionId: execution._id,
      connector: execution.connector,
      detail: result.detail,
    });
    await endRun(ctx, run, { kind: "ok" });
    return;
  }
  await ctx.db.patch("executions", execution._id, { attempts });
  if (result.kind === "permanent") await giveUp(ctx, run, result.detail);
  else await tryAgain(ctx, run, result.detail);
}

/** An attempt's action died without a report: the other side may have acted, so the same key is used again. */
export async function attemptLost(ctx: MutationCtx, run: Doc<"runs">): Promise<void> {
  const execution = await executionOf(ctx, run);
  const detail = "The try was cut off before an answer came; it is repeated under the same idempotency key.";
  const attempts = finished(execution.attempts, run.attempt, { kind: "unknown", at: Date.now(), detail });
  await ctx.db.patch("executions", execution._id, { attempts });
  await tryAgain(ctx, run, detail);
}

async function tryAgain(ctx: MutationCtx, run: Doc<"runs">, detail: string): Promise<void> {
  if (run.attempt >= ATTEMPTS_MAX) return await giveUp(ctx, run, `${ATTEMPTS_MAX} tries failed. The last: ${detail}`);
  await launch(
    ctx,
    run._id,
    "perform",
    run.attempt + 1,
    waitingTime("PERFORM_BACKOFF_MS", BACKOFF_MS) * 3 ** (run.attempt - 1),
  );
}

async function giveUp(ctx: MutationCtx, run: Doc<"runs">, reason: string): Promise<void> {
  const execution = await executionOf(ctx, run);
  await ctx.db.patch("executions", execution._id, { state: { kind: "failed", at: Date.now(), reason } });
  await endRun(ctx, run, { kind: "failed", reason });
}

function finished(attempts: Attempt[], number: number, result: Attempt["result"]): Attempt[] {
  const startedAt = attempts.find((attempt) => attempt.number === number)?.startedAt ?? Date.now();
  return [...attempts.filter((attempt) => attempt.number !== number), { number, startedAt, result }];
}

async function executionOf(ctx: MutationCtx, run: Doc<"runs">): Promise<Doc<"executions">> {
  const execution = run.executionId === undefined ? null : await ctx.db.get("executions", run.executionId);
  if (execution === null) throw new Error(`Run ${run._id} has no execution.`);
  return execution;
}
