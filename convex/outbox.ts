import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { personQuery } from "./functions";
import { outboxPage } from "./model/outbox";
import { visible } from "./model/requests";
import { vOutboxMessage, vOutboxRow } from "./model/views";
import { headOf, performedKindOf } from "./shared/actions";

/** What the outbox connector has performed, newest first, of requests the person may see. */
export const list = personQuery({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vOutboxRow),
  handler: async (ctx, { paginationOpts }) => {
    const result = await outboxPage(ctx, ctx.person, paginationOpts);
    return {
      ...result,
      page: result.page.map(({ _id, _creationTime, requestId, action }) => ({
        messageId: _id,
        requestId,
        kind: performedKindOf(action),
        ...headOf(action),
        at: _creationTime,
      })),
    };
  },
});

/** One performed message, or null where it does not exist or is not the person's to see. */
export const get = personQuery({
  args: { messageId: v.string() },
  returns: v.union(vOutboxMessage, v.null()),
  handler: async (ctx, args) => {
    const messageId = ctx.db.normalizeId("outboxMessages", args.messageId);
    const message = messageId === null ? null : await ctx.db.get("outboxMessages", messageId);
    if (message === null || (await visible(ctx, ctx.person, message.requestId)) === null) return null;
    const { _id, _creationTime, requestId, action, digest, idempotencyKey } = message;
    return { messageId: _id, requestId, action, digest, idempotencyKey, at: _creationTime };
  },
});
