import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import { useEffect, useState } from "react";
import { checkHistory, type Checked, type ShownDraft } from "./check-history";

/** What is known of a request's history: undefined while it is being checked. */
export type HistoryCheck = {
  checked: Checked;
  /** Whether the desk has a key to sign with. */
  signs: boolean;
  more: boolean;
  /** The public key that signed the checkpoint; null without one. */
  publicKey: string | null;
};

/**
 * Checks the history of a request in this browser, again whenever something happens to it or a checkpoint is made. For managers
 * and admins only. The drafts are those the page shows; a page without them passes none.
 */
export function useHistoryCheck(requestId: string, playbook: string, drafts: readonly ShownDraft[]): HistoryCheck | undefined {
  const proof = useQuery(api.audit.proof, { requestId });
  const [check, setCheck] = useState<HistoryCheck | undefined>(undefined);
  useEffect(() => {
    if (!proof) return;
    let isCurrent = true;
    void checkHistory(proof, playbook, drafts).then((checked) => {
      const { signs, more, keys, checkpoint } = proof;
      const publicKey = keys.find(({ keyId }) => keyId === checkpoint?.keyId)?.publicKey ?? null;
      if (isCurrent) setCheck({ checked, signs, more, publicKey });
    });
    return () => {
      isCurrent = false;
    };
  }, [proof, playbook, drafts]);
  // While a newer proof is being checked the last finding stands.
  return check;
}
