// Company sign-in by OpenID Connect: whom the company names, and whether that is somebody of this desk. Set up by variables only
// (docs/operating.md). @convex-dev/auth does the protocol; it keeps an account row per subject of the company.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { checkEmail, domainOf } from "../shared/account/emails";
import { isLoopback } from "../shared/account/homes";
import { checkName } from "../shared/account/names";
import { deskError } from "../shared/errors";
import { seatPerson } from "./accounts";
import { DESK } from "./audit";
import { deskMode } from "./demo";
import { personOf } from "./people";
import { personByEmail } from "./signIn";

/** What the company says about somebody, of its ID token: strings as they came. */
export type SsoProfile = { name?: string; email?: string; emailVerified: boolean };

/** How company sign-in is set up, or null: issuer and client, and the e-mail domains whose people need no invitation. */
export function ssoConfig(): { issuer: string; clientId: string; clientSecret: string; domains: string[] } | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_DOMAINS } = process.env;
  if (!issuer || !clientId || !clientSecret) return null;
  // The ID token comes straight from the issuer, and TLS is what vouches for it (OpenID Connect Core 1.0, 3.1.3.7).
  if (!issuer.startsWith("https://") && !isLoopback(issuer)) return null;
  const domains = (OIDC_DOMAINS ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((domain) => domain !== "");
  return { issuer, clientId, clientSecret, domains };
}

/** What the button of company sign-in says it leads to, or null. */
export function ssoName(): string | null {
  return ssoConfig() === null ? null : process.env.OIDC_NAME || "your company";
}

/**
 * The user for whom the company vouches. Of a subject that came before it is theirs; else that of the person with the same
 * verified address, or a new requester where the address is of a trusted domain. Whoever is none of these gets a user
 * without a person, which `checkMayEnter` refuses with the reason: here it could not be told them.
 */
export async function ssoUser(
  ctx: MutationCtx,
  existing: Id<"users"> | null,
  profile: SsoProfile,
): Promise<Id<"users">> {
  if (existing !== null && (await personOf(ctx, existing)) !== null) return existing;
  const person = profile.emailVerified && !(await deskMode(ctx)).demo ? await personNamed(ctx, profile) : null;
  if (person !== null) return person.userId;
  const refused = profile.emailVerified ? "unknown" : "unverified";
  if (existing === null) return await ctx.db.insert("users", { refused });
  await ctx.db.patch("users", existing, { refused });
  return existing;
}

async function personNamed(ctx: MutationCtx, { name = "", email = "" }: SsoProfile): Promise<Doc<"people"> | null> {
  const checked = checkEmail(email);
  if (!checked.ok) return null;
  const there = await personByEmail(ctx, checked.text);
  if (there !== null || !ssoConfig()?.domains.includes(domainOf(checked.text))) return there;
  const removed = await ctx.db
    .query("people")
    .withIndex("by_email", (q) => q.eq("email", checked.text))
    .first();
  if (removed !== null) return null;
  const called = checkName(name).ok ? name : email.slice(0, email.lastIndexOf("@"));
  if (!checkName(called).ok) return null;
  return await seatPerson(ctx, DESK, { name: called, email, title: "", roles: ["requester"] });
}

/** To be called before a session is made by @convex-dev/auth. Throws why its user is nobody of this desk. */
export async function checkMayEnter(ctx: MutationCtx, userId: Id<"users">): Promise<void> {
  const person = await personOf(ctx, userId);
  if (person !== null && person.removedAt === undefined && !person.demo) return;
  if (person !== null) throw deskError("personGone");
  const user = await ctx.db.get("users", userId);
  throw deskError(user?.refused === "unverified" ? "ssoUnverified" : "ssoUnknown");
}
