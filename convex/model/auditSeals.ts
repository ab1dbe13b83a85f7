// Periods of the history that were sealed: exported whole, checked, and then dropped from the tables (rules S1 to S4 in
// shared/audit/README.md).

import type { QueryCtx } from "../_generated/server";

/** The events of so many leaves, from the first on, were sealed; 0 where none were. */
export async function sealedSize(ctx: QueryCtx): Promise<number> {
  return (await ctx.db.query("auditSeals").withIndex("by_size").order("desc").first())?.size ?? 0;
}
