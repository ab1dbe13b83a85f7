// The Merkle tree of all events as it is stored: tiles, the places of events, the newest checkpoint, and how far it was sealed.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Checkpoint } from "../shared/audit/checkpoint";
import { webHashing } from "../shared/audit/hashing";
import { type ChangedTile, type ReadTile, storedTree, type StoredTree } from "../shared/audit/tiles";

/** Reads the desk's tiles. */
export function tilesOf(ctx: QueryCtx): ReadTile {
  return async (level, number) => {
    const row = await tileRow(ctx, level, number);
    return row === null ? null : { width: row.width, nodes: new Uint8Array(row.nodes) };
  };
}

/** The desk's tree, for proofs. */
export function treeOf(ctx: QueryCtx): StoredTree {
  return storedTree(tilesOf(ctx), webHashing);
}

/** Writes a tile in place of what there was of it. */
export async function writeTile(ctx: MutationCtx, { level, number, tile }: ChangedTile): Promise<void> {
  const { width } = tile;
  const nodes = new Uint8Array(tile.nodes).buffer;
  const row = await tileRow(ctx, level, number);
  if (row === null) await ctx.db.insert("auditTiles", { level, number, width, nodes });
  else await ctx.db.patch("auditTiles", row._id, { width, nodes });
}

async function tileRow(ctx: QueryCtx, level: number, number: number): Promise<Doc<"auditTiles"> | null> {
  return await ctx.db
    .query("auditTiles")
    .withIndex("by_level_and_number", (q) => q.eq("level", level).eq("number", number))
    .unique();
}

/** The newest checkpoint, or null before the first. */
export async function lastCheckpoint(ctx: QueryCtx): Promise<Checkpoint | null> {
  const row = await ctx.db.query("auditCheckpoints").withIndex("by_number").order("desc").first();
  return row === null ? null : checkpointOf(row);
}

/** A checkpoint without what the database adds. */
export function checkpointOf(row: Doc<"auditCheckpoints">): Checkpoint {
  const { origin, number, size, root, at, previous, keyId, signature } = row;
  return { origin, number, size, root, at, previous, keyId, signature };
}

/** An event's place in the tree; null as long as no checkpoint holds it. */
export async function leafOf(ctx: QueryCtx, eventId: Id<"auditEvents">): Promise<number | null> {
  const leaf = await ctx.db
    .query("auditLeaves")
    .withIndex("by_eventId", (q) => q.eq("eventId", eventId))
    .unique();
  return leaf?.index ?? null;
}

/** The events of so many leaves, from the first on, were sealed; 0 where none were. */
export async function sealedSize(ctx: QueryCtx): Promise<number> {
  return (await ctx.db.query("auditSeals").withIndex("by_size").order("desc").first())?.size ?? 0;
}
