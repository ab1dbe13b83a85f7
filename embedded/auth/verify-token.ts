import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWK, type JWTPayload } from "jose";
import type { IdentityJson } from "../functions/call-types.ts";
import type { AuthProviderJson } from "../functions/code.ts";
import { UserError } from "../values/errors.ts";
import type { JsonObject } from "../values/json.ts";
import type { FetchJson } from "./fetch-json.ts";
import { customIdentity, oidcIdentity } from "./identity.ts";
import { issuerName, keysOf, type KeySource } from "./key-sets.ts";

const OIDC_ALGORITHMS = ["RS256", "EdDSA"];
/** Kind of key that each algorithm works with. */
const KEY_TYPES: Record<string, string> = { RS256: "RSA", ES256: "EC", EdDSA: "OKP" };
/** Clock difference forgiven to a customJwt issuer, in seconds; OIDC issuers get none. */
const CUSTOM_LEEWAY_S = 5;
/** A token may not claim to be issued later than this from now, in seconds. */
const MAX_FUTURE_ISSUE_S = 300;

/**
 * Verifies a JWT against the providers of auth.config and answers the identity for `getUserIdentity` (SPEC U4–U10).
 * `fetchJson` gets the discovery document and the keys; one and the same function keeps one cache of keys.
 * Throws UserError with status 401: "InvalidAuthHeader" (no JWT, wrong signature, algorithm or claims, expired),
 * "NoAuthProvider", "AuthProviderDiscoveryFailed" (no keys to be had).
 */
export async function verifyToken(
  token: string,
  providers: readonly AuthProviderJson[],
  fetchJson: FetchJson,
  nowMs: number = Date.now(),
): Promise<IdentityJson> {
  const { header, claims } = decode(token);
  const provider = providerOf(claims, providers);
  const isCustom = provider.type === "customJwt";
  const algorithms = isCustom ? [provider.algorithm] : OIDC_ALGORITHMS;
  if (typeof header.alg !== "string" || !algorithms.includes(header.alg)) {
    throw refused(`the algorithm ${shown(header.alg)} is not allowed, only ${algorithms.join(" or ")}`);
  }
  if (isCustom && typeof header.kid !== "string") throw refused("its header names no key (kid)");
  if (!isCustom && Array.isArray(claims.aud) && claims.aud.length !== 1) throw refused("it has several audiences");

  const source: KeySource = isCustom ? { jwks: provider.jwks } : { oidc: provider.domain };
  const check = (keys: JWK[]) =>
    verifyWith(token, fitting(keys, { alg: header.alg!, kid: header.kid, strict: isCustom }), {
      algorithms,
      clockTolerance: isCustom ? CUSTOM_LEEWAY_S : 0,
      currentDate: new Date(nowMs),
      requiredClaims: ["iss", "sub", "exp"],
    });
  let verified = await check((await load(source, fetchJson, { nowMs, early: false })) ?? []);
  if (verified === null) {
    const newer = await load(source, fetchJson, { nowMs, early: true });
    verified = newer === null ? null : await check(newer);
  }
  if (verified === null) throw refused("no key of its issuer made the signature");
  checkClaims(verified, nowMs);
  return isCustom ? customIdentity(verified as JsonObject) : oidcIdentity(verified as JsonObject);
}

function decode(token: string): { header: ReturnType<typeof decodeProtectedHeader>; claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch (error) {
    throw new UserError("InvalidAuthHeader", `Could not parse the token as a JWT: ${(error as Error).message}.`, 401);
  }
}

function providerOf(claims: JWTPayload, providers: readonly AuthProviderJson[]): AuthProviderJson {
  const { iss, aud } = claims;
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  const found = providers.find(
    (provider) =>
      typeof iss === "string" &&
      issuerName(issuerOf(provider)) === issuerName(iss) &&
      (provider.applicationID === null || audiences.includes(provider.applicationID)),
  );
  if (found !== undefined) return found;
  const known = providers.map((p) => `${issuerOf(p)} (${p.applicationID ?? "any application"})`).join(", ");
  throw new UserError(
    "NoAuthProvider",
    `No auth provider found matching the token's issuer ${shown(iss)} and audience ${shown(aud)}. ` +
      `Configured in convex/auth.config.ts: ${known === "" ? "none" : known}.`,
    401,
  );
}

/** What a token says, for messages: anybody can write a token, and what is neither a text nor a list of texts can be huge. */
function shown(said: unknown): string {
  const isPlain = typeof said !== "object" || said === null || (Array.isArray(said) && said.every((part) => typeof part === "string"));
  return isPlain ? String(JSON.stringify(said)) : "(not a text)";
}

function issuerOf(provider: AuthProviderJson): string {
  return provider.type === "customJwt" ? provider.issuer : provider.domain;
}

async function load(
  source: KeySource,
  fetchJson: FetchJson,
  o: { nowMs: number; early: boolean },
): Promise<JWK[] | null> {
  try {
    return await keysOf(source, fetchJson, o);
  } catch (error) {
    const issuer = "oidc" in source ? source.oidc : source.jwks.slice(0, 200);
    const why = error instanceof Error ? error.message : String(error);
    const text = `Could not get the keys of auth provider ${issuer}: ${why}.`;
    throw new UserError("AuthProviderDiscoveryFailed", text, 401);
  }
}

/**
 * The keys that may have made a signature. A token that names its key takes that one; an OIDC token also takes keys
 * without a name, and every key when it names none.
 */
function fitting(keys: JWK[], o: { alg: string; kid: string | undefined; strict: boolean }): JWK[] {
  const usable = keys.filter(
    (key) => key.kty === KEY_TYPES[o.alg] && (key.alg === undefined || key.alg === o.alg) && key.use !== "enc",
  );
  if (o.kid === undefined) return usable;
  const named = usable.filter((key) => key.kid === o.kid);
  return named.length > 0 || o.strict ? named : usable.filter((key) => key.kid === undefined);
}

/** The claims when one of `keys` made the signature, null when none did. Throws for everything else that is wrong. */
async function verifyWith(
  token: string,
  keys: JWK[],
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload | null> {
  for (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed || isUnusableKey(error)) continue;
      throw refused(error instanceof errors.JWTExpired ? "it has expired" : (error as Error).message);
    }
  }
  return null;
}

/** A key set may hold keys that cannot be used here; they must not spoil the others. */
function isUnusableKey(error: unknown): boolean {
  return (
    !(error instanceof errors.JOSEError) ||
    error instanceof errors.JWKInvalid ||
    error instanceof errors.JOSENotSupported
  );
}

function checkClaims(claims: JWTPayload, nowMs: number): void {
  if (typeof claims.sub !== "string" || claims.sub === "") throw refused("it names no subject (sub)");
  if (claims.iat === undefined) return;
  if (typeof claims.iat !== "number" || claims.iat > nowMs / 1000 + MAX_FUTURE_ISSUE_S) {
    throw refused("it was issued in the future (iat)");
  }
}

function refused(why: string): UserError {
  return new UserError("InvalidAuthHeader", `Could not verify the token: ${why}.`, 401);
}
