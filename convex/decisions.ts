import { v } from "convex/values";
import { adminMutation, personMutation, readerMutation } from "./functions";
import * as decisions from "./model/decisions";
import { visible } from "./model/requests";
import { vAction } from "./shared/actions";
import { vShown } from "./shared/audit/event";
import { deskError } from "./shared/errors";
import { vDecisionOutcome, vVerdict } from "./shared/records";

/** `shown` is what the decider's screen says that it showed; programs leave it out. */
const seen = { taskId: v.id("tasks"), revision: v.number(), digest: v.string(), shown: v.optional(vShown) };
const vDecided = v.object({
  outcome: v.union(...vDecisionOutcome.members, v.literal("passed"), v.literal("waiting")),
  undoUntil: v.union(v.number(), v.null()),
});

/** Decides a task: binds the verdict to the draft's digest. `key` tells a repeated call from a new one. */
export const decide = readerMutation({
  args: { ...seen, verdict: vVerdict, key: v.optional(v.string()) },
  returns: vDecided,
  handler: (ctx, args) => decisions.decide(ctx, ctx.person, args),
});

/** Edits the draft and, where four eyes allow it, approves it. */
export const edit = readerMutation({
  args: { ...seen, action: vAction },
  returns: vDecided,
  handler: (ctx, args) => decisions.edit(ctx, ctx.person, args),
});

/** Takes one's own decision back, before the workflow hears of it. */
export const undo = readerMutation({
  args: { requestId: v.id("requests") },
  returns: v.null(),
  handler: async (ctx, { requestId }) => {
    await decisions.undo(ctx, ctx.person, requestId);
    return null;
  },
});

/** Hands one's part of a task to somebody else. */
export const delegate = readerMutation({
  args: { taskId: v.id("tasks"), toId: v.id("people") },
  returns: v.null(),
  handler: async (ctx, args) => {
    await decisions.delegate(ctx, ctx.person, args);
    return null;
  },
});

/** Passes a task on to the stage that takes over. */
export const escalate = readerMutation({
  args: { taskId: v.id("tasks"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await decisions.escalate(ctx, ctx.person, args);
    return null;
  },
});

/** Takes an approval back that is not yet performed. */
export const revoke = adminMutation({
  args: { requestId: v.id("requests"), reason: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await decisions.revoke(ctx, ctx.person, args);
    return null;
  },
});

/** Comments on a request. */
export const comment = personMutation({
  args: { requestId: v.id("requests"), text: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    if ((await visible(ctx, ctx.person, args.requestId)) === null) throw deskError("notFound");
    await decisions.comment(ctx, ctx.person, args);
    return null;
  },
});
