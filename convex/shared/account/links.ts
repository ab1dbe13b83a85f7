// Links that let somebody in once (rules L1 to L3 in README.md).

import { v, type Infer } from "convex/values";
import { sha256 } from "../digest";

/** What a link is for: the first admin's, an invited person's, or a new password. */
export const vLinkKind = v.union(v.literal("setup"), v.literal("invitation"), v.literal("reset"));
export type LinkKind = Infer<typeof vLinkKind>;

const HOUR_MS = 3_600_000;
/** How long a link holds, in ms (L3). */
export const LINK_LIFE_MS: Record<LinkKind, number> = {
  setup: 24 * HOUR_MS,
  invitation: 7 * 24 * HOUR_MS,
  reset: HOUR_MS,
};

/** What the desk keeps of a link; times in ms since 1970. */
export type LinkState = { expiresAt: number; usedAt?: number | undefined; voidedAt?: number | undefined };
export type LinkStanding = "open" | "used" | "replaced" | "expired";

/** Whether a link lets in at `now`, and why not; one that was used stays used when its time is over, too. */
export function standingOf({ expiresAt, usedAt, voidedAt }: LinkState, now: number): LinkStanding {
  if (usedAt !== undefined) return "used";
  if (voidedAt !== undefined) return "replaced";
  return now < expiresAt ? "open" : "expired";
}

/** A new token: 32 random bytes in base64url, 43 characters. For actions, whose chance nobody can repeat. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** What is kept of a token: its SHA-256 in hexadecimal. */
export async function tokenHash(token: string): Promise<string> {
  return await sha256(token);
}

/** The address a person opens; the token stands in the fragment. */
export function linkAddress(site: string, token: string): string {
  return `${site.replace(/\/+$/, "")}/welcome#${token}`;
}
