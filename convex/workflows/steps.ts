// The workflow's steps. Each changes the request and starts what the workflow then waits for.

import { vEventId, vWorkflowId } from "@convex-dev/workflow";
import { v } from "convex/values";
import { internalMutation } from "../functions";
import * as executions from "../model/executions";
import * as reviews from "../model/reviews";
import * as rounds from "../model/rounds";

const ids = { requestId: v.id("requests"), workflowId: vWorkflowId };

/** Starts an agent on a request that is drafting. */
export const startAgent = internalMutation({
  args: { ...ids, step: v.union(v.literal("triage"), v.literal("draft")) },
  returns: vEventId("run"),
  handler: (ctx, { requestId, workflowId, step }) => rounds.startAgent(ctx, requestId, step, workflowId),
});

/** Begins the review of the newest draft; null where a rule of the policy approves it without a person. */
export const openReview = internalMutation({
  args: ids,
  returns: v.union(vEventId("reviewOutcome"), v.null()),
  handler: (ctx, { requestId, workflowId }) => reviews.openReview(ctx, requestId, workflowId),
});

/** After "changes requested": begins the next round (true), or ends the request where the rounds ran out (false). */
export const nextRound = internalMutation({
  args: { requestId: v.id("requests") },
  returns: v.boolean(),
  handler: (ctx, { requestId }) => rounds.nextRound(ctx, requestId),
});

/** Starts to perform the approved draft. */
export const startPerforming = internalMutation({
  args: ids,
  returns: executions.vStarted,
  handler: (ctx, { requestId, workflowId }) => executions.startPerforming(ctx, requestId, workflowId),
});
