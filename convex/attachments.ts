// Files of requests. They come and go by the route ATTACHMENT_PATH (`model/attachmentTransfer.ts`), which runs the internal functions
// below as the person whose token came with the file.

import { v } from "convex/values";
import { internal } from "./_generated/api";
import { internalMutation, internalQuery, personQuery, requesterStep } from "./functions";
import { dropUntaken } from "./model/attachments";
import { countTry } from "./model/limits";
import { currentPerson } from "./model/people";
import { visible } from "./model/requests";
import { ATTACHMENT_PATH } from "./shared/attachments/attachments";
import { deskError } from "./shared/errors";

/** Files that one transaction removes. */
const BATCH = 100;

/** Where files are sent to and come from, for whoever sends their token along. */
export const address = personQuery({
  args: {},
  returns: v.string(),
  handler: () => `${process.env.CONVEX_SITE_URL ?? ""}${ATTACHMENT_PATH}`,
});

/** Counts a file that the signed-in requester is about to send. Throws `tooManyTries` with the wait (A1). */
export const countFile = requesterStep({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await countTry(ctx, "fileOf", ctx.person._id);
    return null;
  },
});

/** A file that the signed-in requester sent. */
export const add = requesterStep({
  args: { name: v.string(), size: v.number(), digest: v.string(), storageId: v.id("_storage") },
  returns: v.id("attachments"),
  handler: async (ctx, args) => await ctx.db.insert("attachments", { ...args, personId: ctx.person._id }),
});

/** Where a file is that is part of a request which the signed-in person may see (A4); null for any other. */
export const readable = internalQuery({
  args: { attachmentId: v.string() },
  returns: v.union(v.object({ name: v.string(), storageId: v.id("_storage") }), v.null()),
  handler: async (ctx, args) => {
    const person = await currentPerson(ctx);
    if (person === null) throw deskError("notSignedIn");
    const attachmentId = ctx.db.normalizeId("attachments", args.attachmentId);
    const file = attachmentId === null ? null : await ctx.db.get("attachments", attachmentId);
    if (file?.requestId === undefined || (await visible(ctx, person, file.requestId)) === null) return null;
    return { name: file.name, storageId: file.storageId };
  },
});

/** Removes files that no request took, in batches. */
export const dropOld = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    if (await dropUntaken(ctx, BATCH)) await ctx.scheduler.runAfter(0, internal.attachments.dropOld, {});
    return null;
  },
});
