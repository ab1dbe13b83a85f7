// The key that signs checkpoints and exports: its private half is the deployment's variable AUDIT_SIGNING_KEY, its public half a
// row. Rules K2 and K3 in shared/audit/README.md.

import type { Doc } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { type AuditKey, keyIdOf, originOf, vouchText } from "../shared/audit/checkpoint";
import { base64, fromBase64, webHashing } from "../shared/audit/hashing";
import { DESK, record } from "./audit";

/** Keys that a desk can have had: one is replaced now and then. */
export const KEYS_MAX = 200;

/** A private key that can sign. */
export type Signer = { keyId: string; publicKey: string; sign: (text: string) => Promise<string> };

/**
 * The signer of a variable: base64 of an Ed25519 key in PKCS8. Null where the variable is not set; an Error names it where it
 * holds something else.
 */
export async function signerOf(variable: "AUDIT_SIGNING_KEY" | "AUDIT_SIGNING_KEY_NEXT"): Promise<Signer | null> {
  const value = process.env[variable];
  if (!value) return null;
  const bytes = fromBase64(value.trim());
  const key = bytes === null ? null : await privateKey(bytes);
  if (key === null) throw new Error(`${variable} is no base64 of an Ed25519 key in PKCS8.`);
  const { x = "" } = await crypto.subtle.exportKey("jwk", key);
  const publicKey = `${x.replaceAll("-", "+").replaceAll("_", "/")}=`;
  return {
    keyId: await keyIdOf(publicKey, webHashing),
    publicKey,
    sign: async (text) =>
      base64(new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, key, new TextEncoder().encode(text)))),
  };
}

async function privateKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey | null> {
  try {
    // Extractable, because the public half is only told together with the private one.
    return await crypto.subtle.importKey("pkcs8", bytes, { name: "Ed25519" }, true, ["sign"]);
  } catch {
    return null;
  }
}

/** Whether the desk has a key to sign with. */
export function isSigning(): boolean {
  return Boolean(process.env.AUDIT_SIGNING_KEY);
}

/** All keys of the desk, the oldest first. */
export async function keysOf(ctx: QueryCtx): Promise<AuditKey[]> {
  return (await ctx.db.query("auditKeys").take(KEYS_MAX)).map(keyOf);
}

/** The name of this desk's tree; null before its first key. */
export async function originNow(ctx: QueryCtx): Promise<string | null> {
  const first = await ctx.db.query("auditKeys").first();
  return first === null ? null : originOf(first.keyId);
}

/**
 * The signer that the desk uses now with the name of its tree, or null where it has none. A key that is new is written
 * down; nobody vouches for it then, unless `vouchForNext` did before.
 */
export async function currentSigner(ctx: MutationCtx): Promise<{ signer: Signer; origin: string } | null> {
  const signer = await signerOf("AUDIT_SIGNING_KEY");
  if (signer === null) return null;
  await addKey(ctx, signer, null);
  const origin = await originNow(ctx);
  return origin === null ? null : { signer, origin };
}

/**
 * Rotation: the present key (AUDIT_SIGNING_KEY) vouches for the next one (AUDIT_SIGNING_KEY_NEXT). Answers the next one's id; the
 * same again changes nothing. Throws an Error where one of them is missing.
 */
export async function vouchForNext(ctx: MutationCtx): Promise<{ keyId: string; publicKey: string }> {
  const present = await currentSigner(ctx);
  const next = await signerOf("AUDIT_SIGNING_KEY_NEXT");
  if (present === null || next === null) throw new Error("AUDIT_SIGNING_KEY and AUDIT_SIGNING_KEY_NEXT must both be set.");
  const { signer, origin } = present;
  await addKey(ctx, next, { by: signer.keyId, signature: await signer.sign(vouchText(origin, next.publicKey)) });
  return { keyId: next.keyId, publicKey: next.publicKey };
}

async function addKey(ctx: MutationCtx, { keyId, publicKey }: Signer, vouched: AuditKey["vouched"]): Promise<void> {
  const known = await ctx.db
    .query("auditKeys")
    .withIndex("by_keyId", (q) => q.eq("keyId", keyId))
    .first();
  if (known !== null) return;
  await ctx.db.insert("auditKeys", { keyId, publicKey, since: Date.now(), vouched });
  await record(ctx, undefined, DESK, { kind: "keyAdded", keyId, publicKey, vouchedBy: vouched?.by ?? null });
}

function keyOf({ keyId, publicKey, since, vouched }: Doc<"auditKeys">): AuditKey {
  return { keyId, publicKey, since, vouched };
}
