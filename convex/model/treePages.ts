// A whole export's lines page by page, in the order of the tree: from blocks of ready lines where there are any, else event by event.
// Both give the same lines (B3).

import type { QueryCtx } from "../_generated/server";
import { type Block, blockLines } from "../shared/audit/blocks";
import { lineText } from "../shared/audit/export";
import { type Lines, linesOf, placedOf, type Progress } from "./auditExport";
import { blockAfter, blockWith } from "./auditBlocks";
import { treeOf } from "./auditTree";

/**
 * Characters of lines after which a page takes no further block: with about a thousand events others wait some 20 ms for it on the
 * embedded server. The last block adds at most one block's characters or one event's, so a page stays far below the 16 MiB that a query
 * may read.
 */
const PAGE_CHARACTERS = 512 * 1024;

/**
 * The lines of the next events of the tree, from leaf `from` on; without events where there are no more. `limit`: events that are
 * read one by one, where they stand in no block.
 */
export async function treePage(ctx: QueryCtx, from: number, limit: number, progress: Progress): Promise<Lines> {
  const { size } = progress;
  const next = Math.max(from, progress.next);
  if (next >= size) return await linesOf(ctx, [], progress, true);
  const here = await blockWith(ctx, next);
  if (here !== null) return await blocksPage(ctx, here, next, progress);
  const after = await blockAfter(ctx, next);
  const leaves = await ctx.db
    .query("auditLeaves")
    .withIndex("by_index", (q) => q.gte("index", next).lt("index", Math.min(size, after ?? size)))
    .take(limit);
  // What was sealed may leave nothing before the next block.
  if (leaves.length === 0 && after !== null && after < size) return await treePage(ctx, after, limit, progress);
  return await linesOf(ctx, await placedOf(ctx, leaves), progress, true);
}

/** The lines from leaf `next` on, of its block and of those that follow it without a gap. */
async function blocksPage(ctx: QueryCtx, first: Block, next: number, progress: Progress): Promise<Lines> {
  const { size } = progress;
  const lines: string[] = [];
  if (next > progress.next) {
    const hashes = await treeOf(ctx).covering(progress.next, next);
    lines.push(lineText({ kind: "gap", to: next, hashes }).trimEnd());
  }
  let [at, events, characters, checkpointed] = [next, 0, 0, progress.checkpointed];
  let block: Block | null = first;
  while (block !== null) {
    const to = Math.min(block.to, size);
    const some = blockLines(block, at, to);
    lines.push(...some.lines);
    events += some.events;
    checkpointed = some.checkpointed ?? checkpointed;
    at = to;
    characters += block.starts.length + block.ends.length;
    block = at < size && characters < PAGE_CHARACTERS ? await blockWith(ctx, at) : null;
  }
  const text = `${lines.join("\n")}\n`;
  return { text, lines: lines.length, events, progress: { next: at, size, checkpointed } };
}
