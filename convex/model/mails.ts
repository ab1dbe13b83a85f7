// E-mails that carry a link. The token of a mail is made when it is sent (mail.ts), so that none waits in a row.

import { internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { type LinkKind, standingOf } from "../shared/account/links";
import { DESK, record } from "./audit";
import { deskMode } from "./demo";
import { makeLink, putMailHash } from "./links";
import { named } from "./rows";
import { personByEmail } from "./signIn";

/** Waits between tries, in ms: a mail server that is being restarted, one that defers unknown senders (greylisting). */
const WAITS_MS = [5_000, 60_000, 600_000];

/** Whether the desk can send e-mail: a server and a sender are configured. */
export function canMail(): boolean {
  return Boolean(process.env.SMTP_URL) && Boolean(process.env.MAIL_FROM);
}

/** Sends a link to its person soon, where the desk can; answers whether it will try. */
export async function mailLink(ctx: MutationCtx, linkId: Id<"links">): Promise<boolean> {
  if (!canMail()) return false;
  await ctx.scheduler.runAfter(0, internal.mail.sendLink, { linkId, attempt: 0 });
  return true;
}

/** Makes and mails a link for a new password to whoever has this address; for nobody it does nothing. */
export async function mailReset(ctx: MutationCtx, email: string): Promise<void> {
  const person = await personByEmail(ctx, email);
  if (person === null || person.demo || !canMail() || (await deskMode(ctx)).demo) return;
  const { linkId } = await makeLink(ctx, DESK, "reset", person);
  await mailLink(ctx, linkId);
}

/** Whom a link's e-mail goes to, whose token has this hash from now on; null where the link no longer lets in. */
export async function mailOf(
  ctx: MutationCtx,
  linkId: Id<"links">,
  hash: string,
): Promise<{ to: string; name: string; kind: LinkKind } | null> {
  const { personId, kind, ...link } = await named(ctx, "links", linkId);
  if (personId === undefined || standingOf(link, Date.now()) !== "open") return null;
  const { email, name, removedAt } = await named(ctx, "people", personId);
  if (email === undefined || removedAt !== undefined) return null;
  await putMailHash(ctx, linkId, hash);
  return { to: email, name, kind };
}

/** After a failed try: tries again later, or gives up and records it. */
export async function mailAgain(ctx: MutationCtx, linkId: Id<"links">, attempt: number): Promise<void> {
  const wait = WAITS_MS[attempt];
  if (wait !== undefined) {
    await ctx.scheduler.runAfter(wait, internal.mail.sendLink, { linkId, attempt: attempt + 1 });
    return;
  }
  const { personId, kind } = await named(ctx, "links", linkId);
  if (personId === undefined) return;
  const { name } = await named(ctx, "people", personId);
  await record(ctx, undefined, DESK, { kind: "mailFailed", personId, name, link: kind });
}
