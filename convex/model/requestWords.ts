// The text by which the history finds a request: one row each, outside the request, so that searching never touches what
// decisions write.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { named } from "./rows";

/** Makes the text of a request that was just stored. */
export async function writeRequestWords(ctx: MutationCtx, requestId: Id<"requests">): Promise<void> {
  const request = await named(ctx, "requests", requestId);
  const { playbook, requesterId, policyVersionId } = request;
  await ctx.db.insert("requestWords", { requestId, text: textOf(request), playbook, requesterId, policyVersionId });
}

/** Puts a draft's summary into its request's text, in place of an earlier one. */
export async function addSummary(ctx: MutationCtx, request: Doc<"requests">, summary: string): Promise<void> {
  const row = await wordsRowOf(ctx, request._id);
  // Erased: no later draft brings it back.
  if (row === null) return;
  await ctx.db.patch("requestWords", row._id, { text: `${textOf(request)}\n${summary}` });
}

/** Erases the text of a request: no search finds it by its words any more. A request without text is a no-op. */
export async function eraseRequestWords(ctx: MutationCtx, requestId: Id<"requests">): Promise<void> {
  const row = await wordsRowOf(ctx, requestId);
  if (row !== null) await ctx.db.delete("requestWords", row._id);
}

async function wordsRowOf(ctx: MutationCtx, requestId: Id<"requests">): Promise<Doc<"requestWords"> | null> {
  return await ctx.db
    .query("requestWords")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .unique();
}

function textOf({ input: { subject, from, message } }: Doc<"requests">): string {
  return [subject, from, message].join("\n");
}
