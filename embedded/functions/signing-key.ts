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

/** The private key as it is stored and as it is used, and the public one as it is shown. */
interface Pair {
  pem: string;
  private: KeyObject;
  public: JsonObject;
}

/**
 * An ES256 key that is made when it is first wanted and never leaves the deployment. The commit of the first mutation
 * that signs stores it: until then nothing that it signed is known to anybody.
 */
export class SigningKey {
  readonly #db: Database;
  #pair: Pair | null = null;

  constructor(db: Database) {
    this.#db = db;
  }

  get #key(): Pair {
    this.#pair ??= pairOf(this.#db.meta(META_KEY) ?? newKey());
    return this.#pair;
  }

  /** Whether the file holds the key. */
  get isStored(): boolean {
    return this.#db.meta(META_KEY) === this.#key.pem;
  }

  /** Writes it into the open SQL transaction. */
  store(): void {
    this.#db.setMeta(META_KEY, this.#key.pem);
  }

  /** The set of public keys, as `/.well-known/jwks.json` answers it. */
  jwks(): JsonObject {
    return { keys: [this.#key.public] };
  }

  /** A compact token of `issuer`, issued at `nowMs` (ms since 1970). */
  sign({ claims, expiresInSeconds }: JwtRequest, issuer: string, nowMs: number): string {
    const iat = Math.floor(nowMs / 1000);
    const { private: key, public: shown } = this.#key;
    const header = part({ alg: "ES256", typ: "JWT", kid: shown.kid! });
    const text = `${header}.${part({ ...claims, iss: issuer, iat, exp: iat + expiresInSeconds })}`;
    const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
    return `${text}.${signature.toString("base64url")}`;
  }
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ format: "pem", type: "pkcs8" }) as string;
}

function pairOf(pem: string): Pair {
  const key = createPrivateKey(pem);
  const { kty, crv, x, y } = createPublicKey(key).export({ format: "jwk" }) as Record<string, string>;
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  return { pem, private: key, public: { kty: kty!, crv: crv!, x: x!, y: y!, kid, alg: "ES256", use: "sig" } };
}

function part(json: Json): string {
  return Buffer.from(JSON.stringify(json)).toString("base64url");
}

function refuse(message: string): UserError {
  return new UserError("InvalidJwt", message);
}
