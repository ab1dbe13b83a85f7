// Roles and groups of people. `people.roles` says what somebody may do; the rows here say who a stage asks.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Role } from "../shared/roles";

/** Groups and roles one person can be in. */
const MEMBERSHIPS_MAX = 100;

type Of = Doc<"memberships">["of"];

/** The ids of the groups a person is in. */
export async function groupIdsOf(ctx: QueryCtx, personId: Id<"people">): Promise<Id<"groups">[]> {
  const rows = await membershipsOf(ctx, personId);
  return rows.flatMap(({ of }) => {
    const groupId = ctx.db.normalizeId("groups", of);
    return groupId === null ? [] : [groupId];
  });
}

/** Gives a person exactly these roles. */
export async function setRoles(ctx: MutationCtx, personId: Id<"people">, roles: Role[]): Promise<void> {
  await ctx.db.patch("people", personId, { roles });
  for (const row of await membershipsOf(ctx, personId)) {
    if (ctx.db.normalizeId("groups", row.of) === null) await ctx.db.delete("memberships", row._id);
  }
  for (const role of new Set(roles)) await ctx.db.insert("memberships", { of: role, personId });
}

/** Puts a person into a group; one who is in it already stays. */
export async function join(ctx: MutationCtx, groupId: Id<"groups">, personId: Id<"people">): Promise<void> {
  if ((await membershipOf(ctx, groupId, personId)) === null) {
    await ctx.db.insert("memberships", { of: groupId, personId });
  }
}

/** Takes a person out of a group. */
export async function leave(ctx: MutationCtx, groupId: Id<"groups">, personId: Id<"people">): Promise<void> {
  const row = await membershipOf(ctx, groupId, personId);
  if (row !== null) await ctx.db.delete("memberships", row._id);
}

/** The row that says that a person is in a group or has a role, or null. */
export async function membershipOf(ctx: QueryCtx, of: Of, personId: Id<"people">): Promise<Doc<"memberships"> | null> {
  return await ctx.db
    .query("memberships")
    .withIndex("by_of_and_personId", (q) => q.eq("of", of).eq("personId", personId))
    .unique();
}

async function membershipsOf(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"memberships">[]> {
  return await ctx.db
    .query("memberships")
    .withIndex("by_personId", (q) => q.eq("personId", personId))
    .take(MEMBERSHIPS_MAX);
}
