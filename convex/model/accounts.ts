// People coming to the desk: invited by an admin, or the first admin by whoever runs it.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { checkEmail } from "../shared/account/emails";
import { initialsOf } from "../shared/account/initials";
import type { LinkKind } from "../shared/account/links";
import { checkName, checkTitle } from "../shared/account/names";
import { deskError } from "../shared/errors";
import type { Role } from "../shared/roles";
import { type Actor, DESK, record } from "./audit";
import { credentialsOf, setPassword } from "./credentials";
import { deskMode } from "./demo";
import { makeLink, takeLink, voidLinks } from "./links";
import { mailLink } from "./mails";
import { setRoles } from "./memberships";
import { peopleChanged } from "./people";
import { currentSession, endSessions, openSession } from "./sessions";

/** What an admin enters about somebody. */
export type Entered = { name: string; email: string; title: string; roles: Role[] };
/** A link that was made: when it ends (ms since 1970), and whether it goes out by e-mail, too. */
export type Made = { expiresAt: number; mailed: boolean };

/** Admins that are looked at to find one who can sign in. */
const ADMINS_MAX = 100;

/**
 * Seats somebody new, who cannot sign in before they have used the link. Throws `demoOn`, `nameInvalid`, `titleInvalid`,
 * `emailInvalid` (each with what is wrong), `emailTaken`, `rolesEmpty`.
 */
export async function invite(
  ctx: MutationCtx,
  admin: Doc<"people">,
  entered: Entered,
  tokenHash: string,
): Promise<Made & { personId: Id<"people"> }> {
  if ((await deskMode(ctx)).demo) throw deskError("demoOn");
  const person = await seatPerson(ctx, { kind: "person", personId: admin._id }, entered);
  return { personId: person._id, ...(await link(ctx, admin, "invitation", person, tokenHash)) };
}

/** A new invitation for somebody who has not come yet. Throws `personUnknown`, `personGone`, `noEmail`, `alreadyIn`. */
export async function inviteAgain(ctx: MutationCtx, admin: Doc<"people">, personId: Id<"people">, tokenHash: string) {
  const person = await reachable(ctx, personId);
  if (await canSignIn(ctx, person)) throw deskError("alreadyIn");
  return await link(ctx, admin, "invitation", person, tokenHash);
}

/** A link for a new password for somebody. Throws `personUnknown`, `personGone`, `noEmail`. */
export async function resetLink(ctx: MutationCtx, admin: Doc<"people">, personId: Id<"people">, tokenHash: string) {
  return await link(ctx, admin, "reset", await reachable(ctx, personId), tokenHash);
}

async function link(
  ctx: MutationCtx,
  { _id: personId }: Doc<"people">,
  kind: LinkKind,
  person: Doc<"people">,
  tokenHash: string,
): Promise<Made> {
  const { linkId, expiresAt } = await makeLink(ctx, { kind: "person", personId }, kind, person, tokenHash);
  return { expiresAt, mailed: await mailLink(ctx, linkId) };
}

async function reachable(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"people">> {
  const person = await ctx.db.get("people", personId);
  if (person === null) throw deskError("personUnknown");
  if (person.removedAt !== undefined) throw deskError("personGone");
  if (person.email === undefined) throw deskError("noEmail");
  return person;
}

/** Whether somebody has a way to sign in: a password, or an account of company sign-in. */
export async function canSignIn(ctx: QueryCtx, person: Doc<"people">): Promise<boolean> {
  if ((await credentialsOf(ctx, person._id)) !== null) return true;
  const account = await ctx.db
    .query("authAccounts")
    .withIndex("userIdAndProvider", (q) => q.eq("userId", person.userId))
    .first();
  return account !== null;
}

/** Seats somebody, with checked words, and records it. Throws as `invite`. */
export async function seatPerson(ctx: MutationCtx, by: Actor, entered: Entered): Promise<Doc<"people">> {
  const { name, email, title, roles } = await checkEntered(ctx, entered);
  const userId = await ctx.db.insert("users", { name });
  const person = { userId, name, title, initials: initialsOf(name), email, roles, demo: false };
  const personId = await ctx.db.insert("people", person);
  await setRoles(ctx, personId, roles);
  await record(ctx, undefined, by, { kind: "invited", personId, name, email, roles });
  await peopleChanged(ctx);
  const seated = await ctx.db.get("people", personId);
  if (seated === null) throw new Error(`The person ${personId} is not there.`);
  return seated;
}

async function checkEntered(ctx: QueryCtx, entered: Entered): Promise<Entered> {
  const name = checkName(entered.name);
  if (!name.ok) throw deskError("nameInvalid", { message: `${name.problem} Nothing was saved.` });
  const title = checkTitle(entered.title);
  if (!title.ok) throw deskError("titleInvalid", { message: `${title.problem} Nothing was saved.` });
  const email = checkEmail(entered.email);
  if (!email.ok) throw deskError("emailInvalid", { message: `${email.problem} Nothing was saved.` });
  const roles = [...new Set(entered.roles)];
  if (roles.length === 0) throw deskError("rolesEmpty");
  if ((await byEmail(ctx, email.text)) !== null) throw deskError("emailTaken");
  return { name: name.text, email: email.text, title: title.text, roles };
}

async function byEmail(ctx: QueryCtx, email: string): Promise<Doc<"people"> | null> {
  return await ctx.db
    .query("people")
    .withIndex("by_email", (q) => q.eq("email", email))
    .unique();
}

/**
 * A setup link. Without an address: for a desk on which no admin can sign in; whoever opens it says who they are. With one:
 * for that person, who becomes an admin if they are none, and is seated if they are new. Throws `demoOn`, `adminThere`,
 * `personGone`, and what `seatPerson` throws.
 */
export async function setupLink(
  ctx: MutationCtx,
  named: { email: string; name: string } | null,
  tokenHash: string,
): Promise<{ expiresAt: number }> {
  if ((await deskMode(ctx)).demo) throw deskError("demoOn");
  if (named === null) {
    if (await hasAdmin(ctx)) throw deskError("adminThere");
    const { expiresAt } = await makeLink(ctx, DESK, "setup", null, tokenHash);
    return { expiresAt };
  }
  const { expiresAt } = await makeLink(ctx, DESK, "setup", await adminNamed(ctx, named), tokenHash);
  return { expiresAt };
}

async function adminNamed(ctx: MutationCtx, { email, name }: { email: string; name: string }): Promise<Doc<"people">> {
  const checked = checkEmail(email);
  if (!checked.ok) throw deskError("emailInvalid", { message: `${checked.problem} Nothing was saved.` });
  const there = await byEmail(ctx, checked.text);
  if (there === null) return await seatPerson(ctx, DESK, { name, email, title: "", roles: ["admin"] });
  if (there.removedAt !== undefined) throw deskError("personGone");
  if (!there.roles.includes("admin")) {
    await setRoles(ctx, there._id, [...there.roles, "admin"]);
    await record(ctx, undefined, DESK, { kind: "madeAdmin", personId: there._id, name: there.name });
    await peopleChanged(ctx);
  }
  return there;
}

/** Whether there is an admin who can sign in. */
export async function hasAdmin(ctx: QueryCtx): Promise<boolean> {
  const rows = await ctx.db
    .query("memberships")
    .withIndex("by_of_and_personId", (q) => q.eq("of", "admin"))
    .take(ADMINS_MAX);
  for (const { personId } of rows) {
    const person = await ctx.db.get("people", personId);
    if (person !== null && person.removedAt === undefined && (await canSignIn(ctx, person))) return true;
  }
  return false;
}

/**
 * Uses a link: the person has the password from now on, is signed in here and nowhere else. A setup link without a person
 * seats the first admin by what they `entered`. Throws why the link does not let in, `adminThere`, and what `seatPerson` throws.
 */
export async function acceptLink(
  ctx: MutationCtx,
  { tokenHash, hash, entered }: { tokenHash: string; hash: string; entered: { name: string; email: string } },
): Promise<{ userId: Id<"users">; sessionId: Id<"authSessions"> }> {
  const { link, person: invited } = await takeLink(ctx, tokenHash);
  if (invited === null && (await hasAdmin(ctx))) throw deskError("adminThere");
  const person = invited ?? (await seatPerson(ctx, DESK, { ...entered, title: "", roles: ["admin"] }));
  const personId = person._id;
  await record(ctx, undefined, { kind: "person", personId }, { kind: "linkUsed", personId, link: link.kind });
  await setPassword(ctx, personId, hash);
  await voidLinks(ctx, personId);
  await endSessions(ctx, { kind: "person", personId }, person);
  return await openSession(ctx, person, "link");
}

/** Gives the signed-in person another password, and ends their other sessions. */
export async function changePassword(ctx: MutationCtx, person: Doc<"people">, hash: string): Promise<void> {
  const current = await currentSession(ctx);
  await setPassword(ctx, person._id, hash);
  await voidLinks(ctx, person._id);
  await endSessions(ctx, { kind: "person", personId: person._id }, person, ({ _id }) => _id !== current?._id);
}
