import type { PaginationOptions } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { hasRole } from "../shared/roles";
import { listedPage } from "./listings";
import { named } from "./rows";
import { keysFor, seesAll } from "./seeing";

/** Messages of the outbox, newest first: all for managers and admins, else those of requests the person may see. */
export async function outboxPage(ctx: QueryCtx, person: Doc<"people">, opts: PaginationOptions) {
  if (seesAll(person)) return await ctx.db.query("outboxMessages").order("desc").paginate(opts);
  if (!hasRole(person.roles, ["reviewer"])) {
    return await ctx.db
      .query("outboxMessages")
      .withIndex("by_requesterId", (q) => q.eq("requesterId", person._id))
      .order("desc")
      .paginate(opts);
  }
  const keys = await keysFor(ctx, person);
  const result = await listedPage<Id<"outboxMessages">>(ctx, "outbox", keys, "desc", opts);
  return { ...result, page: await Promise.all(result.page.map((id) => named(ctx, "outboxMessages", id))) };
}
