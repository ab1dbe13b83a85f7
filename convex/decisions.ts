import { v } from "convex/values";
import { reviewerMutation } from "./functions";
import * as decisions from "./model/decisions";
import { vDecisionOutcome, vVerdict } from "./shared/records";

/** Decides a task: binds the verdict to the draft's digest and lets the workflow go on. */
export const decide = reviewerMutation({
  args: { taskId: v.id("tasks"), revision: v.number(), digest: v.string(), verdict: vVerdict },
  returns: v.object({ outcome: vDecisionOutcome }),
  handler: async (ctx, args) => ({ outcome: await decisions.decide(ctx, ctx.person, args) }),
});
