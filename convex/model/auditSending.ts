// Sending checkpoints off the machine, so that whoever could change everything here could not change what others already hold. Each
// target gets the newest checkpoint with the proof that it grew out of the one it got before (M2); what it misses in between it
// does not need.

import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { checkpointNote } from "../shared/audit/checkpoint";
import { webHashing } from "../shared/audit/hashing";
import { vAuditKey, vCheckpoint } from "../shared/audit/stored";
import { keysOf } from "./auditKeys";
import { lastCheckpoint, treeOf } from "./auditTree";

export const vTarget = v.union(v.literal("webhook"), v.literal("file"));
export type Target = Infer<typeof vTarget>;

/** What a target gets. */
export const vSending = v.object({
  checkpoint: vCheckpoint,
  /** The same as a signed note of C2SP. */
  note: v.string(),
  keys: v.array(vAuditKey),
  /** The leaves of the checkpoint that the target got before, and the proof of consistency with it (RFC 6962, section 2.1.2). */
  from: v.object({ size: v.number(), proof: v.array(v.string()) }),
});

export type Sending = Infer<typeof vSending>;

/** The targets that are configured. */
export function targets(): Target[] {
  const found: Target[] = [];
  if (process.env.AUDIT_WEBHOOK_URL) found.push("webhook");
  if (process.env.AUDIT_FILE) found.push("file");
  return found;
}

/** Plans sending to each target that has not the newest checkpoint. Once a minute, so that what failed is tried again. */
export async function planSending(ctx: MutationCtx): Promise<void> {
  const wanted = targets();
  if (wanted.length === 0) return;
  const last = await lastCheckpoint(ctx);
  if (last === null) return;
  for (const target of wanted) {
    const delivery = await deliveryOf(ctx, target);
    if ((delivery?.number ?? 0) < last.number) await ctx.scheduler.runAfter(0, internal.auditSending.send, { target });
  }
}

/** What a target gets now; null where it has everything. */
export async function sendingTo(ctx: QueryCtx, target: Target): Promise<Sending | null> {
  const checkpoint = await lastCheckpoint(ctx);
  const delivery = await deliveryOf(ctx, target);
  if (checkpoint === null || (delivery?.number ?? 0) >= checkpoint.number) return null;
  const keys = await keysOf(ctx);
  const key = keys.find(({ keyId }) => keyId === checkpoint.keyId);
  if (key === undefined) throw new Error(`The key ${checkpoint.keyId} of checkpoint ${checkpoint.number} is missing.`);
  const size = delivery?.size ?? 0;
  const proof = await treeOf(ctx).consistency(size, checkpoint.size);
  return { checkpoint, note: await checkpointNote(checkpoint, key.publicKey, webHashing), keys, from: { size, proof } };
}

/** Notes that a target has a checkpoint, or why it has not: `error` without address and secret. */
export async function noteSending(
  ctx: MutationCtx,
  { target, number, size, error }: { target: Target; number: number; size: number; error: string | null },
): Promise<void> {
  const delivery = await deliveryOf(ctx, target);
  const at = Date.now();
  if (error !== null) {
    const failed = { error, at, failures: (delivery?.failures ?? 0) + 1 };
    if (delivery === null) await ctx.db.insert("auditDeliveries", { target, number: 0, size: 0, ...failed });
    else await ctx.db.patch("auditDeliveries", delivery._id, failed);
    return;
  }
  if (delivery !== null && delivery.number >= number) return;
  const done = { target, number, size, error: null, at, failures: 0 };
  if (delivery === null) await ctx.db.insert("auditDeliveries", done);
  else await ctx.db.patch("auditDeliveries", delivery._id, done);
}

/** What is known of a target; null before the first try. */
export async function deliveryOf(ctx: QueryCtx, target: Target) {
  return await ctx.db
    .query("auditDeliveries")
    .withIndex("by_target", (q) => q.eq("target", target))
    .unique();
}
