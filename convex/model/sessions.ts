// Who is signed in where. The rows are those of @convex-dev/auth: a token names its session, every builder reads that row, and
// so whoever's row is deleted is signed out within the moment, their live queries too.

import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { vSignedInBy } from "../shared/audit/event";
import type { Infer } from "convex/values";
import { programName, type SessionClient } from "../shared/account/sessionClient";
import { record, type Actor } from "./audit";
import { personOf } from "./people";

const DAY_MS = 86_400_000;
/** How long somebody stays signed in at most. */
export const SESSION_TOTAL_MS = 14 * DAY_MS;
/** How long without using the desk. */
export const SESSION_IDLE_MS = 7 * DAY_MS;
/** A session's last use is noted this exactly, so that using the desk does not write all the time. */
const USED_EXACTLY_MS = 3_600_000;
/** Sessions of one person that are read, ended or listed at once; they are rarely more than a few. */
const SESSIONS_MAX = 200;
/** Tokens of one session that are deleted with it. One is made each hour. */
const TOKENS_MAX = 1_000;

/** The session that the call's token names, if it is there; whether it belongs to the token's user is for the caller. */
export async function currentSession(ctx: QueryCtx): Promise<Doc<"authSessions"> | null> {
  const identity = await ctx.auth.getUserIdentity();
  const sessionId = ctx.db.normalizeId("authSessions", identity?.subject.split("|")[1] ?? "");
  return sessionId === null ? null : await ctx.db.get("authSessions", sessionId);
}

/** Signs a person in: their new session, in place of the one this browser had. */
export async function openSession(
  ctx: MutationCtx,
  person: Doc<"people">,
  by: Infer<typeof vSignedInBy>,
): Promise<{ userId: Id<"users">; sessionId: Id<"authSessions"> }> {
  const before = await currentSession(ctx);
  if (before !== null) await deleteSession(ctx, before._id);
  const { userId } = person;
  const expirationTime = Date.now() + SESSION_TOTAL_MS;
  const sessionId = await ctx.db.insert("authSessions", { userId, expirationTime });
  await noteBeginning(ctx, sessionId, person, by);
  return { userId, sessionId };
}

/** To be called whenever a session's token is made: notes where a session began, and about when it was last used. */
export async function touchSession(ctx: MutationCtx, sessionId: Id<"authSessions">): Promise<void> {
  const session = await ctx.db.get("authSessions", sessionId);
  if (session === null) return;
  if (session.usedAt === undefined) {
    // Only company sign-in makes sessions that openSession has not noted.
    const person = await personOf(ctx, session.userId);
    if (person !== null) await noteBeginning(ctx, sessionId, person, "sso");
  } else if (Date.now() - session.usedAt >= USED_EXACTLY_MS) {
    await ctx.db.patch("authSessions", sessionId, { usedAt: Date.now(), client: await sessionClient(ctx) });
  }
}

async function noteBeginning(
  ctx: MutationCtx,
  sessionId: Id<"authSessions">,
  person: Doc<"people">,
  by: Infer<typeof vSignedInBy>,
): Promise<void> {
  await ctx.db.patch("authSessions", sessionId, { usedAt: Date.now(), client: await sessionClient(ctx) });
  // No query asks the clock whether a session is over, since it could then not be kept: the row goes when its time comes.
  await ctx.scheduler.runAfter(SESSION_TOTAL_MS, internal.sessions.expire, { sessionId });
  const personId = person._id;
  await record(ctx, undefined, { kind: "person", personId }, { kind: "signedIn", personId, by });
}

async function sessionClient(ctx: MutationCtx): Promise<SessionClient> {
  const { ip, userAgent } = await ctx.meta.getRequestMetadata();
  return { program: programName(userAgent), address: ip };
}

/** A person's sessions, the newest first. */
export async function sessionsOf(ctx: QueryCtx, person: Doc<"people">): Promise<Doc<"authSessions">[]> {
  return await ctx.db
    .query("authSessions")
    .withIndex("userId", (q) => q.eq("userId", person.userId))
    .order("desc")
    .take(SESSIONS_MAX);
}

/**
 * Ends the sessions of a person that `which` names, all without one, and records it where there were any. To be called when
 * a person is deactivated, changes their password, or says so.
 */
export async function endSessions(
  ctx: MutationCtx,
  actor: Actor,
  person: Doc<"people">,
  which: (session: Doc<"authSessions">) => boolean = () => true,
): Promise<void> {
  const ended = (await sessionsOf(ctx, person)).filter(which);
  for (const { _id } of ended) await deleteSession(ctx, _id);
  if (ended.length === 0) return;
  const { _id: personId, name } = person;
  await record(ctx, undefined, actor, { kind: "sessionsEnded", personId, name, count: ended.length });
}

/** Signs the caller out; without a session it does nothing. */
export async function signOut(ctx: MutationCtx): Promise<void> {
  const session = await currentSession(ctx);
  if (session === null) return;
  await deleteSession(ctx, session._id);
  const person = await personOf(ctx, session.userId);
  if (person === null) return;
  const personId = person._id;
  await record(ctx, undefined, { kind: "person", personId }, { kind: "signedOut", personId });
}

/** Deletes a session and its tokens. */
export async function deleteSession(ctx: MutationCtx, sessionId: Id<"authSessions">): Promise<void> {
  if ((await ctx.db.get("authSessions", sessionId)) !== null) await ctx.db.delete("authSessions", sessionId);
  const tokens = await ctx.db
    .query("authRefreshTokens")
    .withIndex("sessionId", (q) => q.eq("sessionId", sessionId))
    .take(TOKENS_MAX);
  for (const { _id } of tokens) await ctx.db.delete("authRefreshTokens", _id);
}
