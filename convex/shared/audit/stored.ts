// Checkpoints and keys as they are stored and sent; their types are those of checkpoint.ts, which the offline check uses too.

import { v } from "convex/values";

/** A signed checkpoint. */
export const vCheckpoint = v.object({
  origin: v.string(),
  number: v.number(),
  size: v.number(),
  root: v.string(),
  at: v.number(),
  previous: v.string(),
  keyId: v.string(),
  signature: v.string(),
});

/** A public key of the desk. */
export const vAuditKey = v.object({
  keyId: v.string(),
  publicKey: v.string(),
  since: v.number(),
  vouched: v.union(v.null(), v.object({ by: v.string(), signature: v.string() })),
});
