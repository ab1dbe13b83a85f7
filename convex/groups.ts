import { v } from "convex/values";
import { adminMutation } from "./functions";
import { addMember as add, createGroup, removeMember as remove, renameGroup } from "./model/groups";

/** Makes a group without members, and answers its id. */
export const create = adminMutation({
  args: { name: v.string() },
  returns: v.object({ groupId: v.id("groups") }),
  handler: async (ctx, { name }) => ({ groupId: await createGroup(ctx, ctx.person, name) }),
});

/** Gives a group another name. */
export const rename = adminMutation({
  args: { groupId: v.id("groups"), name: v.string() },
  returns: v.null(),
  handler: async (ctx, { groupId, name }) => {
    await renameGroup(ctx, ctx.person, groupId, name);
    return null;
  },
});

const vMembership = { groupId: v.id("groups"), personId: v.id("people") };

/** Puts somebody into a group. */
export const addMember = adminMutation({
  args: vMembership,
  returns: v.null(),
  handler: async (ctx, { groupId, personId }) => {
    await add(ctx, ctx.person, groupId, personId);
    return null;
  },
});

/** Takes somebody out of a group. */
export const removeMember = adminMutation({
  args: vMembership,
  returns: v.null(),
  handler: async (ctx, { groupId, personId }) => {
    await remove(ctx, ctx.person, groupId, personId);
    return null;
  },
});
