// Checkpoints are made here: events that wait get their places in the tree, the tree grows, and its root is signed (rules M3, K1
// and C5 in shared/audit/README.md). One transaction takes a bounded number of events; a backlog goes on by itself.

import { internal } from "../_generated/api";
import type { MutationCtx } from "../_generated/server";
import { checkpointText, NO_CHECKPOINT } from "../shared/audit/checkpoint";
import { webHashing } from "../shared/audit/hashing";
import { append } from "../shared/audit/tiles";
import { gatherBlock, nextBlock } from "./auditBlocks";
import { currentSigner } from "./auditKeys";
import { planSending } from "./auditSending";
import { lastCheckpoint, tilesOf, treeOf, writeTile } from "./auditTree";

/** Events that one checkpoint takes: about 30 ms of writing, which others wait for on the embedded server. */
const BATCH = 256;
/**
 * Events younger than this wait for the next checkpoint, in ms. What is read ends in the past, so that it never conflicts with
 * events that are being written.
 */
const SETTLED_MS = 2_000;

/**
 * Makes a checkpoint of the events that wait, at most `BATCH` of them, and answers whether more wait. Does nothing where none
 * wait, and nothing without a key: the events go on waiting.
 */
export async function makeCheckpoint(ctx: MutationCtx): Promise<{ more: boolean }> {
  const now = Date.now();
  const waiting = await ctx.db
    .query("auditLeaves")
    .withIndex("by_index", (q) => q.eq("index", undefined).lt("_creationTime", now - SETTLED_MS))
    .take(BATCH);
  // A new key is written down at once, so that the first tree that it signs may hold that.
  const signing = await currentSigner(ctx);
  if (signing === null || waiting.length === 0) return { more: false };
  const { signer, origin } = signing;
  const before = await lastCheckpoint(ctx);
  const start = before?.size ?? 0;
  const hashes: string[] = [];
  for (const [i, { _id, hash }] of waiting.entries()) {
    hashes.push(await webHashing.leaf(hash));
    await ctx.db.patch("auditLeaves", _id, { index: start + i });
  }
  for (const tile of await append(tilesOf(ctx), start, hashes, webHashing)) await writeTile(ctx, tile);
  const size = start + waiting.length;
  const facts = {
    origin,
    number: (before?.number ?? 0) + 1,
    size,
    root: await treeOf(ctx).root(0, size),
    at: now,
    previous: before === null ? NO_CHECKPOINT : await webHashing.text(checkpointText(before)),
  };
  const signature = await signer.sign(checkpointText(facts));
  await ctx.db.insert("auditCheckpoints", { ...facts, keyId: signer.keyId, signature });
  return { more: waiting.length === BATCH };
}

/**
 * Makes a checkpoint and goes on as long as more events wait. Then it sends the newest one off where that is set up, and plans
 * the blocks that are due.
 */
export async function catchUp(ctx: MutationCtx): Promise<void> {
  const { more } = await makeCheckpoint(ctx);
  if (more) {
    await ctx.scheduler.runAfter(0, internal.checkpoints.catchUp, {});
    return;
  }
  await planSending(ctx);
  if ((await nextBlock(ctx)).isDue) await ctx.scheduler.runAfter(0, internal.checkpoints.gather, {});
}

/** Writes the next block, and goes on as long as others are due. */
export async function gather(ctx: MutationCtx): Promise<void> {
  const { more } = await gatherBlock(ctx);
  if (more) await ctx.scheduler.runAfter(0, internal.checkpoints.gather, {});
}
