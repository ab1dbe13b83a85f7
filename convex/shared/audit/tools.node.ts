// What an export is checked with in Node: hashing and signatures by node:crypto, at once. Two dots in its name: it is not pushed.

import { createHash, createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import { HASH_BYTES, type Hashing } from "./hashing";
import type { LinesDigest, Tools } from "./verify";

/** What stands before the 32 bytes of an Ed25519 public key in its DER form (RFC 8410). */
const SPKI = Buffer.from("302a300506032b6570032100", "hex");
/** Lines that are hashed at a time. */
const LINES = 64;

/** What is hashed of a leaf and a node, used again for each: making one costs as much as hashing it. */
const leafBytes = Buffer.alloc(1 + HASH_BYTES);
const nodeBytes = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** `Hashing` by node:crypto. Leaves are hashes here. */
export const nodeHashing: Hashing = {
  text: (text) => hash("sha256", text),
  bytes: (digits) => hash("sha256", Buffer.from(digits, "hex")),
  leaf: (data) => {
    leafBytes.write(data, 1, "hex");
    return hash("sha256", leafBytes);
  },
  node: (left, right) => {
    nodeBytes.write(left, 1, "hex");
    nodeBytes.write(right, 1 + HASH_BYTES, "hex");
    return hash("sha256", nodeBytes);
  },
};

/** The tools of a check, with a public key (base64) that is known from elsewhere, or null. */
export function nodeTools(trusted: string | null): Tools {
  const keys = new Map<string, KeyObject>();
  return {
    hashing: nodeHashing,
    trusted,
    digest,
    verify: (publicKey, text, signature) => {
      const key = keys.get(publicKey) ?? keyOf(publicKey);
      keys.set(publicKey, key);
      return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
    },
  };
}

function keyOf(publicKey: string): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(publicKey, "base64")]), format: "der", type: "spki" });
}

/** SHA-256 over lines, some at a time: each call has its cost. */
function digest(): LinesDigest {
  const all = createHash("sha256");
  let waiting: string[] = [];
  const flush = () => {
    if (waiting.length > 0) all.update(`${waiting.join("\n")}\n`);
    waiting = [];
  };
  return {
    add: (line) => {
      waiting.push(line);
      if (waiting.length === LINES) flush();
    },
    end: () => {
      flush();
      return all.digest("hex");
    },
  };
}
