// What the tests of the history share: a desk with a signing key, events of a request, and the check of an export with the
// hashing that the offline command has.

import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { vi } from "vitest";
import { internal } from "../_generated/api";
import type { CheckpointFacts } from "../shared/audit/checkpoint";
import { nodeTools } from "../shared/audit/tools.node";
import { createVerifier, type Problem, type Report, type Tools } from "../shared/audit/verify";
import { type Desk, setVariable } from "./desk.helper";

/** A new key as AUDIT_SIGNING_KEY holds it, with its public half in base64. */
export function newKey(): { pkcs8: string; publicKey: string; sign: (text: string) => string } {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    pkcs8: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    publicKey: createPublicKey(privateKey).export({ type: "spki", format: "der" }).subarray(-32).toString("base64"),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("base64"),
  };
}

/** Gives the desks of a test a signing key, and this process, for what a test runs outside of a desk. */
export async function withKey(): Promise<ReturnType<typeof newKey>> {
  const key = newKey();
  vi.stubEnv("AUDIT_SIGNING_KEY", key.pkcs8);
  await setVariable("AUDIT_SIGNING_KEY", key.pkcs8);
  return key;
}

/** Makes checkpoints until nothing waits. Events must be settled: call it after the clock went on. */
export async function checkpointAll(desk: Desk): Promise<void> {
  while ((await desk.mutation(internal.checkpoints.make, {})).more);
}

/** What was signed is asked again and again; the answer is the same. */
const signatures = new Map<string, boolean | Promise<boolean>>();

/** Checks the parts of an export, each the text or the bytes of a file, read so many bytes at a time. */
export async function check(
  parts: readonly (string | Uint8Array)[],
  trusted: string | null = null,
  piece = 65_536,
  kept: readonly CheckpointFacts[] = [],
): Promise<Problem | Report> {
  const tools = nodeTools(trusted, kept);
  const verify: Tools["verify"] = (publicKey, text, signature) => {
    const asked = [publicKey, text, signature].join(" ");
    const answer = signatures.get(asked) ?? tools.verify(publicKey, text, signature);
    signatures.set(asked, answer);
    return answer;
  };
  const verifier = createVerifier({ ...tools, verify });
  for (const part of parts) {
    const file = Buffer.from(part);
    for (let from = 0; from < file.length; from += piece) {
      // Overwritten by the next one, as a reader of files may do.
      const given = Buffer.from(file.subarray(from, from + piece));
      const problem = await verifier.add(given);
      if (problem !== null) return problem;
      given.fill(0);
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
