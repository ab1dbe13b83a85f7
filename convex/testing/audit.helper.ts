// What the tests of the history share: a desk with a signing key, events of a request, and the check of an export with the
// hashing that the offline command has.

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify as verifyBytes } from "node:crypto";
import { internal } from "../_generated/api";
import type { Hashing } from "../shared/audit/hashing";
import { createVerifier, type Problem, type Report, type Tools } from "../shared/audit/verify";
import { type Desk, setVariable } from "./desk.helper";

/** A new key as AUDIT_SIGNING_KEY holds it, with its public half in base64. */
export function newKey(): { pkcs8: string; publicKey: string; sign: (text: string) => string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return keyOf(privateKey);
}

function keyOf(privateKey: KeyObject) {
  const pkcs8 = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  const publicKey = rawOf(createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8, "base64"), format: "der", type: "pkcs8" })));
  return { pkcs8, publicKey, sign: (text: string) => sign(null, Buffer.from(text), privateKey).toString("base64") };
}

function rawOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
}

/** Gives the desks of a test a signing key. */
export async function withKey(): Promise<ReturnType<typeof newKey>> {
  const key = newKey();
  await setVariable("AUDIT_SIGNING_KEY", key.pkcs8);
  return key;
}

/** Makes checkpoints until nothing waits. Events must be settled: call it after the clock went on. */
export async function checkpointAll(desk: Desk): Promise<void> {
  while ((await desk.mutation(internal.checkpoints.make, {})).more);
}

const ED25519_SPKI = Buffer.from("302a300506032b6570032100", "hex");

/** Hashing and signatures by node:crypto, at once. */
export const nodeTools: Omit<Tools, "trusted"> = {
  hashing: {
    text: (text) => hash("sha256", text),
    bytes: (digits) => hash("sha256", Buffer.from(digits, "hex")),
    leaf: (data) => hash("sha256", Buffer.from(`00${data}`, "hex")),
    node: (left, right) => hash("sha256", Buffer.from(`01${left}${right}`, "hex")),
  } satisfies Hashing,
  verify: (publicKey, text, signature) => {
    const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, Buffer.from(publicKey, "base64")]), format: "der", type: "spki" });
    return verifyBytes(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
  },
  digest: () => {
    const all = createHash("sha256");
    return { add: (line) => void all.update(`${line}\n`), end: () => all.digest("hex") };
  },
};

/** Checks the parts of an export, each the text of a file. */
export async function check(parts: readonly string[], trusted: string | null = null): Promise<Problem | Report> {
  const verifier = createVerifier({ ...nodeTools, trusted });
  for (const text of parts) {
    for (const line of text === "" ? [] : text.replace(/\n$/, "").split("\n")) {
      const problem = await verifier.line(line);
      if (problem !== null) return problem;
    }
    const missing = await verifier.endOfFile();
    if (missing !== null) return missing;
  }
  return verifier.report();
}

/** A whole export of the desk as it is now. */
export async function exported(desk: Desk): Promise<string> {
  const { text } = await desk.action(internal.auditExport.wholePart, { part: 1, previous: null, from: 0 });
  return text;
}
