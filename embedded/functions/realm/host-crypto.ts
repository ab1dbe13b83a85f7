/**
 * Web Crypto's operations done at once with node:crypto, for the realms of transactions (F9). Algorithms come
 * normalised; data goes in and out as bytes. Every operation answers `{value}` or `{error, message}`: the name and text
 * of the DOMException to throw inside the realm.
 */
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  hkdfSync,
  type JsonWebKey,
  type KeyObject,
  pbkdf2Sync,
  sign as signData,
  timingSafeEqual,
  verify as verifyData,
} from "node:crypto";
import { type Algorithm, buffer, hashOf, Refusal, refuse } from "./crypto-common.ts";
import { checkAesLength, decrypt, encrypt } from "./host-ciphers.ts";

type KeyKind = "secret" | "public" | "private";
type Answer = { value: unknown } | { error: string; message: string };

const SECRET_NAMES = ["HMAC", "PBKDF2", "HKDF", "AES-CBC", "AES-CTR", "AES-GCM"];
/** The other algorithms with the kind of their keys as node:crypto calls it. */
const KINDS: Record<string, string> = {
  "RSASSA-PKCS1-v1_5": "rsa",
  "RSA-PSS": "rsa",
  "RSA-OAEP": "rsa",
  ECDSA: "ec",
  ECDH: "ec",
  Ed25519: "ed25519",
  X25519: "x25519",
};
const NAMES = [...SECRET_NAMES, ...Object.keys(KINDS)];
const CURVES: Record<string, string> = { "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1" };
/** The fixed start of a SubjectPublicKeyInfo before the raw point of a key. */
const SPKI_PREFIX: Record<string, string> = {
  Ed25519: "302a300506032b6570032100",
  X25519: "302a300506032b656e032100",
  "P-256": "3059301306072a8648ce3d020106082a8648ce3d030107034200",
  "P-384": "3076301006072a8648ce3d020106052b81040022036200",
  "P-521": "30819b301006072a8648ce3d020106052b8104002303818600",
};

function nameOf(algorithm: Algorithm): string {
  const wanted = String(algorithm.name).toLowerCase();
  const name = wanted === "eddsa" ? "Ed25519" : NAMES.find((one) => one.toLowerCase() === wanted);
  if (name) return name;
  return refuse(
    "NotSupportedError",
    `crypto.subtle: the algorithm ${algorithm.name} is not supported in queries and mutations by the embedded server.`,
  );
}

const operations = {
  digest(name: string, data: Uint8Array): ArrayBuffer {
    return buffer(
      createHash(hashOf({ hash: { name } }).node)
        .update(data)
        .digest(),
    );
  },

  importKey(format: string, content: Uint8Array | string, algorithm: Algorithm) {
    const name = nameOf(algorithm);
    const jwk = format === "jwk" ? (JSON.parse(content as string) as JsonWebKey) : null;
    const bytes = Buffer.from(jwk ? "" : (content as Uint8Array));
    if (SECRET_NAMES.includes(name)) {
      const secret =
        format === "raw"
          ? bytes
          : jwk?.kty === "oct"
            ? Buffer.from(String(jwk.k), "base64url")
            : refuse("NotSupportedError", `A ${name} key cannot be imported as ${format}.`);
      const details =
        name === "HMAC"
          ? { name, hash: { name: hashOf(algorithm).name }, length: algorithm.length ?? secret.length * 8 }
          : name.startsWith("AES-")
            ? { name, length: secret.length * 8 }
            : { name };
      if (name.startsWith("AES-")) checkAesLength(secret.length * 8);
      if (name === "HMAC" && secret.length === 0) refuse("DataError", "The key is empty.");
      return { handle: createSecretKey(secret), type: "secret" as KeyKind, algorithm: JSON.stringify(details) };
    }
    const handle = asymmetric(format, bytes, jwk, name, algorithm.namedCurve);
    return { handle, type: handle.type as KeyKind, algorithm: JSON.stringify(details(name, handle, algorithm)) };
  },

  exportKey(format: string, key: KeyObject, type: KeyKind, algorithm: Algorithm): ArrayBuffer | string {
    if (format === "raw" && type === "secret") return buffer(key.export());
    if (format === "raw" && type === "public") return buffer(rawPoint(key, algorithm));
    if (format === "jwk") {
      const jwk = key.export({ format: "jwk" }) as Record<string, unknown>;
      const alg = jwkAlgorithm(algorithm);
      return JSON.stringify(alg ? { ...jwk, alg } : jwk);
    }
    if (format === "pkcs8" && type === "private") return buffer(key.export({ format: "der", type: "pkcs8" }));
    if (format === "spki" && type === "public") return buffer(key.export({ format: "der", type: "spki" }));
    return refuse("NotSupportedError", `A ${type} key cannot be exported as ${format}.`);
  },

  sign(algorithm: Algorithm, key: KeyObject, data: Uint8Array): ArrayBuffer {
    switch (algorithm.name) {
      case "HMAC":
        return buffer(createHmac(hashOf(algorithm).node, key).update(data).digest());
      case "RSASSA-PKCS1-v1_5":
        return buffer(signData(hashOf(algorithm).node, data, { key, padding: constants.RSA_PKCS1_PADDING }));
      case "Ed25519":
        return buffer(signData(null, data, key));
      default:
        return refuse(
          "NotSupportedError",
          `Can't sign with ${algorithm.name} in queries and mutations: it needs randomness that cannot be repeated. Please use an action.`,
        );
    }
  },

  verify(algorithm: Algorithm, key: KeyObject, signature: Uint8Array, data: Uint8Array): boolean {
    switch (algorithm.name) {
      case "HMAC": {
        const expected = createHmac(hashOf(algorithm).node, key).update(data).digest();
        return expected.length === signature.length && timingSafeEqual(expected, signature);
      }
      case "RSASSA-PKCS1-v1_5":
        return verifyData(hashOf(algorithm).node, data, { key, padding: constants.RSA_PKCS1_PADDING }, signature);
      case "RSA-PSS":
        return verifyData(
          hashOf(algorithm).node,
          data,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: algorithm.saltLength ?? 0 },
          signature,
        );
      case "ECDSA":
        return verifyData(hashOf(algorithm).node, data, { key, dsaEncoding: "ieee-p1363" }, signature);
      case "Ed25519":
        return verifyData(null, data, key, signature);
      default:
        return refuse("NotSupportedError", `${algorithm.name} does not verify.`);
    }
  },

  encrypt,
  decrypt,

  /** What two keys have in common, cut to `length` bits (null: all). */
  agree(privateKey: KeyObject, publicKey: KeyObject, length: number | null): ArrayBuffer {
    const secret = diffieHellman({ privateKey, publicKey });
    const bits = length ?? secret.length * 8;
    if (bits > secret.length * 8 || bits % 8 !== 0)
      refuse("OperationError", `The length must be a multiple of 8 bits, at most ${secret.length * 8}.`);
    return buffer(secret.subarray(0, bits / 8));
  },

  deriveBits(algorithm: Algorithm, key: KeyObject, length: number): ArrayBuffer {
    if (!Number.isInteger(length) || length <= 0 || length % 8 !== 0)
      refuse("OperationError", "The length must be a positive multiple of 8 bits.");
    const secret = key.export();
    const { node } = hashOf(algorithm);
    const salt = algorithm.salt ?? refuse("OperationError", "A salt is needed.");
    if (algorithm.name === "HKDF")
      return buffer(new Uint8Array(hkdfSync(node, secret, salt, algorithm.info ?? new Uint8Array(), length / 8)));
    if (algorithm.name === "PBKDF2")
      return buffer(pbkdf2Sync(secret, salt, Number(algorithm.iterations), length / 8, node));
    return refuse("NotSupportedError", `${algorithm.name} does not derive bits.`);
  },

  /** Bits of a key that is derived for `algorithm`. */
  keyLength(algorithm: Algorithm): number {
    const name = nameOf(algorithm);
    if (name === "HMAC") return algorithm.length ?? hashOf(algorithm).block;
    if (!name.startsWith("AES-"))
      refuse("NotSupportedError", `A key for ${algorithm.name} cannot be derived in queries and mutations.`);
    checkAesLength(Number(algorithm.length));
    return Number(algorithm.length);
  },
};

function asymmetric(
  format: string,
  bytes: Buffer,
  jwk: JsonWebKey | null,
  name: string,
  curve: string | undefined,
): KeyObject {
  if (KINDS[name] === "ec" && !CURVES[curve ?? ""]) refuse("NotSupportedError", `The curve ${curve} is not supported.`);
  try {
    if (jwk)
      return "d" in jwk ? createPrivateKey({ key: jwk, format: "jwk" }) : createPublicKey({ key: jwk, format: "jwk" });
    if (format === "pkcs8") return createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
    if (format === "spki") return createPublicKey({ key: bytes, format: "der", type: "spki" });
    const prefix = format === "raw" ? SPKI_PREFIX[KINDS[name] === "ec" ? (curve ?? "") : name] : undefined;
    if (prefix)
      return createPublicKey({ key: Buffer.concat([Buffer.from(prefix, "hex"), bytes]), format: "der", type: "spki" });
  } catch (error) {
    refuse("DataError", `The key cannot be read: ${(error as Error).message}`);
  }
  return refuse("NotSupportedError", `A ${name} key cannot be imported as ${format}.`);
}

function details(name: string, key: KeyObject, algorithm: Algorithm) {
  const { asymmetricKeyType: kind, asymmetricKeyDetails } = key;
  const expected = KINDS[name];
  if (kind !== expected) refuse("DataError", `The key is of type ${kind}, not ${expected}.`);
  if (expected === "ed25519" || expected === "x25519") return { name };
  if (expected === "ec") {
    if (asymmetricKeyDetails?.namedCurve !== CURVES[algorithm.namedCurve ?? ""])
      refuse("DataError", `The key is not on ${algorithm.namedCurve}.`);
    return { name, namedCurve: algorithm.namedCurve };
  }
  const exponent = asymmetricKeyDetails?.publicExponent ?? 65537n;
  const hex = exponent.toString(16);
  return {
    name,
    hash: { name: hashOf(algorithm).name },
    modulusLength: asymmetricKeyDetails?.modulusLength,
    publicExponent: [...Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex")],
  };
}

function rawPoint(key: KeyObject, algorithm: Algorithm): Uint8Array {
  const prefix = SPKI_PREFIX[KINDS[algorithm.name] === "ec" ? (algorithm.namedCurve ?? "") : algorithm.name];
  if (!prefix) refuse("NotSupportedError", `A ${algorithm.name} key cannot be exported as raw.`);
  return key.export({ format: "der", type: "spki" }).subarray(prefix.length / 2);
}

function jwkAlgorithm(algorithm: Algorithm): string | undefined {
  const bits = algorithm.hash ? algorithm.hash.name.replace("SHA-", "") : "";
  switch (algorithm.name) {
    case "HMAC":
      return `HS${bits}`;
    case "RSASSA-PKCS1-v1_5":
      return `RS${bits}`;
    case "RSA-PSS":
      return `PS${bits}`;
    case "RSA-OAEP":
      return bits === "1" ? "RSA-OAEP" : `RSA-OAEP-${bits}`;
    case "AES-CBC":
    case "AES-CTR":
    case "AES-GCM":
      return `A${algorithm.length}${algorithm.name.slice(4)}`;
    case "Ed25519":
      return "Ed25519";
    default:
      return undefined;
  }
}

/** The operations for a realm; none of them throws. */
export const hostCrypto: Record<string, (...args: never[]) => Answer> = Object.fromEntries(
  Object.entries(operations).map(([operation, run]) => [
    operation,
    (...args: never[]): Answer => {
      try {
        return { value: (run as (...args: never[]) => unknown)(...args) };
      } catch (error) {
        if (error instanceof Refusal) return { error: error.domName, message: error.message };
        return { error: "OperationError", message: (error as Error).message };
      }
    },
  ]),
);
