// The history as a plain log of events, to know what its chains add to a decision. Never part of a desk: the benchmark "chain"
// puts this file in the place of model/audit.ts in a copy of the app, with the original beside it.

import * as chained from "../model/audit";
import { facetsOf, searchable } from "../model/facets";
import { chainOf } from "../shared/audit/chain";
import { takeWords } from "../shared/audit/words";

export * from "../model/audit";

/**
 * Writes an event, and its words where they can be searched and erased, as a desk without chains would: no row before is read,
 * nothing is hashed, and no checkpoint will take it.
 */
export const record: typeof chained.record = async (ctx, about, actor, whole) => {
  const requestId = typeof about === "object" ? about._id : about;
  const from = actor.kind === "person" ? await chained.clientOf(ctx) : null;
  const { event, client, words } = takeWords({ event: whole, client: from });
  const facets = await facetsOf(ctx, about, event);
  const end = { chain: chainOf(requestId, actor, event), seq: 0, hash: "" };
  const unchained = { ...end, prev: "", words: words === null ? null : "" };
  const row = { ...unchained, at: Date.now(), actor, client, event, requestId, ...facets };
  const eventId = await ctx.db.insert("auditEvents", row);
  if (words !== null) {
    await ctx.db.insert("auditWords", { eventId, salt: "", words, ...searchable(actor, event, words, facets) });
  }
  return end;
};
