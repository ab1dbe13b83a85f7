// How far the history is signed, and which copies of that are elsewhere: what the history screen says above its lists.

import { v, type Infer } from "convex/values";
import type { QueryCtx } from "../_generated/server";
import { isSigning } from "./auditKeys";
import { deliveryOf, targets, vTarget } from "./auditSending";
import { lastCheckpoint } from "./auditTree";

/** A copy of the checkpoints off this machine: the newest that is there (0 for none), and why the last try to send one failed. */
const vCopy = v.object({
  target: vTarget,
  number: v.number(),
  /** When that one was sent or the last try failed, in ms; null before the first try. */
  at: v.union(v.number(), v.null()),
  /** Tries that failed since. */
  failures: v.number(),
  error: v.union(v.string(), v.null()),
});

export const vSigningState = v.object({
  /** Whether the desk has a key to sign with. */
  signs: v.boolean(),
  /** The newest checkpoint: its number, the events up to it, and when it was signed, in ms. */
  checkpoint: v.union(v.object({ number: v.number(), size: v.number(), at: v.number() }), v.null()),
  /** One for each target that is configured. */
  copies: v.array(vCopy),
});
export type SigningState = Infer<typeof vSigningState>;

/** How far the history is signed, and how far others hold it. Reads a row each. */
export async function signingState(ctx: QueryCtx): Promise<SigningState> {
  const last = await lastCheckpoint(ctx);
  const copies: Infer<typeof vCopy>[] = [];
  for (const target of targets()) {
    const row = await deliveryOf(ctx, target);
    copies.push({
      target,
      number: row?.number ?? 0,
      at: row?.at ?? null,
      failures: row?.failures ?? 0,
      error: row?.error ?? null,
    });
  }
  return {
    signs: isSigning(),
    checkpoint: last === null ? null : { number: last.number, size: last.size, at: last.at },
    copies,
  };
}
