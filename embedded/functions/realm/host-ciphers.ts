/** Encryption of Web Crypto's kind, done at once with node:crypto: AES-CBC, AES-CTR, AES-GCM, and reading RSA-OAEP (F9). */
import { type CipherGCMTypes, constants, createCipheriv, createDecipheriv, type KeyObject, privateDecrypt } from "node:crypto";
import { type Algorithm, buffer, hashOf, refuse } from "./crypto-common.ts";

const BLOCK_BYTES = 16;
const TAG_BITS = [32, 64, 96, 104, 112, 120, 128];
const AES_BITS = [128, 192, 256];

/** Encrypts. What needs chance that cannot be repeated is refused. */
export function encrypt(algorithm: Algorithm, key: KeyObject, data: Uint8Array): ArrayBuffer {
  switch (algorithm.name) {
    case "AES-GCM": {
      const { iv, cipher, tagBytes } = gcmOf(algorithm, key);
      const gcm = createCipheriv(cipher, key, iv, { authTagLength: tagBytes });
      if (algorithm.additionalData) gcm.setAAD(algorithm.additionalData);
      return buffer(Buffer.concat([gcm.update(data), gcm.final(), gcm.getAuthTag()]));
    }
    case "AES-CBC": {
      const cbc = createCipheriv(`aes-${bitsOf(key)}-cbc`, key, blockOf(algorithm.iv, "iv"));
      return buffer(Buffer.concat([cbc.update(data), cbc.final()]));
    }
    case "AES-CTR":
      return buffer(counted(algorithm, key, data));
    case "RSA-OAEP":
      return refuse(
        "NotSupportedError",
        "Can't encrypt with RSA-OAEP in queries and mutations: it needs randomness that cannot be repeated. Please use an action.",
      );
    default:
      return refuse("NotSupportedError", `${algorithm.name} does not encrypt.`);
  }
}

/** Decrypts. What was changed on the way, or is not of this key, is an OperationError. */
export function decrypt(algorithm: Algorithm, key: KeyObject, data: Uint8Array): ArrayBuffer {
  switch (algorithm.name) {
    case "AES-GCM": {
      const { iv, cipher, tagBytes } = gcmOf(algorithm, key);
      if (data.length < tagBytes) refuse("OperationError", "The provided data is too small.");
      const gcm = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
      gcm.setAuthTag(data.subarray(data.length - tagBytes));
      if (algorithm.additionalData) gcm.setAAD(algorithm.additionalData);
      return buffer(Buffer.concat([gcm.update(data.subarray(0, data.length - tagBytes)), gcm.final()]));
    }
    case "AES-CBC": {
      const cbc = createDecipheriv(`aes-${bitsOf(key)}-cbc`, key, blockOf(algorithm.iv, "iv"));
      return buffer(Buffer.concat([cbc.update(data), cbc.final()]));
    }
    case "AES-CTR":
      return buffer(counted(algorithm, key, data));
    case "RSA-OAEP": {
      const label = algorithm.label === undefined ? {} : { oaepLabel: algorithm.label };
      const padding = constants.RSA_PKCS1_OAEP_PADDING;
      return buffer(privateDecrypt({ key, padding, oaepHash: hashOf(algorithm).node, ...label }, data));
    }
    default:
      return refuse("NotSupportedError", `${algorithm.name} does not decrypt.`);
  }
}

/** Checks the length of a new AES key, in bits. */
export function checkAesLength(bits: number): void {
  if (!AES_BITS.includes(bits)) refuse("DataError", "An AES key must have 128, 192 or 256 bits.");
}

function bitsOf(key: KeyObject): number {
  return (key.symmetricKeySize ?? 0) * 8;
}

function blockOf(bytes: Uint8Array | undefined, what: string): Uint8Array {
  return bytes?.length === BLOCK_BYTES ? bytes : refuse("OperationError", `The ${what} must have 16 bytes.`);
}

function gcmOf(algorithm: Algorithm, key: KeyObject): { iv: Uint8Array; cipher: CipherGCMTypes; tagBytes: number } {
  const { iv, tagLength = 128 } = algorithm;
  if (!iv || iv.length === 0) return refuse("OperationError", "The iv must not be empty.");
  if (!TAG_BITS.includes(tagLength)) refuse("OperationError", `A tag cannot have ${tagLength} bits.`);
  return { iv, cipher: `aes-${bitsOf(key)}-gcm` as CipherGCMTypes, tagBytes: tagLength / 8 };
}

/**
 * AES in counter mode, both ways. Only the last `length` bits of the counter block count and wrap around, whereas
 * node:crypto counts in all 128: what lies behind the wrap is a stream of its own.
 */
function counted({ counter, length = 0 }: Algorithm, key: KeyObject, data: Uint8Array): Buffer {
  const start = BigInt(`0x${Buffer.from(blockOf(counter, "counter")).toString("hex")}`);
  if (!(length >= 1 && length <= 128)) refuse("OperationError", "The counter must have 1 to 128 bits.");
  const size = 1n << BigInt(length);
  const blocks = BigInt(Math.ceil(data.length / BLOCK_BYTES));
  if (blocks > size) refuse("OperationError", "There is more data than the counter can count.");
  const run = (from: bigint, bytes: Uint8Array): Buffer => {
    const iv = Buffer.from(from.toString(16).padStart(2 * BLOCK_BYTES, "0"), "hex");
    const stream = createCipheriv(`aes-${bitsOf(key)}-ctr`, key, iv);
    return Buffer.concat([stream.update(bytes), stream.final()]);
  };
  const untilWrap = size - (start % size);
  if (blocks <= untilWrap) return run(start, data);
  const edge = Number(untilWrap) * BLOCK_BYTES;
  return Buffer.concat([run(start, data.subarray(0, edge)), run(start - (start % size), data.subarray(edge))]);
}
