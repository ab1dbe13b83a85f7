// What a browser needs to check one request's history itself (shared/audit/proof.ts).

import { v, type Infer } from "convex/values";
import type { Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { requestChain, vClient } from "../shared/audit/chain";
import { vAuditEvent } from "../shared/audit/event";
import { vAuditKey, vCheckpoint } from "../shared/audit/stored";
import { recordOf, wordsOf } from "./audit";
import { isSigning, keysOf } from "./auditKeys";
import { lastCheckpoint, leafOf, treeOf } from "./auditTree";

/** Events of one request that are checked at once; the rest is in an export. */
const EVENTS_MAX = 500;

const vActorText = v.union(
  v.object({ kind: v.literal("person"), personId: v.string() }),
  v.object({ kind: v.literal("agent"), name: v.string() }),
  v.object({ kind: v.literal("desk") }),
);

export const vChainProof = v.object({
  events: v.array(
    v.object({
      record: v.object({
        chain: v.string(),
        seq: v.number(),
        prev: v.string(),
        at: v.number(),
        actor: vActorText,
        client: vClient,
        event: vAuditEvent,
        words: v.union(v.string(), v.null()),
      }),
      hash: v.string(),
      salt: v.union(v.string(), v.null()),
      words: v.union(v.record(v.string(), v.string()), v.null()),
      place: v.union(v.object({ leaf: v.number(), proof: v.array(v.string()) }), v.null()),
    }),
  ),
  checkpoint: v.union(vCheckpoint, v.null()),
  keys: v.array(vAuditKey),
  /** Whether there are more events than are sent. */
  more: v.boolean(),
  /** Whether the desk has a key; without one nothing is signed. */
  signs: v.boolean(),
});

/** The chain of a request with the proof that its events are in the tree of the newest checkpoint. */
export async function proofOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Infer<typeof vChainProof>> {
  const rows = await ctx.db
    .query("auditEvents")
    .withIndex("by_chain_and_seq", (q) => q.eq("chain", requestChain(requestId)))
    .take(EVENTS_MAX + 1);
  const checkpoint = await lastCheckpoint(ctx);
  const tree = treeOf(ctx);
  const events: Infer<typeof vChainProof>["events"] = [];
  for (const row of rows.slice(0, EVENTS_MAX)) {
    const leaf = await leafOf(ctx, row._id);
    const kept = row.words === null ? null : await wordsOf(ctx, row._id);
    const isHeld = leaf !== null && checkpoint !== null && leaf < checkpoint.size;
    const place = isHeld ? { leaf, proof: await tree.inclusion(leaf, checkpoint.size) } : null;
    events.push({ record: recordOf(row), hash: row.hash, salt: kept?.salt ?? null, words: kept?.words ?? null, place });
  }
  const signs = isSigning();
  return { events, checkpoint, keys: await keysOf(ctx), more: rows.length > EVENTS_MAX, signs };
}
