// Blocks of ready lines (shared/audit/blocks.ts) as they are stored: gathered behind the checkpoints, read by exports, rid of words that
// are erased, and dropped with the events of a sealed period. Where there is no block yet, or no more, events are read one by one.

import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { type Block, BLOCK_EVENTS, type BlockEvent, blockOf, withoutWords } from "../shared/audit/blocks";
import { eventEnd, eventStart, lineText } from "../shared/audit/export";
import { recordOf } from "./audit";
import { checkpointOf, lastCheckpoint, sealedSize } from "./auditTree";
import { wordsOfMany } from "./wordsOfMany";

/**
 * Where the next block begins, and whether there are leaves for a full one of `events` (B1). Where the tree is shorter there will
 * be none before the next checkpoint.
 */
export async function nextBlock(ctx: QueryCtx, events = BLOCK_EVENTS): Promise<{ from: number; isDue: boolean }> {
  const size = (await lastCheckpoint(ctx))?.size ?? 0;
  const last = await ctx.db.query("auditBlockWords").withIndex("by_from").order("desc").first();
  const from = Math.max(last?.to ?? 0, await sealedSize(ctx));
  return { from, isDue: size - from >= events };
}

/**
 * Writes the next block where one is due. Others wait for it on the embedded server about as long as for a checkpoint. Answers whether another one
 * is due. Throws an Error where the history lacks an event of the tree that was not sealed.
 */
export async function gatherBlock(ctx: MutationCtx, events = BLOCK_EVENTS): Promise<{ more: boolean }> {
  const { from, isDue } = await nextBlock(ctx, events);
  if (!isDue) return { more: false };
  const rows = await eventsFrom(ctx, from, events);
  const words = await wordsOfMany(ctx, rows, true);
  const ready = rows.map((row, i): BlockEvent => {
    const kept = words.get(row._id);
    const start = eventStart({ leaf: from + i, hash: row.hash, record: recordOf(row) });
    return { start, end: eventEnd({ salt: kept?.salt ?? null, words: kept?.words ?? null }) };
  });
  const block = blockOf(from, ready, await checkpointLines(ctx, from, from + rows.length));
  const { to, starts, ends } = block;
  await ctx.db.insert("auditBlocks", { from, to, starts });
  await ctx.db.insert("auditBlockWords", { from, to, ends });
  return { more: (await nextBlock(ctx, events)).isDue };
}

/** The events of so many leaves from `from` on, none of which may be missing. */
async function eventsFrom(ctx: QueryCtx, from: number, count: number): Promise<Doc<"auditEvents">[]> {
  const leaves = await ctx.db
    .query("auditLeaves")
    .withIndex("by_index", (q) => q.gte("index", from).lt("index", from + count))
    .take(count);
  if (leaves.length < count) throw new Error(`The tree lacks some of the ${count} leaves from ${from} on.`);
  const rows = await Promise.all(leaves.map(({ eventId }) => ctx.db.get("auditEvents", eventId)));
  return rows.map((row, i) => {
    if (row === null) throw new Error(`The event of leaf ${from + i} is missing.`);
    return row;
  });
}

/** The lines of the checkpoints of more than `from` and at most `to` events, by their sizes. */
async function checkpointLines(ctx: QueryCtx, from: number, to: number): Promise<Map<number, string>> {
  const rows = await ctx.db
    .query("auditCheckpoints")
    .withIndex("by_size", (q) => q.gt("size", from).lte("size", to))
    .take(to - from);
  return new Map(rows.map((row) => [row.size, lineText({ kind: "checkpoint", ...checkpointOf(row) })]));
}

/** The block that holds a leaf; null where none does. */
export async function blockWith(ctx: QueryCtx, leaf: number): Promise<Block | null> {
  const row = await ctx.db
    .query("auditBlocks")
    .withIndex("by_from", (q) => q.lte("from", leaf))
    .order("desc")
    .first();
  if (row === null || row.to <= leaf) return null;
  const { from, to, starts } = row;
  const words = await ctx.db
    .query("auditBlockWords")
    .withIndex("by_from", (q) => q.eq("from", from))
    .unique();
  if (words === null) throw new Error(`The words of the block from leaf ${from} on are missing.`);
  return { from, to, starts, ends: words.ends };
}

/** The first leaf after `leaf` with which a block begins; null where none does. */
export async function blockAfter(ctx: QueryCtx, leaf: number): Promise<number | null> {
  const row = await ctx.db
    .query("auditBlockWords")
    .withIndex("by_from", (q) => q.gt("from", leaf))
    .first();
  return row?.from ?? null;
}

/** Takes the words of these leaves out of their blocks, as far as there are blocks (B4). Each block is written once. */
export async function eraseInBlocks(ctx: MutationCtx, leaves: readonly number[]): Promise<void> {
  let left = leaves;
  while (left.length > 0) {
    const row = await wordsBefore(ctx, Math.max(...left));
    if (row === null) return;
    const { from, to } = row;
    const its = left.filter((leaf) => leaf >= from && leaf < to);
    if (its.length > 0) await ctx.db.patch("auditBlockWords", row._id, { ends: withoutWords(row, its) });
    left = left.filter((leaf) => leaf < from);
  }
}

/** The words of the last block that begins with this leaf or before it. */
async function wordsBefore(ctx: QueryCtx, leaf: number): Promise<Doc<"auditBlockWords"> | null> {
  return await ctx.db
    .query("auditBlockWords")
    .withIndex("by_from", (q) => q.lte("from", leaf))
    .order("desc")
    .first();
}

/** Drops the blocks that begin before a leaf: `limit` of them at most (B5). */
export async function dropBlocks(ctx: MutationCtx, before: number, limit: number): Promise<void> {
  const { db } = ctx;
  const blocks = await db
    .query("auditBlocks")
    .withIndex("by_from", (q) => q.lt("from", before))
    .take(limit);
  for (const { _id } of blocks) await db.delete("auditBlocks", _id);
  const words = await db
    .query("auditBlockWords")
    .withIndex("by_from", (q) => q.lt("from", before))
    .take(limit);
  for (const { _id } of words) await db.delete("auditBlockWords", _id);
}
