import { auditText } from "@convex/shared/audit/event";

/** What stands before the words of a comment in the history. */
const BEFORE = auditText({ kind: "commented", text: "" });

/** A person's words, out of the history's sentence about their comment. */
export function commentText(sentence: string): string {
  return sentence.startsWith(BEFORE) ? sentence.slice(BEFORE.length) : sentence;
}
