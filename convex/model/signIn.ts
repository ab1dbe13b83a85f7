// Signing in with a password, in three steps: what is stored (a mutation, which counts the try), the comparison (an action,
// passwords.ts), and what follows (a mutation). Somebody the desk does not know goes through the same steps.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { normalEmail } from "../shared/account/emails";
import { deskError } from "../shared/errors";
import { DESK, record } from "./audit";
import { credentialsOf, rehash } from "./credentials";
import { checkDemoCaller, checkDemoHome, deskMode } from "./demo";
import { countTry, countTryFrom, giveBack, mayOnceMore } from "./limits";
import { openSession } from "./sessions";

type Signed = { userId: Id<"users">; sessionId: Id<"authSessions"> };

/** The person with an e-mail address, if they are at the desk now. */
export async function personByEmail(ctx: QueryCtx, typed: string): Promise<Doc<"people"> | null> {
  const person = await ctx.db
    .query("people")
    .withIndex("by_email", (q) => q.eq("email", normalEmail(typed)))
    .unique();
  return person?.removedAt === undefined ? person : null;
}

/** Counts a try and answers the stored hash to compare with, null where there is none. Throws `tooManyTries`. */
export async function beginSignIn(ctx: MutationCtx, email: string): Promise<{ hash: string | null }> {
  await countTryFrom(ctx, "signInFrom");
  await countTry(ctx, "signInOf", normalEmail(email));
  const person = await personByEmail(ctx, email);
  return { hash: person === null ? null : ((await credentialsOf(ctx, person._id))?.hash ?? null) };
}

/** What `beginSignIn` answered, and what came of comparing it; `hashed` is the same password at a higher cost. */
export type Compared = { email: string; hash: string | null; matches: boolean; hashed: string | null };

/** Signs in where the password matched the one that is still stored; null otherwise, and the refusal is recorded. */
export async function finishSignIn(
  ctx: MutationCtx,
  { email, hash, matches, hashed }: Compared,
): Promise<Signed | null> {
  const person = await personByEmail(ctx, email);
  if (person === null) return null;
  const stored = (await credentialsOf(ctx, person._id))?.hash;
  if (!matches || stored === undefined || stored !== hash) {
    await recordRefusal(ctx, person);
    return null;
  }
  if (hashed !== null) await rehash(ctx, person._id, stored, hashed);
  await giveBack(ctx, "signInOf", normalEmail(email));
  return await openSession(ctx, person, "password");
}

/** Records that a wrong password was given for somebody, at most once a minute. */
export async function recordRefusal(ctx: MutationCtx, { _id: personId, name }: Doc<"people">): Promise<void> {
  if (!(await mayOnceMore(ctx, "refusalOf", personId))) return;
  await record(ctx, undefined, DESK, { kind: "signInFailed", personId, name });
}

/** Signs in as a demo person, without a password. Throws `demoOff`, `demoBeyondLoopback`. */
export async function signInToDemo(ctx: MutationCtx, demoPersonId: string): Promise<Signed> {
  const id = ctx.db.normalizeId("people", demoPersonId);
  if (id === null || !(await deskMode(ctx)).demo) throw deskError("demoOff");
  checkDemoHome();
  await checkDemoCaller(ctx);
  const person = await ctx.db.get("people", id);
  if (person === null || !person.demo || person.removedAt !== undefined) throw deskError("demoOff");
  return await openSession(ctx, person, "demo");
}
