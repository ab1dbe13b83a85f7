import { tool } from "ai";
import { z } from "zod";
import type { ActionCtx } from "../_generated/server";
import type { AgentBrief } from "../model/drafts";
import { agentOf } from "../playbooks/agents";
import { riskLevel, type Triage } from "../shared/records";
import { generate } from "./generate";
import { TRIAGE } from "./prompt";

/** Sorts a request and scores its risk, or says why that failed. */
export async function triage(
  ctx: ActionCtx,
  brief: AgentBrief,
): Promise<{ kind: "ok"; triage: Triage } | { kind: "failed"; reason: string }> {
  const { instructions, categories } = agentOf(brief.playbook).triage;
  const schema = z.object({
    category: z.enum(categories),
    riskScore: z.number().int().min(0).max(100),
    reasons: z.array(z.string().trim().min(1).max(200)).min(1).max(6).describe("Why this score, a few words each."),
  });
  const result = await generate(ctx, brief, {
    name: TRIAGE,
    instructions,
    tools: {
      recordTriage: tool({
        description: "Records the category and the risk of the request.",
        inputSchema: schema,
        execute: async () => "recorded",
      }),
    },
    finals: ["recordTriage"],
    missing: "The model answered without a usable category and risk. Nothing was lost; retry, or choose another model.",
  });
  if (result.kind === "failed") return result;
  const { category, riskScore, reasons } = schema.parse(result.input);
  return { kind: "ok", triage: { category, risk: { score: riskScore, level: riskLevel(riskScore), reasons } } };
}
