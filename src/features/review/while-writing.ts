import { isQuestion } from "@convex/shared/actions";
import { nameOf, titleOf } from "./draft-words";
import type { RequestPage } from "./types";

const DID = { approve: "approved", reject: "rejected", requestChanges: "asked for changes to" } as const;

/** Who or what ended the wait of a draft while somebody was still writing about it, as one sentence. */
export function whileWriting(page: Pick<RequestPage, "decisions" | "state" | "drafts">, revision: number): string {
  const { state } = page;
  const edited = page.drafts.findLast((draft) => draft.revision > revision && draft.editedBy !== null);
  if (edited?.editedBy != null)
    return said(`${edited.editedBy} edited draft ${revision} into draft ${edited.revision}`);
  const decision = page.decisions.findLast((each) => each.revision === revision && !each.undone);
  if (decision !== undefined) {
    const did = answered(page, decision) ? "answered" : DID[decision.verdict.kind];
    return said(`${decision.by} ${did} ${nameOf(page.drafts, revision)}`);
  }
  if (state.kind === "withdrawn") return said(`${state.by} withdrew this request`);
  if (state.kind === "canceled") return said(`${state.by} canceled this request`);
  if (state.kind === "rejected" && state.by.kind === "deadline") return said("The deadline passed");
  return said(`${titleOf(page.drafts, revision)} stopped waiting for your decision`);
}

function answered({ drafts }: Pick<RequestPage, "drafts">, decision: RequestPage["decisions"][number]): boolean {
  const draft = drafts.find(({ revision }) => revision === decision.revision);
  return draft !== undefined && isQuestion(draft.action) && decision.verdict.kind === "requestChanges";
}

function said(what: string): string {
  return `${what} while you were writing. Your text was not sent.`;
}
