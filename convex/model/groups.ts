// Groups of people that policies can name. Who is in one decides who is asked, so a change counts open reviews again.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { NAME_MAX } from "../shared/policy/check";
import { folded } from "../shared/policy/fields";
import { record, type Actor } from "./audit";
import { MEMBERS_MAX } from "./directory";
import { join, leave, membershipOf } from "./memberships";
import { peopleChanged } from "./people";
import { NAMES_MAX } from "./policyPage";

/** Makes a group without members. Throws `groupNameInvalid`, `groupNameTaken`, `groupsFull`. */
export async function createGroup(ctx: MutationCtx, person: Doc<"people">, raw: string): Promise<Id<"groups">> {
  const name = await freeName(ctx, raw, null);
  const groups = await ctx.db.query("groups").take(NAMES_MAX);
  if (groups.length === NAMES_MAX) throw deskError("groupsFull");
  const groupId = await ctx.db.insert("groups", { name });
  await record(ctx, undefined, by(person), { kind: "groupCreated", groupId, group: name });
  return groupId;
}

/** Gives a group another name; the one it has changes nothing. Throws `notFound`, `groupNameInvalid`, `groupNameTaken`. */
export async function renameGroup(
  ctx: MutationCtx,
  person: Doc<"people">,
  groupId: Id<"groups">,
  raw: string,
): Promise<void> {
  const group = await groupOf(ctx, groupId);
  const name = await freeName(ctx, raw, groupId);
  if (name === group.name) return;
  await ctx.db.patch("groups", groupId, { name });
  await record(ctx, undefined, by(person), { kind: "groupRenamed", groupId, from: group.name, to: name });
}

/** Puts somebody who is here into a group; one who is in it changes nothing. Throws `notFound`, `groupFull`. */
export async function addMember(
  ctx: MutationCtx,
  person: Doc<"people">,
  groupId: Id<"groups">,
  personId: Id<"people">,
): Promise<void> {
  const group = await groupOf(ctx, groupId);
  const member = await ctx.db.get("people", personId);
  if (member === null || member.removedAt !== undefined) throw deskError("notFound");
  if ((await membershipOf(ctx, groupId, personId)) !== null) return;
  const members = await ctx.db
    .query("memberships")
    .withIndex("by_of_and_personId", (q) => q.eq("of", groupId))
    .take(MEMBERS_MAX);
  if (members.length === MEMBERS_MAX) throw deskError("groupFull");
  await join(ctx, groupId, personId);
  const event = { groupId, group: group.name, personId, name: member.name };
  await record(ctx, undefined, by(person), { kind: "memberAdded", ...event });
  await peopleChanged(ctx);
}

/** Takes somebody out of a group; one who is not in it changes nothing. Throws `notFound`. */
export async function removeMember(
  ctx: MutationCtx,
  person: Doc<"people">,
  groupId: Id<"groups">,
  personId: Id<"people">,
): Promise<void> {
  const group = await groupOf(ctx, groupId);
  const member = await ctx.db.get("people", personId);
  if (member === null) throw deskError("notFound");
  if ((await membershipOf(ctx, groupId, personId)) === null) return;
  await leave(ctx, groupId, personId);
  const event = { groupId, group: group.name, personId, name: member.name };
  await record(ctx, undefined, by(person), { kind: "memberRemoved", ...event });
  await peopleChanged(ctx);
}

async function groupOf(ctx: MutationCtx, groupId: Id<"groups">): Promise<Doc<"groups">> {
  const group = await ctx.db.get("groups", groupId);
  if (group === null) throw deskError("notFound");
  return group;
}

/** A name as it is kept, when no other group reads the same. */
async function freeName(ctx: MutationCtx, raw: string, ownId: Id<"groups"> | null): Promise<string> {
  const name = raw.trim();
  if (name === "" || name.length > NAME_MAX || !name.isWellFormed() || /[\r\n]/.test(name)) {
    throw deskError("groupNameInvalid");
  }
  const groups = await ctx.db.query("groups").take(NAMES_MAX);
  if (groups.some((other) => other._id !== ownId && folded(other.name) === folded(name))) {
    throw deskError("groupNameTaken");
  }
  return name;
}

function by(person: Doc<"people">): Actor {
  return { kind: "person", personId: person._id };
}
