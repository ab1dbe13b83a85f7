import { v } from "convex/values";
import { adminMutation, anyoneQuery, internalMutation, personQuery, readerMutation } from "./functions";
import { absenceOf, endAway, setAway, turn } from "./model/absences";
import { demoPeople } from "./model/demo";
import { nameOf, remove as removePerson } from "./model/people";
import { vPerson } from "./model/views";

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

/** Takes somebody off the desk. */
export const remove = adminMutation({
  args: { personId: v.id("people") },
  returns: v.null(),
  handler: async (ctx, { personId }) => {
    await removePerson(ctx, ctx.person, personId);
    return null;
  },
});
