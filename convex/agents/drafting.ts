import { tool } from "ai";
import type { ActionCtx } from "../_generated/server";
import type { AgentBrief, Proposal } from "../model/drafts";
import { agentOf } from "../playbooks/agents";
import { playbookOf } from "../playbooks/index";
import { MAX_ROUNDS } from "../shared/limits";
import { generate } from "./generate";
import { DRAFTING } from "./prompt";
import { ASK, askReviewer, questionFrom } from "./question";

/** Drafts the action of a request, or a question about it, or says why that failed. */
export async function draft(
  ctx: ActionCtx,
  brief: AgentBrief,
): Promise<{ kind: "ok"; proposal: Proposal } | { kind: "failed"; reason: string }> {
  const { input } = brief;
  const { instructions, tools, proposal, missing } = agentOf(brief.playbook).drafting;
  const playbook = playbookOf(brief.playbook);
  const result = await generate(ctx, brief, {
    name: DRAFTING,
    instructions,
    tools: {
      ...tools(input),
      proposeAction: tool({
        description: "Proposes the complete action for a person's decision. Call it once, at the end.",
        inputSchema: proposal.schema,
        execute: async (proposed) => {
          const problem = playbook?.checkAction(input, proposal.actionOf(input, proposed)) ?? null;
          if (problem !== null) throw new Error(`${problem} Correct it and propose again.`);
          return "proposed";
        },
      }),
      // Not in the last round: its answer could no longer be used.
      ...(brief.round < MAX_ROUNDS ? { [ASK]: askReviewer } : {}),
    },
    finals: ["proposeAction", ASK],
    missing,
  });
  if (result.kind === "failed") return result;
  if (result.tool === ASK) return { kind: "ok", proposal: questionFrom(result.input, result.model) };
  return { kind: "ok", proposal: proposal.draftOf(input, result.input, result.texts, result.model) };
}
