// The built-in model for a desk without a key: it answers by rules and templates from the request's own text. It is an
// ordinary language model of the AI SDK's interface, so agents, tools, streaming and usage run the same code as with a
// real one; screens call it what it is, a template model.

import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { agentOf } from "../../playbooks/agents";
import type { Input, Triage } from "../../shared/records";
import type { ToolAnswer } from "./knowledge";
import type { OfflineSide, Situation, Turn } from "./side";
import { streamOf } from "./stream";

/** A template model. Every call is a function of its prompt; it keeps nothing. */
export function templateModel(): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "template",
    modelId: "template-1",
    supportedUrls: {},
    doGenerate: async (options) => respond(options),
    doStream: async (options) => {
      const { content, finishReason, usage } = respond(options);
      const end: LanguageModelV4StreamPart = { type: "finish", finishReason, usage };
      return { stream: streamOf(content, end, options.abortSignal) };
    },
  };
}

function respond(options: LanguageModelV4CallOptions) {
  const content = contentFor(options);
  const calls = content.some(({ type }) => type === "tool-call");
  const finishReason: LanguageModelV4FinishReason = { unified: calls ? "tool-calls" : "stop", raw: undefined };
  return { content, finishReason, usage: usageOf(options.prompt, content), warnings: [] };
}

function contentFor({ prompt, tools }: LanguageModelV4CallOptions): LanguageModelV4Content[] {
  const asked = questionIn(prompt);
  const offered = new Set(tools?.map(({ name }) => name));
  if (asked === null) return [{ type: "text", text: "The template model answers requests of the desk only." }];
  const { situation } = asked;
  const { offline } = agentOf(asked.playbook);
  const { text, calls } = offered.has("recordTriage") ? sorting(situation, offline) : offline.draft(situation);
  return [
    { type: "text", text },
    ...calls
      .filter(({ tool }) => offered.has(tool))
      .map(({ tool, input }, index) => ({
        type: "tool-call" as const,
        toolCallId: `${tool}-${situation.answers.length + index}`,
        toolName: tool,
        input: JSON.stringify(input),
      })),
  ];
}

function sorting({ input }: Situation, { sort }: OfflineSide): Turn {
  const found = sort(input);
  const matter = found.category === "other" ? "This is none of the matters I know" : `I sort this as ${found.category}`;
  const text = `${matter}: ${found.reasons.join(", ")}.`;
  return { text, calls: [{ tool: "recordTriage", input: found }] };
}

/** Reads the marked lines of the desk's prompt (see `prompt.ts`) and the tools' answers after it. */
function questionIn(prompt: LanguageModelV4Prompt): { playbook: string; situation: Situation } | null {
  const start = prompt.findLastIndex(({ role }) => role === "user");
  const message = prompt[start];
  if (message?.role !== "user") return null;
  const lines = message.content.flatMap((part) => (part.type === "text" ? part.text.split("\n") : []));
  const marked = (marker: string): unknown[] =>
    lines
      .filter((line) => line.startsWith(`${marker} `))
      .map((line): unknown => JSON.parse(line.slice(marker.length + 1)));
  const [input] = marked("REQUEST") as Input[];
  const [playbook] = marked("PLAYBOOK") as string[];
  if (input === undefined || playbook === undefined) return null;
  const answers = prompt.slice(start + 1).flatMap((later) => {
    if (later.role !== "tool") return [];
    return later.content.flatMap((part): ToolAnswer[] =>
      part.type === "tool-result"
        ? [{ tool: part.toolName, value: part.output.type === "json" ? part.output.value : null }]
        : [],
    );
  });
  const triage = (marked("TRIAGE")[0] as Triage | undefined) ?? null;
  const [feedback, told] = [marked("FEEDBACK") as string[], marked("ANSWER") as string[]];
  return { playbook, situation: { input, triage, feedback, told, answers } };
}

function usageOf(prompt: LanguageModelV4Prompt, content: LanguageModelV4Content[]): LanguageModelV4Usage {
  const [read, written] = [wordCount(prompt), wordCount(content)];
  return {
    inputTokens: { total: read, noCache: read, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: written, text: written, reasoning: 0 },
  };
}

/** A template model has no tokens; it counts words, so that the desk's figures are about the right size. */
function wordCount(value: unknown): number {
  return JSON.stringify(value).split(/\s+/).length;
}
