// The actions that agents run in. What they read and report is in report.ts, so that no mutation loads the AI packages.

import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalAction } from "../functions";
import type { AgentBrief } from "../model/drafts";
import { vRunRef } from "../model/runs";
import { draft as draftReply } from "./drafting";
import { triage as sortRequest } from "./triage";

/** The triage agent's run. Reports through `sorted` or `failed`; a crash in between is the watch's affair. */
export const triage = internalAction({
  args: vRunRef,
  returns: v.null(),
  handler: async (ctx, ref): Promise<null> => {
    const brief: AgentBrief | null = await ctx.runQuery(internal.agents.report.brief, ref);
    if (brief === null) return null;
    const result = await sortRequest(ctx, brief);
    if (result.kind === "failed")
      await ctx.runMutation(internal.agents.report.failed, { ...ref, reason: result.reason });
    else await ctx.runMutation(internal.agents.report.sorted, { ...ref, triage: result.triage });
    return null;
  },
});

/** The drafting agent's run. Reports through `drafted` or `failed`. */
export const draft = internalAction({
  args: vRunRef,
  returns: v.null(),
  handler: async (ctx, ref): Promise<null> => {
    const brief: AgentBrief | null = await ctx.runQuery(internal.agents.report.brief, ref);
    if (brief === null) return null;
    const result = await draftReply(ctx, brief);
    if (result.kind === "failed")
      await ctx.runMutation(internal.agents.report.failed, { ...ref, reason: result.reason });
    else await ctx.runMutation(internal.agents.report.drafted, { ...ref, proposal: result.proposal });
    return null;
  },
});
