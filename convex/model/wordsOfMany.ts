// The words of many events that followed one another, in one read instead of one for each.

import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { wordsOf } from "./audit";

/** Words stand right after their event, in the same mutation: no later than this, in ms. */
const AFTER_MS = 1;

/**
 * The words of events, by the event's id, as far as they are kept. `areNeighbours` says that no other events happened between
 * these, so that one read of their time finds them; without it each is looked up.
 */
export async function wordsOfMany(
  ctx: QueryCtx,
  rows: readonly Doc<"auditEvents">[],
  areNeighbours: boolean,
): Promise<ReadonlyMap<Id<"auditEvents">, Doc<"auditWords">>> {
  const found = new Map<Id<"auditEvents">, Doc<"auditWords">>();
  const told = rows.filter(({ words }) => words !== null);
  if (areNeighbours && told.length > 0) {
    const times = told.map(({ _creationTime }) => _creationTime);
    const [from, to] = [Math.min(...times), Math.max(...times) + AFTER_MS];
    const near = await ctx.db
      .query("auditWords")
      .withIndex("by_creation_time", (q) => q.gte("_creationTime", from).lte("_creationTime", to))
      .take(told.length);
    for (const one of near) found.set(one.eventId, one);
  }
  // Erased ones are found by nobody, and the clock of another transaction may have stood between.
  const missing = told.filter(({ _id }) => !found.has(_id));
  for (const one of await Promise.all(missing.map(({ _id }) => wordsOf(ctx, _id)))) {
    if (one !== null) found.set(one.eventId, one);
  }
  return found;
}
