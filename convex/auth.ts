// Sign-in, by @convex-dev/auth. One provider of ours for the demo, passwords and links, and one for company sign-in where it is
// set up. Sessions, links and people are in model/; what a person sees of them in accounts.ts and sessions.ts.

import { ConvexCredentials } from "@convex-dev/auth/providers/ConvexCredentials";
import { convexAuth } from "@convex-dev/auth/server";
import { v } from "convex/values";
import { internal } from "./_generated/api";
import type { DataModel, Id } from "./_generated/dataModel";
import { type ActionCtx, anyoneAction, type MutationCtx } from "./functions";
import { SESSION_IDLE_MS, SESSION_TOTAL_MS, touchSession } from "./model/sessions";
import { checkMayEnter, ssoConfig, ssoUser } from "./model/sso";
import { tokenHash } from "./shared/account/links";
import { passwordProblem } from "./shared/account/passwords";
import { deskError } from "./shared/errors";

type Signed = { userId: Id<"users">; sessionId: Id<"authSessions"> };
type Params = Partial<Record<string, unknown>>;

/**
 * Signs in by `{ demoPersonId }`, `{ email, password }`, or `{ token, password, name?, email? }` of a link. Throws `demoOff`,
 * `demoBeyondLoopback`, `signInFailed`, `tooManyTries`, `passwordRefused`, and why a link does not let in.
 */
const desk = ConvexCredentials<DataModel>({
  id: "desk",
  authorize: async (params, ctx) => {
    if ("token" in params) return await byLink(ctx, params);
    if ("password" in params) return await byPassword(ctx, params);
    return await ctx.runMutation(internal.accounts.enterDemo, { demoPersonId: text(params["demoPersonId"]) });
  },
});

async function byPassword(ctx: Pick<ActionCtx, "runMutation" | "runAction">, params: Params): Promise<Signed> {
  const [email, password] = [text(params["email"]), text(params["password"])];
  const { hash } = await ctx.runMutation(internal.accounts.begin, { email });
  const compared = await ctx.runAction(internal.passwords.compare, { password, stored: hash });
  const signed = await ctx.runMutation(internal.accounts.finish, { email, hash, ...compared });
  if (signed === null) throw deskError("signInFailed");
  return signed;
}

async function byLink(ctx: Pick<ActionCtx, "runMutation" | "runAction">, params: Params): Promise<Signed> {
  const password = text(params["password"]);
  const hashOfToken = await tokenHash(text(params["token"]));
  const entered = { name: text(params["name"]), email: text(params["email"]) };
  const person = await ctx.runMutation(internal.accounts.openLink, { tokenHash: hashOfToken });
  const problem = passwordProblem(password, person ?? entered);
  if (problem !== null) throw deskError("passwordRefused", { message: `${problem} Nothing was changed.` });
  const hash = await ctx.runAction(internal.passwords.hash, { password });
  return await ctx.runMutation(internal.accounts.acceptLink, { tokenHash: hashOfToken, hash, entered });
}

function text(param: unknown): string {
  return typeof param === "string" ? param : "";
}

function companySignIn() {
  const config = ssoConfig();
  if (config === null) return [];
  const { issuer, clientId, clientSecret } = config;
  return [
    {
      id: "sso",
      name: "Company sign-in",
      type: "oidc" as const,
      issuer,
      clientId,
      clientSecret,
      checks: ["pkce" as const, "state" as const, "nonce" as const],
      profile: (claims: { sub: string; name?: unknown; email?: unknown; email_verified?: unknown }) => ({
        id: claims.sub,
        name: text(claims.name),
        email: text(claims.email),
        // Not "true": a text is what a provider sends that took it from a form.
        emailVerified: claims.email_verified === true,
      }),
    },
  ];
}

export const { auth, signIn, store } = convexAuth({
  providers: [desk, ...companySignIn()],
  session: { totalDurationMs: SESSION_TOTAL_MS, inactiveDurationMs: SESSION_IDLE_MS },
  jwt: {
    // Called in the mutation that makes a session's token, at sign-in and each hour: the moment to note that it is used.
    customClaims: async (ctx, { sessionId }) => {
      await touchSession(ctx as MutationCtx, sessionId);
      return {};
    },
  },
  callbacks: {
    createOrUpdateUser: async (ctx, { existingUserId, profile }) => {
      const { name, email, emailVerified } = profile;
      const said = { name: text(name), email: text(email), emailVerified: emailVerified === true };
      return await ssoUser(ctx as MutationCtx, existingUserId, said);
    },
    beforeSessionCreation: async (ctx, { userId }) => await checkMayEnter(ctx as MutationCtx, userId),
  },
});

/** Ends the session of the caller; without one it does nothing. In place of the package's own, which records nothing. */
export const signOut = anyoneAction({
  args: {},
  returns: v.null(),
  handler: async (ctx) => {
    await ctx.runMutation(internal.sessions.endOwn, {});
    return null;
  },
});
