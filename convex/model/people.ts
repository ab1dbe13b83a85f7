import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { hasRole, READERS } from "../shared/roles";

/**
 * The person signed in, or null. The token's subject is "<user id>|<session id>". It is read here and not by the
 * sign-in package, because that would load all of it into every function.
 */
export async function currentPerson(ctx: QueryCtx): Promise<Doc<"people"> | null> {
  const identity = await ctx.auth.getUserIdentity();
  const userId = ctx.db.normalizeId("users", identity?.subject.split("|")[0] ?? "");
  if (userId === null) return null;
  return await ctx.db
    .query("people")
    .withIndex("by_userId", (q) => q.eq("userId", userId))
    .unique();
}

/** A person's name for a screen. Rows of people are never deleted, so a missing one is a bug. */
export async function nameOf(ctx: QueryCtx, personId: Id<"people">): Promise<string> {
  const person = await ctx.db.get("people", personId);
  if (person === null) throw new Error(`Person ${personId} is missing.`);
  return person.name;
}

/** Whether a person may read a request: their own, or any for reviewers, managers and admins. */
export function maySee(person: Doc<"people">, request: Doc<"requests">): boolean {
  return request.requesterId === person._id || hasRole(person.roles, READERS);
}
