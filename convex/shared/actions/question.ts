// What an agent asks the people who decide, in place of an action. It is drafted, kept, digested and put to people as an
// action is; it is answered or rejected, and never approved or performed.

import { v, type Infer } from "convex/values";
import { QUESTION_MAX } from "../limits";
import { actionShape } from "./shape";

/** A question of 1 to 600 characters. It belongs to no playbook: the agents of every playbook may ask. */
export const vQuestion = v.object({ question: v.string() });
export type Question = Infer<typeof vQuestion>;

/** The kind of draft that is no action: how it is stored, seen and checked. */
export const questionShape = actionShape({
  validator: vQuestion,
  fields: [{ name: "question", label: "Question", widget: "text", max: QUESTION_MAX }],
  head: ({ question }) => ({ title: question, detail: "" }),
});

/** The first thing wrong with a question as a sentence, or null. */
export function checkQuestion(question: Question): string | null {
  return questionShape.problems(question)[0]?.text ?? null;
}
