"use node";
// Hashing and comparing passwords: Node's scrypt works beside the thread, so that nobody waits for it but who signs in.

import { Buffer } from "node:buffer";
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { v } from "convex/values";
import { internalAction } from "./functions";
import { COST, type Cost, hashText, isOutdated, KEY_LENGTH, readHash, SALT_LENGTH } from "./shared/account/hashes";
import { normalPassword } from "./shared/account/passwords";

/** Node's own limit lies at 32 MB. Bytes. */
const MEMORY_MAX = 256 * 1024 * 1024;
/** Compared with where nobody has such an address, so that it takes the same time. Nothing hashes to zeros. */
const ofNobody = () => ({ ...COST, salt: Buffer.alloc(SALT_LENGTH), key: Buffer.alloc(KEY_LENGTH) });

/** The text to store of a new password. */
export const hash = internalAction({
  args: { password: v.string() },
  returns: v.string(),
  handler: async (_ctx, { password }) => await hashed(password),
});

/**
 * Whether a password is the stored one. With null it never is, after the same work. `hashed` is the same password hashed anew
 * where what is stored was made at a lower cost than today's.
 */
export const compare = internalAction({
  args: { password: v.string(), stored: v.union(v.string(), v.null()) },
  returns: v.object({ matches: v.boolean(), hashed: v.union(v.string(), v.null()) }),
  handler: async (_ctx, { password, stored }) => {
    const { salt, key, ...cost } = stored === null ? ofNobody() : bytesOf(stored);
    const matches = timingSafeEqual(await derive(password, salt, cost), key) && stored !== null;
    return { matches, hashed: matches && isOutdated(cost) ? await hashed(password) : null };
  },
});

function bytesOf(stored: string) {
  const { salt, key, ...cost } = readHash(stored);
  return { ...cost, salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64") };
}

async function hashed(password: string): Promise<string> {
  const salt = randomBytes(SALT_LENGTH);
  const key = await derive(password, salt, COST);
  return hashText({ ...COST, salt: unpadded(salt), key: unpadded(key) });
}

function derive(password: string, salt: Uint8Array, { ln, r, p }: Cost): Promise<Buffer> {
  return new Promise((done, fail) => {
    const cost = { N: 2 ** ln, r, p, maxmem: MEMORY_MAX };
    scrypt(normalPassword(password), salt, KEY_LENGTH, cost, (error, key) =>
      error === null ? done(key) : fail(error),
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
