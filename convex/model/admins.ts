// That an admin who can sign in is always left.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { canSignIn } from "./accounts";
import { deskMode } from "./demo";
import { MEMBERS_MAX } from "./directory";

/** Whether somebody who is here has a way in: a password, an account of company sign-in, or a demo. */
export async function hasWayIn(ctx: QueryCtx, person: Doc<"people">): Promise<boolean> {
  return person.demo ? (await deskMode(ctx)).demo : await canSignIn(ctx, person);
}

/**
 * To be called before `personId` stops to be an admin. Throws `lastAdmin` when no other admin can sign in. It reads every
 * admin, so of two admins who take the role from each other at once the second sees what the first did.
 */
export async function keepAnAdmin(ctx: MutationCtx, personId: Id<"people">): Promise<void> {
  const admins = await ctx.db
    .query("memberships")
    .withIndex("by_of_and_personId", (q) => q.eq("of", "admin"))
    .take(MEMBERS_MAX);
  for (const { personId: id } of admins) {
    const other = id === personId ? null : await ctx.db.get("people", id);
    if (other !== null && other.removedAt === undefined && (await hasWayIn(ctx, other))) return;
  }
  throw deskError("lastAdmin");
}
