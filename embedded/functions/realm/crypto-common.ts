/** What the parts of Web Crypto for transactions share: algorithms, hashes, and how an operation is refused. */

/** A normalised algorithm: names as given, data as bytes. */
export interface Algorithm {
  name: string;
  hash?: { name: string };
  namedCurve?: string;
  length?: number;
  salt?: Uint8Array;
  info?: Uint8Array;
  iterations?: number;
  saltLength?: number;
  iv?: Uint8Array;
  counter?: Uint8Array;
  additionalData?: Uint8Array;
  tagLength?: number;
  label?: Uint8Array;
}

/** Becomes a DOMException of this name inside the realm. */
export class Refusal extends Error {
  readonly domName: string;
  constructor(domName: string, message: string) {
    super(message);
    this.domName = domName;
  }
}

/** Throws the Refusal that becomes a DOMException `domName`. */
export function refuse(domName: string, message: string): never {
  throw new Refusal(domName, message);
}

const HASHES: Record<string, { name: string; node: string; bits: number; block: number }> = {
  "SHA-1": { name: "SHA-1", node: "sha1", bits: 160, block: 512 },
  "SHA-256": { name: "SHA-256", node: "sha256", bits: 256, block: 512 },
  "SHA-384": { name: "SHA-384", node: "sha384", bits: 384, block: 1024 },
  "SHA-512": { name: "SHA-512", node: "sha512", bits: 512, block: 1024 },
};

/** The hash an algorithm names: its two names, its length and its block size in bits. Throws a Refusal for others. */
export function hashOf(algorithm: { hash?: { name: string } }): (typeof HASHES)[string] {
  const name = String(algorithm.hash?.name ?? "").toUpperCase();
  return HASHES[name] ?? refuse("NotSupportedError", `The hash ${name || "(none)"} is not supported.`);
}

/** The bytes in memory of their own, so that no other bytes of a pool are behind them. */
export function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
