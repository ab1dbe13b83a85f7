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
import type { Input, Triage } from "../../shared/records";
import { classify } from "./classify";
import { changesFrom } from "./feedback";
import { knowledgeFrom, orderNumberIn, type ToolAnswer } from "./knowledge";
import { replyTo } from "./reply";
import { streamOf } from "./stream";

/** What the desk's prompt holds, and what tools answered since. */
type Situation = { input: Input; triage: Triage | null; feedback: string[]; answers: ToolAnswer[] };
type Call = { tool: string; input: unknown };

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
  const situation = situationIn(prompt);
  const offered = new Set(tools?.map(({ name }) => name));
  if (situation === null) return [{ type: "text", text: "The template model answers requests of the desk only." }];
  const { text, calls } = offered.has("recordTriage") ? sorting(situation) : drafting(situation);
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

function sorting({ input }: Situation): { text: string; calls: Call[] } {
  const found = classify(input);
  const matter = found.category === "other" ? "This is none of the matters I know" : `I sort this as ${found.category}`;
  const text = `${matter}: ${found.reasons.join(", ")}.`;
  return { text, calls: [{ tool: "recordTriage", input: found }] };
}

function drafting({ input, triage, feedback, answers }: Situation): { text: string; calls: Call[] } {
  const category = triage?.category ?? classify(input).category;
  if (answers.length === 0) {
    const order = orderNumberIn(input);
    const checks = order === null ? "the customer and the policy" : `the customer, order ${order} and the policy`;
    const again = feedback.length === 0 ? "" : ` The reviewer wants changes: ${feedback.at(-1)}`;
    return {
      text: `I look up ${checks} on ${category}.${again}`,
      calls: [
        { tool: "lookUpCustomer", input: {} },
        ...(order === null ? [] : [{ tool: "lookUpOrder", input: { number: order } }]),
        { tool: "findPolicy", input: { topic: category } },
      ],
    };
  }
  const knowledge = knowledgeFrom(answers);
  const policy = knowledge.policies[0];
  const proposal = replyTo(input, category, knowledge, changesFrom(feedback));
  const text =
    policy === undefined ? "I write the reply now." : `The policy "${policy.title}" fits. I write the reply now.`;
  return { text, calls: [{ tool: "proposeAction", input: proposal }] };
}

/** Reads the marked lines of the desk's prompt (see `prompt.ts`) and the tools' answers after it. */
function situationIn(prompt: LanguageModelV4Prompt): Situation | null {
  const start = prompt.findLastIndex(({ role }) => role === "user");
  const message = prompt[start];
  if (message?.role !== "user") return null;
  const lines = message.content.flatMap((part) => (part.type === "text" ? part.text.split("\n") : []));
  const marked = (marker: string): unknown[] =>
    lines
      .filter((line) => line.startsWith(`${marker} `))
      .map((line): unknown => JSON.parse(line.slice(marker.length + 1)));
  const [input] = marked("REQUEST") as Input[];
  if (input === undefined) return null;
  const answers = prompt.slice(start + 1).flatMap((later) => {
    if (later.role !== "tool") return [];
    return later.content.flatMap((part): ToolAnswer[] =>
      part.type === "tool-result"
        ? [{ tool: part.toolName, value: part.output.type === "json" ? part.output.value : null }]
        : [],
    );
  });
  return {
    input,
    triage: (marked("TRIAGE")[0] as Triage | undefined) ?? null,
    feedback: marked("FEEDBACK") as string[],
    answers,
  };
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
