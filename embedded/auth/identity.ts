import type { IdentityJson } from "../functions/call-types.ts";
import { isPlainObject, setOwn, type Json, type JsonObject } from "../values/json.ts";

/** Claims that say something of the token, not of the person. */
const REGISTERED = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]);
/** Claims of OIDC tokens that are left out besides. */
const OIDC_HIDDEN = new Set([...REGISTERED, "fva"]);

/** Standard text claims of OpenID Connect and the names `UserIdentity` gives them. */
const TEXT_CLAIMS = new Map([
  ["name", "name"],
  ["given_name", "givenName"],
  ["family_name", "familyName"],
  ["nickname", "nickname"],
  ["preferred_username", "preferredUsername"],
  ["profile", "profileUrl"],
  ["picture", "pictureUrl"],
  ["website", "websiteUrl"],
  ["email", "email"],
  ["gender", "gender"],
  ["birthdate", "birthday"],
  ["zoneinfo", "timezone"],
  ["locale", "language"],
  ["phone_number", "phoneNumber"],
]);
const FLAG_CLAIMS = new Map([
  ["email_verified", "emailVerified"],
  ["phone_number_verified", "phoneNumberVerified"],
]);

/**
 * What `ctx.auth.getUserIdentity()` gives for the claims of a verified OIDC token (SPEC U9). A standard claim of a
 * wrong type is left out.
 */
export function oidcIdentity(claims: JsonObject): IdentityJson {
  const identity: IdentityJson = {};
  const standard: IdentityJson = {};
  for (const [claim, value] of Object.entries(claims)) {
    const text = TEXT_CLAIMS.get(claim);
    const flag = FLAG_CLAIMS.get(claim);
    if (text !== undefined) {
      if (typeof value === "string") standard[text] = value;
    } else if (flag !== undefined) {
      if (typeof value === "boolean") standard[flag] = value;
    } else if (claim === "address") {
      if (isPlainObject(value) && typeof value.formatted === "string") standard.address = value.formatted;
    } else if (claim === "updated_at") {
      const at = timeText(value);
      if (at !== null) standard.updatedAt = at;
    } else if (!OIDC_HIDDEN.has(claim)) {
      setOwn(identity, claim, value);
    }
  }
  return { ...identity, ...standard, ...nameOf(claims) };
}

/** The same for a customJwt token: no renaming, what lies in objects becomes dotted names (SPEC U10). */
export function customIdentity(claims: JsonObject): IdentityJson {
  const identity: IdentityJson = {};
  for (const [claim, value] of Object.entries(claims)) if (!REGISTERED.has(claim)) flatten(identity, claim, value);
  return { ...identity, ...nameOf(claims) };
}

/** The three claims every identity has; put last, so that no claim of the token can pose as them. */
function nameOf(claims: JsonObject): JsonObject {
  const issuer = claims.iss as string;
  const subject = claims.sub as string;
  return { tokenIdentifier: `${issuer}|${subject}`, issuer, subject };
}

function flatten(into: IdentityJson, name: string, value: Json): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    setOwn(into, name, value);
    return;
  }
  for (const [key, inner] of Object.entries(value)) flatten(into, `${name}.${key}`, inner);
}

/** Seconds since 1970, or a text, as RFC 3339. */
function timeText(value: Json): string | null {
  const date = typeof value === "number" ? new Date(value * 1000) : typeof value === "string" ? new Date(value) : null;
  if (date === null || Number.isNaN(date.getTime())) return null;
  return date.toISOString().replace(/\.\d{3}Z$/, "+00:00");
}
