// The other way a drafting agent can end: with a question to the people who decide, in place of an action.

import { tool } from "ai";
import { z } from "zod";
import type { Proposal } from "../model/drafts";
import { checkQuestion } from "../shared/actions";
import { QUESTION_MAX } from "../shared/limits";
import type { Model } from "../shared/records";

/** The tool's name, which screens know, too. */
export const ASK = "askReviewer";

const asked = z.object({
  question: z.string().trim().min(1).max(QUESTION_MAX).describe("One question, complete in itself."),
});

/** Asks the people who decide. A question that cannot be put to them goes back to the model as an error. */
export const askReviewer = tool({
  description:
    "Asks a person one question in place of proposing an action. Only for a fact that no tool tells, where a wrong " +
    "guess would be expensive. You get the answer in the next round.",
  inputSchema: asked,
  execute: async (input) => {
    const problem = checkQuestion(input);
    if (problem !== null) throw new Error(`${problem} Correct it and ask again.`);
    return "asked";
  },
});

/** The draft that the input of `askReviewer` becomes. Throws where the tool would have refused it. */
export function questionFrom(input: unknown, model: Model): Proposal {
  const { question } = asked.parse(input);
  return { action: { question }, summary: question, reasoning: "", evidence: [], model };
}
