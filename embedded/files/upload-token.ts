/** The tokens of upload URLs: signed, for one component, for one hour, and for nothing but uploads (SPEC B5). */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { UserError } from "../values/errors.ts";

/** How long a token may be used, ms. */
const VALID_MS = 60 * 60_000;

/** A new token for uploads into the namespace `ns`. `secret`: 32 bytes that never leave the server. */
export function uploadToken(secret: Buffer, ns: number, nowMs: number): string {
  const payload = `${ns}.${nowMs}.${randomBytes(16).toString("base64url")}`;
  return `${payload}.${signature(secret, payload)}`;
}

/** The namespace a token is for. Throws UserError 403 for what is no token, was not signed here, or is too old. */
export function namespaceOfToken(secret: Buffer, token: string, nowMs: number): number {
  const [, payload = "", ns = "", issuedAt = "", given = ""] =
    /^((\d{1,9})\.(\d{1,15})\.[\w-]{22})\.([\w-]{43})$/.exec(token) ?? [];
  const expected = signature(secret, payload);
  if (payload === "" || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) {
    throw new UserError("InvalidUploadToken", "This upload URL is not valid; ask for a new one.", 403);
  }
  if (nowMs - Number(issuedAt) > VALID_MS) {
    throw new UserError("UploadTokenExpired", "This upload URL has expired: it could be used for an hour.", 403);
  }
  return Number(ns);
}

function signature(secret: Buffer, payload: string): string {
  return createHmac("sha256", secret).update(`file-upload:${payload}`).digest("base64url");
}
