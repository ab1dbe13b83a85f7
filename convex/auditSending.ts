// One try to send the newest checkpoint to a target. What fails is tried again by the clock.

import { v } from "convex/values";
import { internal } from "./_generated/api";
import { type ActionCtx, internalAction, internalMutation, internalQuery } from "./functions";
import { signedHeaders } from "./connectors/signing";
import * as sending from "./model/auditSending";
import { waitingTime } from "./shared/settings";

const { vSending, vTarget } = sending;
/** How long a receiver may take, ms; WEBHOOK_TIMEOUT_MS overrides it. */
const TIMEOUT_MS = 15_000;

/** What a target gets now; null where it has everything. */
export const next = internalQuery({
  args: { target: vTarget },
  returns: v.union(vSending, v.null()),
  handler: (ctx, { target }) => sending.sendingTo(ctx, target),
});

/** Notes what became of a try. */
export const note = internalMutation({
  args: { target: vTarget, number: v.number(), size: v.number(), error: v.union(v.string(), v.null()) },
  returns: v.null(),
  handler: async (ctx, args) => {
    await sending.noteSending(ctx, args);
    return null;
  },
});

/** Sends the newest checkpoint to a target, where it has not got it. */
export const send = internalAction({
  args: { target: vTarget },
  returns: v.null(),
  handler: async (ctx, { target }) => {
    const what = await ctx.runQuery(internal.auditSending.next, { target });
    if (what === null) return null;
    const error = target === "webhook" ? await post(ctx, what) : await ctx.runAction(internal.auditFile.append, { text: what.note });
    const { number, size } = what.checkpoint;
    await ctx.runMutation(internal.auditSending.note, { target, number, size, error });
    return null;
  },
});

/** Posts to AUDIT_WEBHOOK_URL, signed with AUDIT_WEBHOOK_SECRET; answers why it was not taken, or null. */
async function post(ctx: ActionCtx, { checkpoint, note, keys, from }: sending.Sending): Promise<string | null> {
  const [url, secret] = [process.env.AUDIT_WEBHOOK_URL, process.env.AUDIT_WEBHOOK_SECRET];
  if (!url || !secret) return "AUDIT_WEBHOOK_URL and AUDIT_WEBHOOK_SECRET must both be set.";
  const now = Date.now();
  const data = { ...checkpoint, note, keys, from };
  const body = JSON.stringify({ type: "history.checkpoint", timestamp: new Date(now).toISOString(), data });
  const headers = await signedHeaders(secret, `${checkpoint.origin}_${checkpoint.number}`, now, body);
  if (headers === null) return "AUDIT_WEBHOOK_SECRET is not a base64 text with the prefix whsec_.";
  const timeoutMs = waitingTime("WEBHOOK_TIMEOUT_MS", TIMEOUT_MS);
  const posted = await ctx.runAction(internal.connectors.post.post, { url, headers, body, timeoutMs });
  switch (posted.kind) {
    case "answered":
      return posted.status >= 200 && posted.status < 300 ? null : `The receiver answered ${posted.status}.`;
    case "refused":
      return posted.reason;
    case "late":
      return "The receiver did not answer in time.";
    case "unreachable":
      return "The receiver could not be reached.";
    default:
      return posted satisfies never;
  }
}
