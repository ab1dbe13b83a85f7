// A whole export: every event in the order of the tree, then those of the last seconds, which no checkpoint holds yet.

import { internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import type { Lines } from "./auditExport";
import type { NextPage } from "./exportPart";

/** Events that one transaction reads one by one: about 100 ms on the embedded server. */
export const PAGE = 256;
/** Events without a place in the tree that an export takes in at most: those of the last seconds. */
export const PENDING = 1_000;
/** Checkpoints that an export makes at most before it begins; a longer backlog catches up by itself. */
const CHECKPOINTS_MAX = 20;

/** Takes what waits into the tree, so that an export made now proves as much as it can. */
export async function settle(ctx: ActionCtx): Promise<void> {
  for (let made = 0; made < CHECKPOINTS_MAX; made += 1) {
    const { more }: { more: boolean } = await ctx.runMutation(internal.checkpoints.make, {});
    if (!more) return;
  }
}

/** The pages of a part of a whole export that begins with leaf `from`. `limit`: events that stand in no block, of one page. */
export function wholePages(ctx: ActionCtx, from: number, limit = PAGE): NextPage {
  let isPendingDone = false;
  return async (progress) => {
    if (isPendingDone) return null;
    if (progress.next < progress.size) {
      const page: Lines = await ctx.runQuery(internal.auditExport.tree, { from, limit, progress });
      if (page.events > 0) return page;
    }
    isPendingDone = true;
    return await ctx.runQuery(internal.auditExport.pending, { limit: PENDING, progress });
  };
}
