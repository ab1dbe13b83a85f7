// Passwords as they are stored. Nothing else reads or writes them, and no function answers one.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { record } from "./audit";

/** The stored password of a person, or null. */
export async function credentialsOf(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"credentials"> | null> {
  return await ctx.db
    .query("credentials")
    .withIndex("by_personId", (q) => q.eq("personId", personId))
    .unique();
}

/** Gives a person a password of their own choice, and records that they chose one. */
export async function setPassword(ctx: MutationCtx, personId: Id<"people">, hash: string): Promise<void> {
  const there = await credentialsOf(ctx, personId);
  const changedAt = Date.now();
  if (there === null) await ctx.db.insert("credentials", { personId, hash, changedAt });
  else await ctx.db.patch("credentials", there._id, { hash, changedAt });
  await record(ctx, undefined, { kind: "person", personId }, { kind: "passwordChanged", personId });
}

/** Stores the same password hashed anew, where it is still the one that was read. */
export async function rehash(ctx: MutationCtx, personId: Id<"people">, from: string, to: string): Promise<void> {
  const there = await credentialsOf(ctx, personId);
  if (there?.hash === from) await ctx.db.patch("credentials", there._id, { hash: to });
}

/** Forgets the password of somebody whose personal content is erased. */
export async function forgetPassword(ctx: MutationCtx, personId: Id<"people">): Promise<void> {
  const there = await credentialsOf(ctx, personId);
  if (there !== null) await ctx.db.delete("credentials", there._id);
}
