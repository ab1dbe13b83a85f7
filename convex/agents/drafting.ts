import { tool } from "ai";
import type { ActionCtx } from "../_generated/server";
import type { AgentBrief, Proposal } from "../model/drafts";
import { generate } from "./generate";
import { DRAFTING, DRAFTING_INSTRUCTIONS } from "./prompt";
import { draftOf, problemOf, proposalSchema } from "./proposal";
import { lookUpTools } from "./tools";

/** Drafts the reply to a request, or says why that failed. */
export async function draft(
  ctx: ActionCtx,
  brief: AgentBrief,
): Promise<{ kind: "ok"; proposal: Proposal } | { kind: "failed"; reason: string }> {
  const { from } = brief.input;
  const result = await generate(ctx, brief, {
    name: DRAFTING,
    instructions: DRAFTING_INSTRUCTIONS,
    tools: {
      ...lookUpTools(from),
      proposeAction: tool({
        description: "Proposes the complete reply for a person's decision. Call it once, at the end.",
        inputSchema: proposalSchema,
        execute: async (input) => {
          const problem = problemOf(from, input);
          if (problem !== null) throw new Error(`${problem} Correct it and propose again.`);
          return "proposed";
        },
      }),
    },
    final: "proposeAction",
    missing: "The model answered without a usable action. Nothing was lost; retry, or choose another model.",
  });
  if (result.kind === "failed") return result;
  return { kind: "ok", proposal: draftOf(from, proposalSchema.parse(result.input), result.texts, result.model) };
}
