// Files of requests as they are stored. Rules A1 to A8 in shared/attachments/README.md.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { type Attachment, ATTACHMENTS_MAX } from "../shared/attachments/attachments";
import { deskError } from "../shared/errors";

/** How long a file waits for its request, in ms. */
const UNTAKEN_MS = 24 * 3_600_000;

/**
 * The files that a person's submission names, each once. Throws `attachmentsTooMany`, or `attachmentGone` where one is not theirs, or
 * is part of another request than `of`.
 */
export async function filesFor(
  ctx: QueryCtx,
  person: Doc<"people">,
  ids: readonly Id<"attachments">[],
  of: Id<"requests"> | undefined,
): Promise<Doc<"attachments">[]> {
  const named = [...new Set(ids)];
  if (named.length > ATTACHMENTS_MAX) throw deskError("attachmentsTooMany");
  return await Promise.all(
    named.map(async (id) => {
      const file = await ctx.db.get("attachments", id);
      if (file === null || file.personId !== person._id || file.requestId !== of) throw deskError("attachmentGone");
      return file;
    }),
  );
}

/** Makes files part of a request. */
export async function attach(ctx: MutationCtx, files: readonly Doc<"attachments">[], requestId: Id<"requests">): Promise<void> {
  for (const { _id } of files) await ctx.db.patch("attachments", _id, { requestId });
}

/** The files of a request, in the order in which they were sent. */
export async function filesOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Doc<"attachments">[]> {
  return await ctx.db
    .query("attachments")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .take(ATTACHMENTS_MAX);
}

/** A file as it is shown. */
export function attachmentView({ _id, name, size, digest }: Doc<"attachments">): Attachment {
  return { attachmentId: _id, name, size, digest };
}

/** Removes the files of a request (A8). */
export async function dropFilesOf(ctx: MutationCtx, requestId: Id<"requests">): Promise<void> {
  for (const file of await filesOf(ctx, requestId)) await drop(ctx, file);
}

/** Removes files that no request took in time (A7), `limit` at most. Answers whether there are more. */
export async function dropUntaken(ctx: MutationCtx, limit: number): Promise<boolean> {
  const files = await ctx.db
    .query("attachments")
    .withIndex("by_requestId", (q) => q.eq("requestId", undefined).lt("_creationTime", Date.now() - UNTAKEN_MS))
    .take(limit);
  for (const file of files) await drop(ctx, file);
  return files.length === limit;
}

async function drop(ctx: MutationCtx, { _id, storageId }: Doc<"attachments">): Promise<void> {
  if ((await ctx.db.system.get("_storage", storageId)) !== null) await ctx.storage.delete(storageId);
  await ctx.db.delete("attachments", _id);
}
