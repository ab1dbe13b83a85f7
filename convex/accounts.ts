import { type Infer, v } from "convex/values";
import { internal } from "./_generated/api";
import type { Id } from "./_generated/dataModel";
import {
  adminAction,
  adminStep,
  anyoneMutation,
  anyoneQuery,
  internalAction,
  internalMutation,
  personAction,
  personQuery,
  personStep,
} from "./functions";
import * as accounts from "./model/accounts";
import { credentialsOf } from "./model/credentials";
import { countTry, countTryFrom } from "./model/limits";
import { readLink } from "./model/links";
import * as mails from "./model/mails";
import { beginSignIn, finishSignIn, recordRefusal, signInToDemo } from "./model/signIn";
import { normalEmail } from "./shared/account/emails";
import { linkAddress, newToken, tokenHash, vLinkKind } from "./shared/account/links";
import { passwordProblem } from "./shared/account/passwords";
import { deskError, errorText } from "./shared/errors";
import { vRole } from "./shared/roles";

const vEntered = { name: v.string(), email: v.string(), title: v.string(), roles: v.array(vRole) };
const vMade = v.object({ expiresAt: v.number(), mailed: v.boolean() });
/** The link itself is answered to the admin who asked for it, and to nobody else. `expiresAt` in ms since 1970. */
const vLink = v.object({ link: v.string(), expiresAt: v.number(), mailed: v.boolean() });
type Link = Infer<typeof vLink>;
const vSigned = v.object({ userId: v.id("users"), sessionId: v.id("authSessions") });

/**
 * Seats somebody new and answers the link by which they choose their password; `mailed` says that it goes out by e-mail, too.
 * Throws `demoOn`, `nameInvalid`, `titleInvalid`, `emailInvalid`, `emailTaken`, `rolesEmpty`.
 */
export const invite = adminAction({
  args: vEntered,
  returns: v.object({ personId: v.id("people"), link: v.string(), expiresAt: v.number(), mailed: v.boolean() }),
  handler: async (ctx, entered): Promise<{ personId: Id<"people"> } & Link> => {
    const token = newToken();
    const made = await ctx.runMutation(internal.accounts.invited, { ...entered, tokenHash: await tokenHash(token) });
    return { ...made, link: addressOf(token) };
  },
});

/** A new invitation in place of the older one. Throws `personUnknown`, `personGone`, `noEmail`, `alreadyIn`. */
export const inviteAgain = adminAction({
  args: { personId: v.id("people") },
  returns: vLink,
  handler: async (ctx, { personId }): Promise<Link> => {
    const token = newToken();
    const hash = await tokenHash(token);
    const made = await ctx.runMutation(internal.accounts.invitedAgain, { personId, tokenHash: hash });
    return { ...made, link: addressOf(token) };
  },
});

/** A link for a new password for somebody. Throws `personUnknown`, `personGone`, `noEmail`. */
export const resetLink = adminAction({
  args: { personId: v.id("people") },
  returns: vLink,
  handler: async (ctx, { personId }): Promise<Link> => {
    const token = newToken();
    const hash = await tokenHash(token);
    const made = await ctx.runMutation(internal.accounts.resetMade, { personId, tokenHash: hash });
    return { ...made, link: addressOf(token) };
  },
});

/**
 * Asks for a link for a new password by e-mail. The answer is the same whoever asks for whomever: null, at once. Throws
 * `tooManyTries` with the wait, `retryAfterMs`.
 */
export const requestReset = anyoneMutation({
  args: { email: v.string() },
  returns: v.null(),
  handler: async (ctx, { email }) => {
    await countTryFrom(ctx, "resetFrom");
    await countTry(ctx, "resetOf", normalEmail(email));
    await ctx.scheduler.runAfter(0, internal.accounts.resetRequested, { email: normalEmail(email) });
    return null;
  },
});

/** What a link is for, as the page behind it shows it; or why it does not let in. */
export const link = anyoneQuery({
  args: { token: v.string() },
  returns: v.union(
    v.object({
      ok: v.literal(true),
      kind: vLinkKind,
      /** Null for the first admin's: they say who they are. */
      person: v.union(v.object({ name: v.string(), email: v.string() }), v.null()),
    }),
    v.object({ ok: v.literal(false), code: v.string(), message: v.string() }),
  ),
  handler: async (ctx, { token }) => {
    const read = await readLink(ctx, await tokenHash(token));
    if (!read.ok) return { ok: false as const, code: read.code, message: errorText(read.code) };
    const { person } = read;
    return {
      ok: true as const,
      kind: read.link.kind,
      person: person === null ? null : { name: person.name, email: person.email ?? "" },
    };
  },
});

/** How the signed-in person signs in: `passwordChangedAt` (ms since 1970) is null without a password. */
export const mine = personQuery({
  args: {},
  returns: v.object({ email: v.union(v.string(), v.null()), passwordChangedAt: v.union(v.number(), v.null()) }),
  handler: async (ctx) => ({
    email: ctx.person.email ?? null,
    passwordChangedAt: (await credentialsOf(ctx, ctx.person._id))?.changedAt ?? null,
  }),
});

/**
 * Gives the signed-in person another password and ends their other sessions. Throws `passwordWrong`, `passwordRefused` with
 * what is wrong, `tooManyTries`.
 */
export const changePassword = personAction({
  args: { current: v.string(), next: v.string() },
  returns: v.null(),
  handler: async (ctx, { current, next }) => {
    const { name, email, hash: stored } = await ctx.runMutation(internal.accounts.beginChange, {});
    const problem = passwordProblem(next, { name, email });
    if (problem !== null) throw deskError("passwordRefused", { message: `${problem} Nothing was changed.` });
    const { matches } = await ctx.runAction(internal.passwords.compare, { password: current, stored });
    if (!matches) {
      await ctx.runMutation(internal.accounts.refuseChange, {});
      throw deskError("passwordWrong");
    }
    const hash = await ctx.runAction(internal.passwords.hash, { password: next });
    await ctx.runMutation(internal.accounts.finishChange, { from: stored, hash });
    return null;
  },
});

/**
 * For whoever runs the desk (`npx convex run accounts:firstAdmin`): a link by which an admin chooses a password. Without
 * arguments while no admin can sign in; with `email` and `name` for that person, who becomes an admin. Throws `adminThere`,
 * `demoOn`, `personGone`, `nameInvalid`, `emailInvalid`.
 */
export const firstAdmin = internalAction({
  args: { email: v.optional(v.string()), name: v.optional(v.string()) },
  returns: v.object({ link: v.string(), expiresAt: v.number() }),
  handler: async (ctx, { email, name }): Promise<{ link: string; expiresAt: number }> => {
    const token = newToken();
    const named = email === undefined ? null : { email, name: name ?? "" };
    const hash = await tokenHash(token);
    const { expiresAt } = await ctx.runMutation(internal.accounts.setUp, { named, tokenHash: hash });
    return { link: addressOf(token), expiresAt };
  },
});

// The steps of the actions above, and of sign-in (auth.ts). Tokens and passwords never come into a mutation, only their hashes.

/** A step of `invite`. */
export const invited = adminStep({
  args: { ...vEntered, tokenHash: v.string() },
  returns: v.object({ personId: v.id("people"), expiresAt: v.number(), mailed: v.boolean() }),
  handler: (ctx, { tokenHash, ...entered }) => accounts.invite(ctx, ctx.person, entered, tokenHash),
});

/** A step of `inviteAgain`. */
export const invitedAgain = adminStep({
  args: { personId: v.id("people"), tokenHash: v.string() },
  returns: vMade,
  handler: (ctx, { personId, tokenHash }) => accounts.inviteAgain(ctx, ctx.person, personId, tokenHash),
});

/** A step of `resetLink`. */
export const resetMade = adminStep({
  args: { personId: v.id("people"), tokenHash: v.string() },
  returns: vMade,
  handler: (ctx, { personId, tokenHash }) => accounts.resetLink(ctx, ctx.person, personId, tokenHash),
});

/** What `requestReset` asked for, after it has answered. */
export const resetRequested = internalMutation({
  args: { email: v.string() },
  returns: v.null(),
  handler: async (ctx, { email }) => {
    await mails.mailReset(ctx, email);
    return null;
  },
});

/** A step of `firstAdmin`. */
export const setUp = internalMutation({
  args: { named: v.union(v.object({ email: v.string(), name: v.string() }), v.null()), tokenHash: v.string() },
  returns: v.object({ expiresAt: v.number() }),
  handler: (ctx, { named, tokenHash }) => accounts.setupLink(ctx, named, tokenHash),
});

/** The first step of `changePassword`: counts the try, and answers what to compare with and what a password must not be. */
export const beginChange = personStep({
  args: {},
  returns: v.object({ name: v.string(), email: v.string(), hash: v.union(v.string(), v.null()) }),
  handler: async (ctx) => {
    const { name, email = "" } = ctx.person;
    return { name, email, ...(await beginSignIn(ctx, email)) };
  },
});

/** A step of `changePassword`: the current password was wrong. */
export const refuseChange = personStep({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await recordRefusal(ctx, ctx.person);
    return null;
  },
});

/** The last step of `changePassword`. Throws `passwordWrong` where the password was changed meanwhile. */
export const finishChange = personStep({
  args: { from: v.union(v.string(), v.null()), hash: v.string() },
  returns: v.null(),
  handler: async (ctx, { from, hash }) => {
    if (((await credentialsOf(ctx, ctx.person._id))?.hash ?? null) !== from) throw deskError("passwordWrong");
    await accounts.changePassword(ctx, ctx.person, hash);
    return null;
  },
});

/** The first step of signing in with a password. Throws `tooManyTries`. */
export const begin = internalMutation({
  args: { email: v.string() },
  returns: v.object({ hash: v.union(v.string(), v.null()) }),
  handler: (ctx, { email }) => beginSignIn(ctx, email),
});

/** The last step of signing in with a password: the session, or null. */
export const finish = internalMutation({
  args: {
    email: v.string(),
    hash: v.union(v.string(), v.null()),
    matches: v.boolean(),
    hashed: v.union(v.string(), v.null()),
  },
  returns: v.union(vSigned, v.null()),
  handler: (ctx, compared) => finishSignIn(ctx, compared),
});

/** Signs in to the demo. Throws `demoOff`, `demoBeyondLoopback`. */
export const enterDemo = internalMutation({
  args: { demoPersonId: v.string() },
  returns: vSigned,
  handler: (ctx, { demoPersonId }) => signInToDemo(ctx, demoPersonId),
});

/** The first step of using a link: counts the try, and answers what the password must not be. Throws why it does not let in. */
export const openLink = internalMutation({
  args: { tokenHash: v.string() },
  returns: v.union(v.object({ name: v.string(), email: v.string() }), v.null()),
  handler: async (ctx, { tokenHash }) => {
    await countTryFrom(ctx, "linkFrom");
    const read = await readLink(ctx, tokenHash);
    if (!read.ok) throw deskError(read.code);
    return read.person === null ? null : { name: read.person.name, email: read.person.email ?? "" };
  },
});

/** The last step of using a link: the session. Throws why it does not let in. */
export const acceptLink = internalMutation({
  args: {
    tokenHash: v.string(),
    hash: v.string(),
    entered: v.object({ name: v.string(), email: v.string() }),
  },
  returns: vSigned,
  handler: (ctx, args) => accounts.acceptLink(ctx, args),
});

/** For mail.ts: whom a link's e-mail goes to, with `hash` as the mail's token; null where the link no longer lets in. */
export const mailOf = internalMutation({
  args: { linkId: v.id("links"), hash: v.string() },
  returns: v.union(v.object({ to: v.string(), name: v.string(), kind: vLinkKind }), v.null()),
  handler: (ctx, { linkId, hash }) => mails.mailOf(ctx, linkId, hash),
});

/** For mail.ts: try number `attempt` failed. */
export const mailAgain = internalMutation({
  args: { linkId: v.id("links"), attempt: v.number() },
  returns: v.null(),
  handler: async (ctx, { linkId, attempt }) => {
    await mails.mailAgain(ctx, linkId, attempt);
    return null;
  },
});

function addressOf(token: string): string {
  return linkAddress(process.env.SITE_URL ?? "", token);
}
