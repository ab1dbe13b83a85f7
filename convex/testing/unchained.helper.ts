// The history as a plain log of events, to know what its chains add to a decision. Never part of a desk: the benchmark "chain"
// puts this file in the place of model/audit.ts in a copy of the app, with the original beside it.

import * as chained from "../model/audit";
import { facetsOf } from "../model/facets";

export * from "../model/audit";

/** Writes an event with its words in one row: no row before is read, nothing is hashed, and no checkpoint will take it. */
export const record: typeof chained.record = async (ctx, about, actor, event) => {
  const requestId = typeof about === "object" ? about._id : about;
  const client = actor.kind === "person" ? await chained.clientOf(ctx) : null;
  const facets = await facetsOf(ctx, about, event);
  const end = { chain: "", seq: 0, hash: "" };
  const unchained = { ...end, prev: "", words: null };
  await ctx.db.insert("auditEvents", { ...unchained, at: Date.now(), actor, client, event, requestId, ...facets });
  return end;
};
