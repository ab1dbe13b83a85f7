import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { named } from "./rows";

/**
 * The person signed in, or null: somebody who was removed is nobody, and so is a token whose session has ended. The token's
 * subject is "<user id>|<session id>". It is read here and not by the sign-in package, because that would load all of it
 * into every function. A session's row is deleted when its time is over (model/sessions.ts).
 */
export async function currentPerson(ctx: QueryCtx): Promise<Doc<"people"> | null> {
  const identity = await ctx.auth.getUserIdentity();
  const [user = "", session = ""] = identity?.subject.split("|") ?? [];
  const userId = ctx.db.normalizeId("users", user);
  const sessionId = ctx.db.normalizeId("authSessions", session);
  if (userId === null || sessionId === null) return null;
  if ((await ctx.db.get("authSessions", sessionId))?.userId !== userId) return null;
  const person = await personOf(ctx, userId);
  return person?.removedAt === undefined ? person : null;
}

/** The person behind a user of the sign-in package, or null. */
export async function personOf(ctx: QueryCtx, userId: Id<"users">): Promise<Doc<"people"> | null> {
  return await ctx.db
    .query("people")
    .withIndex("by_userId", (q) => q.eq("userId", userId))
    .unique();
}

/** A person's name for a screen. */
export async function nameOf(ctx: QueryCtx, personId: Id<"people">): Promise<string> {
  return (await named(ctx, "people", personId)).name;
}

/** Names of people by their ids. */
export type Names = (personId: Id<"people">) => Promise<string>;

/** `nameOf` for the rows of one list: whoever stands in many of them is read once. */
export function namesFor(ctx: QueryCtx): Names {
  const known = new Map<Id<"people">, Promise<string>>();
  return (personId) => {
    const name = known.get(personId) ?? nameOf(ctx, personId);
    known.set(personId, name);
    return name;
  };
}

/** The id of somebody a review names. Reviews hold ids as texts, and only of people there are. */
export function personIdOf(ctx: QueryCtx, id: string): Id<"people"> {
  const personId = ctx.db.normalizeId("people", id);
  if (personId === null) throw new Error(`"${id}" is no person.`);
  return personId;
}

/** To be called after roles, groups, absences or people changed: every open review is counted again, in batches. */
export async function peopleChanged(ctx: MutationCtx): Promise<void> {
  await ctx.scheduler.runAfter(0, internal.reviews.recount, { after: null });
}
