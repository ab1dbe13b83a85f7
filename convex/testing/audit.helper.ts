// What the tests of the history share: a desk with a signing key, events of a request, and the check of an export with the
// hashing that the offline command has.

import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { internal } from "../_generated/api";
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

/** What was signed is asked again and again; the answer is the same. */
const signatures = new Map<string, boolean | Promise<boolean>>();

/** Checks the parts of an export, each the text of a file. */
export async function check(parts: readonly string[], trusted: string | null = null): Promise<Problem | Report> {
  const tools = nodeTools(trusted);
  const verify: Tools["verify"] = (publicKey, text, signature) => {
    const asked = [publicKey, text, signature].join(" ");
    const answer = signatures.get(asked) ?? tools.verify(publicKey, text, signature);
    signatures.set(asked, answer);
    return answer;
  };
  const verifier = createVerifier({ ...tools, verify });
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
