import { v } from "convex/values";
import { internalMutation } from "../functions";
import { list } from "../model/listings";
import { vAction } from "../shared/actions";
import { keyOf } from "../shared/policy/keys";
import { vAttemptResult } from "../shared/records";

/**
 * Performs an approved action into the local outbox, where people can open it. Repeated under the same key it finds the
 * message of the first time and writes no second one.
 */
export const deliver = internalMutation({
  args: { executionId: v.id("executions"), idempotencyKey: v.string(), action: vAction },
  returns: vAttemptResult,
  handler: async (ctx, { executionId, idempotencyKey, action }) => {
    const done = { kind: "ok", detail: "It is in the outbox." } as const;
    const earlier = await ctx.db
      .query("outboxMessages")
      .withIndex("by_idempotencyKey", (q) => q.eq("idempotencyKey", idempotencyKey))
      .unique();
    if (earlier !== null) return done;
    const execution = await ctx.db.get("executions", executionId);
    const request = execution === null ? null : await ctx.db.get("requests", execution.requestId);
    if (execution === null || request === null) throw new Error(`Execution ${executionId} is incomplete.`);
    const messageId = await ctx.db.insert("outboxMessages", {
      requestId: request._id,
      requesterId: request.requesterId,
      executionId,
      idempotencyKey,
      digest: execution.digest,
      action,
    });
    const requester = keyOf({ kind: "person", personId: request.requesterId });
    await list(ctx, messageId, "outbox", Date.now(), [...new Set([requester, ...request.asked])]);
    return done;
  },
});
