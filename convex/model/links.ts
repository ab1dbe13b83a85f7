// Links that let somebody in once (rules L1 to L3 in shared/account/README.md).

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { LINK_LIFE_MS, type LinkKind, standingOf } from "../shared/account/links";
import { type ErrorCode, deskError } from "../shared/errors";
import { type Actor, record } from "./audit";

type About = { _id: Id<"people">; name: string };

/**
 * Makes a link and voids the older of its kind for the same person. `tokenHash` is that of the token the caller shows; without
 * one only an e-mail will hold a token (`putMailHash`). `person` is null for a setup link that makes the first admin.
 */
export async function makeLink(
  ctx: MutationCtx,
  by: Actor,
  kind: LinkKind,
  person: About | null,
  tokenHash?: string,
): Promise<{ linkId: Id<"links">; expiresAt: number }> {
  const older = await newestLink(ctx, kind, person?._id);
  if (older !== null && standingOf(older, Date.now()) === "open") {
    await ctx.db.patch("links", older._id, { voidedAt: Date.now() });
  }
  const expiresAt = Date.now() + LINK_LIFE_MS[kind];
  const of = person === null ? {} : { personId: person._id };
  const hash = tokenHash === undefined ? {} : { tokenHash };
  const linkId = await ctx.db.insert("links", { kind, ...of, ...hash, expiresAt, createdBy: by });
  if (person !== null) {
    const { _id: personId, name } = person;
    await record(ctx, undefined, by, { kind: "linkMade", personId, name, link: kind });
  }
  return { linkId, expiresAt };
}

/** The newest link of a kind for a person, or of those that make the first admin; null where there is none. */
export async function newestLink(
  ctx: QueryCtx,
  kind: LinkKind,
  personId: Id<"people"> | undefined,
): Promise<Doc<"links"> | null> {
  return await ctx.db
    .query("links")
    .withIndex("by_personId_and_kind", (q) => q.eq("personId", personId).eq("kind", kind))
    .order("desc")
    .first();
}

/** The link whose token has this hash, shown or sent, or null. */
export async function linkOf(ctx: QueryCtx, hash: string): Promise<Doc<"links"> | null> {
  const shown = await ctx.db
    .query("links")
    .withIndex("by_tokenHash", (q) => q.eq("tokenHash", hash))
    .unique();
  if (shown !== null) return shown;
  return await ctx.db
    .query("links")
    .withIndex("by_mailHash", (q) => q.eq("mailHash", hash))
    .unique();
}

const REFUSED = { used: "linkUsed", replaced: "linkReplaced", expired: "linkExpired" } as const satisfies Record<
  string,
  ErrorCode
>;

/** A link that lets in now, and for whom; why it does not otherwise. */
export async function readLink(
  ctx: QueryCtx,
  hash: string,
): Promise<{ ok: true; link: Doc<"links">; person: Doc<"people"> | null } | { ok: false; code: ErrorCode }> {
  const link = await linkOf(ctx, hash);
  if (link === null) return { ok: false, code: "linkUnknown" };
  const standing = standingOf(link, Date.now());
  if (standing !== "open") return { ok: false, code: REFUSED[standing] };
  const person = link.personId === undefined ? null : await ctx.db.get("people", link.personId);
  if (person?.removedAt !== undefined) return { ok: false, code: "personGone" };
  return { ok: true, link, person };
}

/** Uses a link up. Throws why it does not let in. */
export async function takeLink(
  ctx: MutationCtx,
  hash: string,
): Promise<{ link: Doc<"links">; person: Doc<"people"> | null }> {
  const read = await readLink(ctx, hash);
  if (!read.ok) throw deskError(read.code);
  await ctx.db.patch("links", read.link._id, { usedAt: Date.now() });
  return read;
}

/** The token of the e-mail that is about to be sent: a try after a failed one replaces it. */
export async function putMailHash(ctx: MutationCtx, linkId: Id<"links">, mailHash: string): Promise<void> {
  await ctx.db.patch("links", linkId, { mailHash });
}

/** Voids what open links a person has: they were removed, or have chosen a password. */
export async function voidLinks(ctx: MutationCtx, personId: Id<"people">): Promise<void> {
  for (const kind of Object.keys(LINK_LIFE_MS) as LinkKind[]) {
    const link = await newestLink(ctx, kind, personId);
    if (link !== null && standingOf(link, Date.now()) === "open") {
      await ctx.db.patch("links", link._id, { voidedAt: Date.now() });
    }
  }
}
