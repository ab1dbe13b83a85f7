// What the clock and the command line do with checkpoints. Nothing here can be called by a client.

import { v } from "convex/values";
import { internalMutation } from "./functions";
import { vouchForNext } from "./model/auditKeys";
import * as checkpoints from "./model/checkpoints";

/** Takes the events that wait into the tree and signs it, as long as there are any. Once a minute. */
export const catchUp = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await checkpoints.catchUp(ctx);
    return null;
  },
});

/** Makes one checkpoint; answers whether more events wait. For an export, which begins with all of them. */
export const make = internalMutation({
  args: {},
  returns: v.object({ more: v.boolean() }),
  handler: (ctx) => checkpoints.makeCheckpoint(ctx),
});

/** Writes ready lines of events for exports into blocks, one block at a time, as long as any are due. */
export const gather = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await checkpoints.gather(ctx);
    return null;
  },
});

/** Rotation of the signing key, its first half: the present key vouches for the next. `docs/history.md` says when. */
export const vouchForNextKey = internalMutation({
  args: {},
  returns: v.object({ keyId: v.string(), publicKey: v.string() }),
  handler: (ctx) => vouchForNext(ctx),
});
