import type { Action } from "@convex/shared/actions";
import { webVerify } from "@convex/shared/audit/checkpoint";
import { webHashing } from "@convex/shared/audit/hashing";
import { type ChainProof, checkChain, type Finding } from "@convex/shared/audit/proof";
import { digestOf } from "@convex/shared/digest";

/** A draft as the page shows it. */
export type ShownDraft = { revision: number; digest: string; action: Action; connector: string };

/** What this browser found out about a request's history. */
export type Checked = Finding | { kind: "impossible"; reason: string };

/**
 * Checks a request's history in this browser: its chain, its place in the signed tree, and that every draft shown here is the
 * one that the history tells of. `drafts` is empty where their text was erased. Never throws.
 */
export async function checkHistory(proof: ChainProof, playbook: string, drafts: readonly ShownDraft[]): Promise<Checked> {
  if (globalThis.crypto?.subtle === undefined) {
    return { kind: "impossible", reason: "Browsers only check signatures on pages that come by HTTPS or from this machine." };
  }
  try {
    const finding = await checkChain(proof, webHashing, webVerify);
    if (finding.kind === "altered") return finding;
    for (const { revision, digest, action, connector } of drafts) {
      const reason = `Draft ${revision} on this page is not the one that the history tells of.`;
      const event = proof.events.find(({ record }) => isOfDraft(record.event, revision));
      if (event === undefined) continue;
      const isSame = "digest" in event.record.event && event.record.event.digest === digest;
      if (!isSame || (await digestOf({ playbook, connector, action })) !== digest) {
        return { kind: "altered", seq: event.record.seq, reason };
      }
    }
    return finding;
  } catch {
    return { kind: "impossible", reason: "This browser does not know the signature that the desk uses (Ed25519)." };
  }
}

/** Whether an event is that of a draft's making. */
function isOfDraft(event: ChainProof["events"][number]["record"]["event"], revision: number): boolean {
  const isMade = event.kind === "drafted" || event.kind === "questioned" || event.kind === "edited";
  return isMade && event.revision === revision;
}
