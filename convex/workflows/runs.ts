import { vWorkflowId } from "@convex-dev/workflow";
import { v } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import { internalMutation, type MutationCtx } from "../functions";
import { attemptLost } from "../model/executions";
import { attemptState, currentRun, endRun, launch, vRunRef, watchAgain } from "../model/runs";
import { resume as resumeWorkflow } from "../model/resume";
import { interrupt } from "../model/threads";
import { named } from "../model/rows";

/** Attempts of an agent before its step counts as failed: only crashes are repeated, a bad answer is not. */
const AGENT_ATTEMPTS_MAX = 3;

/** Looks after a running attempt, and goes on when its action died without a report (a crash, a restart). */
export const watch = internalMutation({
  args: vRunRef,
  returns: v.null(),
  handler: async (ctx, ref) => {
    const run = await currentRun(ctx, ref);
    if (run === null) return null;
    if ((await attemptState(ctx, run)) === "working") await watchAgain(ctx, ref);
    else if (run.step === "perform") await attemptLost(ctx, run);
    else await agentLost(ctx, run, run.step);
    return null;
  },
});

async function agentLost(ctx: MutationCtx, run: Doc<"runs">, step: "triage" | "draft"): Promise<void> {
  const request = await named(ctx, "requests", run.requestId);
  await interrupt(ctx, request.threadId, "The agent was interrupted.");
  if (run.attempt < AGENT_ATTEMPTS_MAX) {
    await launch(ctx, run._id, step, run.attempt + 1, 0);
    return;
  }
  const reason = `The agent stopped without an answer ${AGENT_ATTEMPTS_MAX} times. Nothing was lost; retry it.`;
  await endRun(ctx, run, { kind: "failed", reason });
}

/** Has a workflow go on that was sent what it waits for. */
export const resume = internalMutation({
  args: { workflowId: vWorkflowId },
  returns: v.null(),
  handler: async (ctx, { workflowId }) => {
    await resumeWorkflow(ctx, workflowId);
    return null;
  },
});
