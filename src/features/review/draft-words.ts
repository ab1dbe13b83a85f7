import { isQuestion } from "@convex/shared/actions";
import { capitalized } from "@/lib/format";
import type { Draft, RequestPage } from "./types";

/** What one draft is called within a sentence: "draft 2", or "question 1". Both are counted together. */
export function draftName({ action, revision }: Pick<Draft, "action" | "revision">): string {
  return `${isQuestion(action) ? "question" : "draft"} ${revision}`;
}

/** The same for a revision of a page's drafts. */
export function nameOf(drafts: RequestPage["drafts"], revision: number): string {
  const draft = drafts.find((each) => each.revision === revision);
  return draft === undefined ? `draft ${revision}` : draftName(draft);
}

/** The same at the beginning of a sentence, or as a heading. */
export function titleOf(drafts: RequestPage["drafts"], revision: number): string {
  return capitalized(nameOf(drafts, revision));
}

/** The newest draft before one that can be compared with it: an action, for an action. */
export function comparableWith(draft: Draft, drafts: RequestPage["drafts"]): Draft | null {
  if (isQuestion(draft.action)) return null;
  return drafts.find((each) => each.revision < draft.revision && !isQuestion(each.action)) ?? null;
}
