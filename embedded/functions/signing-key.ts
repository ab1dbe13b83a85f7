/** The deployment's own key for tokens: `ctx.auth.signJwt` signs with it, `/.well-known/jwks.json` shows the public half. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { Database } from "../storage/database.ts";
import { UserError } from "../values/errors.ts";
import { isPlainObject, type Json, type JsonObject } from "../values/json.ts";

const META_KEY = "signingKey";
/** Longest life of a token, in seconds. */
const MAX_LIFETIME_S = 3600;
const SET_BY_SERVER = ["iss", "iat", "exp", "nbf"];
const RESERVED_PREFIX = /^(convex|cvx)/i;

/** What a token is made of, checked (F27). */
export interface JwtRequest {
  claims: JsonObject;
  expiresInSeconds: number;
}

/** Checks the argument of `signJwt`. Throws UserError "InvalidJwt" that names what is wrong. */
export function parseJwtRequest({ claims = {}, expiresInSeconds }: JsonObject): JwtRequest {
  if (!isPlainObject(claims)) throw refuse("The claims of a token must be an object.");
  for (const name of Object.keys(claims)) {
    if (SET_BY_SERVER.includes(name) || RESERVED_PREFIX.test(name)) throw refuse(`The claim "${name}" is reserved.`);
  }
  const isLifetime =
    typeof expiresInSeconds === "number" &&
    Number.isInteger(expiresInSeconds) &&
    expiresInSeconds >= 1 &&
    expiresInSeconds <= MAX_LIFETIME_S;
  if (isLifetime) return { claims, expiresInSeconds };
  const given = JSON.stringify(expiresInSeconds ?? null);
  throw refuse(`expiresInSeconds must be a whole number from 1 to ${MAX_LIFETIME_S}, not ${given}.`);
}

/** An ES256 key that is made with the deployment and never leaves it. */
export class SigningKey {
  readonly #private: KeyObject;
  readonly #public: JsonObject;

  /** Reads the key of a deployment, or makes one. */
  constructor(db: Database) {
    const known = db.meta(META_KEY);
    const pem = known ?? newKey();
    if (known === null) db.setMeta(META_KEY, pem);
    this.#private = createPrivateKey(pem);
    const { kty, crv, x, y } = createPublicKey(this.#private).export({ format: "jwk" }) as Record<string, string>;
    const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
    this.#public = { kty: kty!, crv: crv!, x: x!, y: y!, kid, alg: "ES256", use: "sig" };
  }

  /** The set of public keys, as `/.well-known/jwks.json` answers it. */
  jwks(): JsonObject {
    return { keys: [this.#public] };
  }

  /** A compact token of `issuer`, issued at `nowMs` (ms since 1970). */
  sign({ claims, expiresInSeconds }: JwtRequest, issuer: string, nowMs: number): string {
    const iat = Math.floor(nowMs / 1000);
    const header = part({ alg: "ES256", typ: "JWT", kid: this.#public.kid! });
    const text = `${header}.${part({ ...claims, iss: issuer, iat, exp: iat + expiresInSeconds })}`;
    const signature = sign("sha256", Buffer.from(text), { key: this.#private, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ format: "pem", type: "pkcs8" }) as string;
}

function part(json: Json): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

function refuse(message: string): UserError {
  return new UserError("InvalidJwt", message);
}
