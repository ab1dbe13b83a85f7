import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";

/** Tables whose rows are never deleted while another row names them. */
type Kept =
  "drafts" | "executions" | "links" | "outboxMessages" | "people" | "policyVersions" | "requests" | "reviews" | "tasks";

/** A row that another row names. Such rows are never deleted, so a missing one is a bug, and throws. */
export async function named<Table extends Kept>(ctx: QueryCtx, table: Table, id: Id<Table>): Promise<Doc<Table>> {
  const row = await ctx.db.get(table, id);
  if (row === null) throw new Error(`${table} ${id} is missing.`);
  return row;
}
