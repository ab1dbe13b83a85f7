import { v } from "convex/values";
import { internalMutation, internalQuery } from "../functions";
import { agentBrief, agentFailed, saveDraft, saveTriage } from "../model/drafts";
import { vRunRef } from "../model/runs";
import { vAction } from "../shared/actions";
import { vEvidence, vInput, vModel, vTriage } from "../shared/records";
import { DRAFTING, TRIAGE } from "./prompt";

const vBrief = v.object({
  requestId: v.id("requests"),
  threadId: v.string(),
  playbook: v.string(),
  input: vInput,
  triage: v.union(vTriage, v.null()),
  round: v.number(),
  previous: v.union(v.object({ action: vAction, feedback: v.array(v.string()) }), v.null()),
  answered: v.array(v.object({ question: v.string(), answer: v.string() })),
});
const vProposal = v.object({
  action: vAction,
  summary: v.string(),
  reasoning: v.string(),
  evidence: v.array(vEvidence),
  model: vModel,
});

export const brief = internalQuery({
  args: vRunRef,
  returns: v.union(vBrief, v.null()),
  handler: (ctx, ref) => agentBrief(ctx, ref),
});

export const sorted = internalMutation({
  args: { ...vRunRef, triage: vTriage },
  returns: v.null(),
  handler: async (ctx, { triage: found, ...ref }) => {
    await saveTriage(ctx, ref, TRIAGE, found);
    return null;
  },
});

export const drafted = internalMutation({
  args: { ...vRunRef, proposal: vProposal },
  returns: v.null(),
  handler: async (ctx, { proposal, ...ref }) => {
    await saveDraft(ctx, ref, DRAFTING, proposal);
    return null;
  },
});

export const failed = internalMutation({
  args: { ...vRunRef, reason: v.string() },
  returns: v.null(),
  handler: async (ctx, { reason, ...ref }) => {
    await agentFailed(ctx, ref, reason);
    return null;
  },
});

export const recordUsage = internalMutation({
  args: {
    requestId: v.id("requests"),
    agent: v.string(),
    provider: v.string(),
    model: v.string(),
    inputTokens: v.number(),
    outputTokens: v.number(),
  },
  returns: v.null(),
  handler: async (ctx, args) => {
    await ctx.db.insert("usage", args);
    return null;
  },
});
