import { v } from "convex/values";
import { adminMutation, internalMutation, personMutation, personQuery } from "./functions";
import { personOf } from "./model/people";
import { currentSession, deleteSession, endSessions, sessionsOf, signOut } from "./model/sessions";
import { vSessionClient } from "./shared/account/sessionClient";
import { deskError } from "./shared/errors";

/**
 * Where somebody is signed in, the newest first: the caller, or for admins anybody. `usedAt` is exact to the hour; `current` is
 * the session that asks. Times in ms since 1970. Throws `notAllowed`, `personUnknown`.
 */
export const list = personQuery({
  args: { personId: v.optional(v.id("people")) },
  returns: v.array(
    v.object({
      id: v.id("authSessions"),
      beganAt: v.number(),
      usedAt: v.number(),
      client: v.union(vSessionClient, v.null()),
      current: v.boolean(),
    }),
  ),
  handler: async (ctx, { personId = ctx.person._id }) => {
    if (personId !== ctx.person._id && !ctx.person.roles.includes("admin")) throw deskError("notAllowed");
    const person = await ctx.db.get("people", personId);
    if (person === null) throw deskError("personUnknown");
    const current = await currentSession(ctx);
    return (await sessionsOf(ctx, person)).map(({ _id, _creationTime, usedAt, client }) => ({
      id: _id,
      beganAt: _creationTime,
      usedAt: usedAt ?? _creationTime,
      client: client ?? null,
      current: _id === current?._id,
    }));
  },
});

/** Ends a session of one's own, or for admins of anybody; one that is over already stays so. Throws `notAllowed`. */
export const end = personMutation({
  args: { sessionId: v.id("authSessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    const session = await ctx.db.get("authSessions", sessionId);
    if (session === null) return null;
    const own = session.userId === ctx.person.userId;
    if (!own && !ctx.person.roles.includes("admin")) throw deskError("notAllowed");
    const person = own ? ctx.person : await personOf(ctx, session.userId);
    if (person === null) await deleteSession(ctx, sessionId);
    else await endSessions(ctx, { kind: "person", personId: ctx.person._id }, person, ({ _id }) => _id === sessionId);
    return null;
  },
});

/** Ends all sessions of the caller but the one that asks. */
export const endOthers = personMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    const current = await currentSession(ctx);
    const actor = { kind: "person", personId: ctx.person._id } as const;
    await endSessions(ctx, actor, ctx.person, ({ _id }) => _id !== current?._id);
    return null;
  },
});

/** Ends all sessions of somebody. */
export const endAll = adminMutation({
  args: { personId: v.id("people") },
  returns: v.null(),
  handler: async (ctx, { personId }) => {
    const person = await ctx.db.get("people", personId);
    if (person === null) throw deskError("personUnknown");
    await endSessions(ctx, { kind: "person", personId: ctx.person._id }, person);
    return null;
  },
});

/** Signs the caller out, for `auth:signOut`. */
export const endOwn = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await signOut(ctx);
    return null;
  },
});

/** Deletes a session whose time is over. */
export const expire = internalMutation({
  args: { sessionId: v.id("authSessions") },
  returns: v.null(),
  handler: async (ctx, { sessionId }) => {
    await deleteSession(ctx, sessionId);
    return null;
  },
});
