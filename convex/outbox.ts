import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { personQuery } from "./functions";
import { visible } from "./model/requests";
import { vOutboxMessage, vOutboxRow } from "./model/views";
import { headOf, performedKindOf } from "./shared/actions";
import { hasRole, READERS } from "./shared/roles";

/** What the outbox connector has performed, newest first: everything for those who read all, else one's own. */
export const list = personQuery({
  args: { paginationOpts: paginationOptsValidator },
  returns: paginationResultValidator(vOutboxRow),
  handler: async (ctx, { paginationOpts }) => {
    const { person } = ctx;
    const messages = hasRole(person.roles, READERS)
      ? ctx.db.query("outboxMessages").order("desc")
      : ctx.db
          .query("outboxMessages")
          .withIndex("by_requesterId", (q) => q.eq("requesterId", person._id))
          .order("desc");
    const result = await messages.paginate(paginationOpts);
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
