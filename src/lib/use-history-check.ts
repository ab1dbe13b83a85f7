import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useEffect, useState } from "react";
import { checkHistory, type Checked, type ShownDraft } from "./check-history";

type Proof = NonNullable<FunctionReturnType<typeof api.audit.proof>>;

/** What is known of a request's history: undefined while it is being checked. */
export type HistoryCheck = { checked: Checked; signs: boolean; more: boolean };

/**
 * Checks the history of a request in this browser, again whenever something happens to it or a checkpoint is made. For managers
 * and admins only. The drafts are those the page shows; a page without them passes none.
 */
export function useHistoryCheck(requestId: string, playbook: string, drafts: readonly ShownDraft[]): HistoryCheck | undefined {
  const proof = useQuery(api.audit.proof, { requestId });
  const [check, setCheck] = useState<{ of: Proof; result: HistoryCheck } | null>(null);
  useEffect(() => {
    if (!proof) return;
    let isCurrent = true;
    void checkHistory(proof, playbook, drafts).then((checked) => {
      const { signs, more } = proof;
      if (isCurrent) setCheck({ of: proof, result: { checked, signs, more } });
    });
    return () => {
      isCurrent = false;
    };
  }, [proof, playbook, drafts]);
  // While a newer proof is being checked the last finding stands.
  return check?.result;
}
