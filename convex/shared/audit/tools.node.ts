// What an export is checked with in Node: hashing and signatures by node:crypto, at once. Two dots in its name: it is not pushed.

import * as nodeCrypto from "node:crypto";
import type { CheckpointFacts } from "./checkpoint";
import { HASH_BYTES, type HashingNow } from "./hashing";
import type { BytesDigest, Tools } from "./verifyPart";

/** What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** SHA-256 in hexadecimal; `hash`, which makes no object for it, came with Node 20.12 and 21.7. */
const sha256: (data: string | Uint8Array) => string =
  typeof nodeCrypto.hash === "function"
    ? (data) => nodeCrypto.hash("sha256", data)
    : (data) => nodeCrypto.createHash("sha256").update(data).digest("hex");

/** What is hashed of a leaf and a node, used again for each: making one costs as much as hashing it. */
const leafBytes = Buffer.alloc(1 + HASH_BYTES);
const nodeBytes = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Hashing by node:crypto. Leaves are hashes here. */
export const nodeHashing: HashingNow = {
  text: sha256,
  raw: sha256,
  bytes: (digits) => sha256(Buffer.from(digits, "hex")),
  leaf: (data) => {
    leafBytes.write(data, 1, "hex");
    return sha256(leafBytes);
  },
  node: (left, right) => {
    nodeBytes.write(left, 1, "hex");
    nodeBytes.write(right, 1 + HASH_BYTES, "hex");
    return sha256(nodeBytes);
  },
};

/** The tools of a check, with what is known from elsewhere: a public key (base64) or null, and checkpoints. */
export function nodeTools(trusted: string | null, kept: readonly CheckpointFacts[] = []): Tools {
  const keys = new Map<string, nodeCrypto.KeyObject>();
  return {
    hashing: nodeHashing,
    trusted,
    kept,
    digest,
    characters: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"),
    verify: (publicKey, text, signature) => {
      const key = keys.get(publicKey) ?? keyOf(publicKey);
      keys.set(publicKey, key);
      return nodeCrypto.verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
    },
  };
}

function keyOf(publicKey: string): nodeCrypto.KeyObject {
  return nodeCrypto.createPublicKey({
    key: Buffer.concat([SPKI, Buffer.from(publicKey, "base64")]),
    format: "der",
    type: "spki",
  });
}

/** SHA-256 over bytes that come one after another. */
function digest(): BytesDigest {
  const all = nodeCrypto.createHash("sha256");
  return { add: (bytes) => void all.update(bytes), end: () => all.digest("hex") };
}
