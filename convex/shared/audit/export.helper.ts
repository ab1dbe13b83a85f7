// A sealed export made in memory, for the tests of its check: some chains, two checkpoints, words, erased words, and the lines
// that the desk would write.

import type { ChainRecord } from "./chain";
import { NOTHING_BEFORE, recordHash } from "./chain";
import { type AuditKey, type CheckpointFacts, checkpointText, keyIdOf, NO_CHECKPOINT, originOf } from "./checkpoint";
import { eventLineText, EXPORT_VERSION, lineText, trailerLineText, trailerText } from "./export";
import { webHashing } from "./hashing";
import { emptyFrontier, grow, rootOf } from "./merkle";
import { nodeHashing } from "./tools.node";
import { takeWords, wordsDigest } from "./words";
import type { AuditEvent } from "./event";

/** Who signs: the public key in base64, and the signature over a text in base64. */
export type TestSigner = { publicKey: string; sign: (text: string) => string };

const SALT = "0123456789abcdef0123456789abcdef";

/** The events of a small desk, in the order in which they happened. */
function happened(count: number): { chain: string; event: AuditEvent }[] {
  const of = (i: number): AuditEvent => {
    switch (i % 5) {
      case 0:
        return { kind: "submitted", playbook: "refund" };
      case 1:
        return { kind: "commented", text: `Please look at number ${i}.` };
      case 2:
        return { kind: "voted", revision: 1, digest: "d".repeat(64), verdict: { kind: "reject", reason: `Too late (${i}).` } };
      case 3:
        return { kind: "stagePassed", stage: "First look", byDeadline: false };
      default:
        return { kind: "policySaved", playbook: "refund", version: i };
    }
  };
  return Array.from({ length: count }, (_, i) => ({ chain: i % 5 === 4 ? "policy:refund" : `request:r${i % 4}`, event: of(i) }));
}

/**
 * The text of a whole export of `count` events, its last two not yet in a checkpoint; the words of every seventh event were
 * erased.
 */
export async function sealedExport(signer: TestSigner, count: number): Promise<string> {
  const keyId = await keyIdOf(signer.publicKey, webHashing);
  const key: AuditKey = { keyId, publicKey: signer.publicKey, since: 1_000, vouched: null };
  const origin = originOf(keyId);
  const size = count - 2;
  const lines = [
    lineText({
      kind: "export",
      version: EXPORT_VERSION,
      origin,
      part: 1,
      previous: null,
      whole: true,
      filter: null,
      from: 0,
      size,
      sealed: 0,
      at: 9_000,
    }),
    lineText({ kind: "key", ...key }),
  ];
  const heads = new Map<string, { seq: number; hash: string }>();
  const tree = emptyFrontier();
  let previous = NO_CHECKPOINT;
  let number = 0;
  for (const [i, { chain, event: whole }] of happened(count).entries()) {
    const last = heads.get(chain);
    const client = i % 3 === 0 ? { kind: "browser" as const, address: "192.0.2.7" } : null;
    const { words, ...told } = takeWords({ event: whole, client });
    const record: ChainRecord = {
      ...told,
      chain,
      seq: (last?.seq ?? 0) + 1,
      prev: last?.hash ?? NOTHING_BEFORE,
      at: 2_000 + i,
      actor: { kind: "person", personId: "p1" },
      words: words === null ? null : await wordsDigest(SALT, words),
    };
    const hash = await recordHash(record);
    heads.set(chain, { seq: record.seq, hash });
    const kept = words === null || i % 7 === 6 ? { salt: null, words: null } : { salt: SALT, words };
    lines.push(eventLineText({ leaf: i < size ? i : null, hash, record, ...kept }));
    if (i >= size) continue;
    grow(tree, 0, nodeHashing.leaf(hash), nodeHashing);
    if (tree.size !== Math.floor(size / 2) && tree.size !== size) continue;
    number += 1;
    const facts: CheckpointFacts = { origin, number, size: tree.size, root: await rootOf(tree, webHashing), at: 8_000 + number, previous };
    lines.push(lineText({ kind: "checkpoint", ...facts, keyId, signature: signer.sign(checkpointText(facts)) }));
    previous = await webHashing.text(checkpointText(facts));
  }
  for (const [chain, head] of heads) lines.push(lineText({ kind: "head", chain, ...head }));
  const facts = {
    origin,
    part: 1,
    last: true,
    previous: null,
    whole: true,
    filter: null,
    to: size,
    size,
    events: count,
    chains: heads.size,
    lines: lines.length,
    sha256: await webHashing.text(lines.join("")),
    at: 9_500,
    keyId,
  };
  lines.push(trailerLineText({ ...facts, signature: signer.sign(trailerText(facts)) }));
  return lines.join("");
}
