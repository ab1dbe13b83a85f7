// What the tests of playbooks share: a draft by the template model without the desk around it.

import type { Turn } from "../agents/offline/side";
import { wordsOf } from "../agents/proposal";
import type { Proposal } from "../model/drafts";
import type { Action } from "../shared/actions";
import { orderNumbersIn } from "../shared/personalData";
import { riskLevel, type Input } from "../shared/records";
import { agentOf } from "./agents";
import { playbookOf } from "./index";

type Tool = { execute?: unknown };

/** Runs a tool as the agent would. */
async function answerOf(tool: Tool | undefined, input: unknown): Promise<unknown> {
  if (typeof tool?.execute !== "function") throw new Error("There is no such tool.");
  return (await tool.execute(input, {})) as unknown;
}

/**
 * What the template model proposes after its look-ups: the draft, or null with its words where it proposes none. `told`
 * are the answers to what it asked before.
 */
export async function offlineDraft(
  playbook: string,
  input: Input,
  feedback: string[] = [],
  told: string[] = [],
): Promise<{ proposal: Proposal; turn: Turn } | { proposal: null; turn: Turn }> {
  const { offline, drafting } = agentOf(playbook);
  const sorted = offline.sort(input);
  const risk = { score: sorted.riskScore, level: riskLevel(sorted.riskScore), reasons: sorted.reasons };
  const situation = { input, triage: { category: sorted.category, risk }, feedback, told };
  const tools = drafting.tools(input);
  const answers = await Promise.all(
    offline.draft({ ...situation, answers: [] }).calls.map(async ({ tool, input: asked }) => ({
      tool,
      value: JSON.parse(JSON.stringify(await answerOf(tools[tool], asked))) as unknown,
    })),
  );
  const turn = offline.draft({ ...situation, answers });
  const call = turn.calls.find(({ tool }) => tool === "proposeAction");
  if (call === undefined) return { proposal: null, turn };
  drafting.proposal.schema.parse(call.input);
  const texts = new Map([["message", `${input.subject}\n${input.message}`]]);
  for (const { tool, value } of answers) texts.set(tool, `${texts.get(tool) ?? ""}\n${wordsOf(value)}`);
  const model = { provider: "template", model: "template-1" };
  return { proposal: drafting.proposal.draftOf(input, call.input, texts, model), turn };
}

/** The question that a turn asks, or null. */
export function askedIn({ calls }: Turn): string | null {
  const call = calls.find(({ tool }) => tool === "askReviewer");
  return call === undefined ? null : (call.input as { question: string }).question;
}

/** The draft of an input that must have one. A question on the way is answered with the last order that it names. */
export async function drafted(playbook: string, input: Input, feedback: string[] = []): Promise<Proposal> {
  const first = await offlineDraft(playbook, input, feedback);
  const asked = askedIn(first.turn);
  const answer = orderNumbersIn(asked ?? "").slice(-1);
  const { proposal, turn } = asked === null ? first : await offlineDraft(playbook, input, feedback, answer);
  if (proposal === null) throw new Error(`Nothing was proposed: ${turn.text}`);
  return proposal;
}

/** What the playbook has against an action for an input. */
export function problemWith(playbook: string, input: Input, action: Action): string | null {
  const known = playbookOf(playbook);
  if (known === null) throw new Error(`There is no playbook ${playbook}.`);
  return known.checkAction(input, action);
}

/** The request of a sample by its id. */
export function sampleOf(playbook: string, id: string): Input {
  const sample = playbookOf(playbook)?.samples.find((each) => each.id === id);
  if (sample === undefined) throw new Error(`There is no sample ${id}.`);
  return { from: sample.from, subject: sample.subject, message: sample.message };
}
