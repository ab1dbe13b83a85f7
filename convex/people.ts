import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { adminMutation, anyoneQuery, internalMutation, managerQuery, personQuery, readerMutation } from "./functions";
import { absenceOf, endAway, setAway, turn } from "./model/absences";
import { demoPeople } from "./model/demo";
import { nameOf } from "./model/people";
import * as editing from "./model/peopleEditing";
import { peoplePage, personView } from "./model/peopleList";
import { vPerson, vPersonRow } from "./model/views";
import { deskError } from "./shared/errors";
import { vRole } from "./shared/roles";

/** Who a stranger may sign in as: the demo people while demo mode is on, otherwise nobody. */
export const demo = anyoneQuery({
  args: {},
  returns: v.array(vPerson),
  handler: async (ctx) =>
    (await demoPeople(ctx)).map(({ _id, name, title, initials, roles }) => ({
      id: _id,
      name,
      title,
      initials,
      roles,
    })),
});

/** When the signed-in person is away, now or later, and who acts for them; null when they are not. */
export const absence = personQuery({
  args: {},
  returns: v.union(
    v.object({
      from: v.number(),
      until: v.number(),
      delegate: v.union(v.object({ id: v.id("people"), name: v.string() }), v.null()),
    }),
    v.null(),
  ),
  handler: async (ctx) => {
    const absence = await absenceOf(ctx, ctx.person._id);
    if (absence === null) return null;
    const { from, until, delegateId: id } = absence;
    return { from, until, delegate: id === null ? null : { id, name: await nameOf(ctx, id) } };
  },
});

/** Is away from `from` to `until` (ms since 1970); meanwhile somebody else acts, or nobody. */
export const setAbsence = readerMutation({
  args: { from: v.number(), until: v.number(), delegateId: v.union(v.id("people"), v.null()) },
  returns: v.null(),
  handler: async (ctx, args) => {
    await setAway(ctx, ctx.person, args);
    return null;
  },
});

/** Is back, or will not go. */
export const endAbsence = readerMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await endAway(ctx, ctx.person);
    return null;
  },
});

/** An absence begins or is over. */
export const absenceTurns = internalMutation({
  args: { absenceId: v.id("absences") },
  returns: v.null(),
  handler: async (ctx, { absenceId }) => {
    await turn(ctx, absenceId);
    return null;
  },
});

/** An admin ends the absence of somebody who is away, or will be. */
export const endAbsenceOf = adminMutation({
  args: { personId: v.id("people") },
  returns: v.null(),
  handler: async (ctx, { personId }) => {
    const person = await ctx.db.get("people", personId);
    if (person === null) throw deskError("personUnknown");
    await endAway(ctx, person, ctx.person);
    return null;
  },
});

/** People who are here (by name) or who were deactivated (latest first); with `search` those whose names have its words. */
export const list = managerQuery({
  args: {
    paginationOpts: paginationOptsValidator,
    who: v.union(v.literal("here"), v.literal("deactivated")),
    search: v.string(),
  },
  returns: paginationResultValidator(vPersonRow),
  handler: (ctx, { paginationOpts, who, search }) => peoplePage(ctx, who, search, paginationOpts),
});

/** Somebody with everything their page shows, or null where nobody has this id. */
export const get = managerQuery({
  args: { personId: v.string() },
  returns: v.union(vPersonRow, v.null()),
  handler: (ctx, { personId }) => personView(ctx, personId),
});

/** Gives somebody another name and title. */
export const update = adminMutation({
  args: { personId: v.id("people"), name: v.string(), title: v.string() },
  returns: v.null(),
  handler: async (ctx, args) => {
    await editing.updatePerson(ctx, ctx.person, args);
    return null;
  },
});

/** Gives somebody exactly these roles, at least one. */
export const setRoles = adminMutation({
  args: { personId: v.id("people"), roles: v.array(vRole) },
  returns: v.null(),
  handler: async (ctx, { personId, roles }) => {
    await editing.changeRoles(ctx, ctx.person, personId, roles);
    return null;
  },
});

/** Deactivates somebody. */
export const remove = adminMutation({
  args: { personId: v.id("people") },
  returns: v.null(),
  handler: async (ctx, { personId }) => {
    await editing.remove(ctx, ctx.person, personId);
    return null;
  },
});

/** Takes somebody back who was deactivated. */
export const restore = adminMutation({
  args: { personId: v.id("people") },
  returns: v.null(),
  handler: async (ctx, { personId }) => {
    await editing.restore(ctx, ctx.person, personId);
    return null;
  },
});
