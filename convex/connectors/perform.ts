import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalAction, internalMutation, type ActionCtx } from "../functions";
import { beginAttempt, endAttempt, vJob, type Job } from "../model/executions";
import { vRunRef } from "../model/runs";
import { digestOf } from "../shared/digest";
import { vAttemptResult, type AttemptResult } from "../shared/records";
import { sendWebhook } from "./webhook";

/** One try at performing an approved action. What has not the approved digest is not performed. */
export const attempt = internalAction({
  args: vRunRef,
  returns: v.null(),
  handler: async (ctx, ref): Promise<null> => {
    const job: Job | null = await ctx.runMutation(internal.connectors.perform.begin, ref);
    if (job === null) return null;
    await ctx.runMutation(internal.connectors.perform.end, { ...ref, result: await perform(ctx, job) });
    return null;
  },
});

async function perform(ctx: ActionCtx, job: Job): Promise<AttemptResult> {
  if ((await digestOf(job)) !== job.digest) {
    const detail = "The action is not the one that was approved (its digest differs), so nothing was performed.";
    return { kind: "permanent", detail };
  }
  switch (job.connector) {
    case "outbox":
      return await ctx.runMutation(internal.connectors.outbox.deliver, {
        executionId: job.executionId,
        idempotencyKey: job.idempotencyKey,
        action: job.action,
      });
    case "webhook":
      return await sendWebhook(ctx, job);
    default:
      return job.connector satisfies never;
  }
}

export const begin = internalMutation({
  args: vRunRef,
  returns: v.union(vJob, v.null()),
  handler: (ctx, ref) => beginAttempt(ctx, ref),
});

export const end = internalMutation({
  args: { ...vRunRef, result: vAttemptResult },
  returns: v.null(),
  handler: async (ctx, { result, ...ref }) => {
    await endAttempt(ctx, ref, result);
    return null;
  },
});
