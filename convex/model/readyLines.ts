// The places of a filter's events in the tree, with their lines from blocks where these events lie densely: one block that is read
// for an event then holds others, too.

import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { linesByHash, type ReadyLine } from "../shared/audit/blocks";
import { blockWith } from "./auditBlocks";
import { leafOf } from "./auditTree";

/** An event with its place in the tree, none where no checkpoint holds it, and its line where one is ready. */
export type Placed = { row: Doc<"auditEvents">; leaf: number | null; line?: string };

/** Blocks pay where at least one in so many leaves is wanted: reading so many lines costs as much as looking one event up. */
const DENSE = 12;
/**
 * Characters of blocks that one transaction reads, or little more: with three bytes each they leave room for the events in the
 * 16 MiB that a query may read.
 */
const CHARACTERS = 4 * 1024 * 1024;

/** Events in the order of time with their places. */
export async function placedRows(ctx: QueryCtx, rows: readonly Doc<"auditEvents">[]): Promise<Placed[]> {
  const ready = await readyLines(ctx, rows);
  return await Promise.all(
    rows.map(async (row): Promise<Placed> => ({ row, ...(ready.get(row.hash) ?? { leaf: await leafOf(ctx, row._id) }) })),
  );
}

/** The lines of the events that stand in blocks, by their hash; none where the events lie far apart. */
async function readyLines(ctx: QueryCtx, rows: readonly Doc<"auditEvents">[]): Promise<Map<string, ReadyLine>> {
  const found = new Map<string, ReadyLine>();
  const [oldest, newest] = [rows.at(0), rows.at(-1)];
  if (oldest === undefined || newest === undefined) return found;
  const [first, last] = [await leafOf(ctx, oldest._id), await leafOf(ctx, newest._id)];
  if (first === null || last === null || last - first > DENSE * rows.length) return found;
  const hashes = new Set(rows.map(({ hash }) => hash));
  let characters = 0;
  let block = await blockWith(ctx, first);
  while (block !== null) {
    for (const [hash, line] of linesByHash(block, hashes)) found.set(hash, line);
    characters += block.starts.length + block.ends.length;
    const { to } = block;
    block = to <= last && characters < CHARACTERS ? await blockWith(ctx, to) : null;
  }
  return found;
}
