// Runs one agent over one request: streams into the request's thread, records usage, and ends with the input of one of
// the agent's last tools. Whatever the model does, the answer is either that input or a reason a person can read.

import { Agent, hasSuccessfulToolCall } from "@convex-dev/agent";
import { APICallError, isStepCount, RetryError, type ToolSet } from "ai";
import { components, internal } from "../_generated/api";
import type { ActionCtx } from "../_generated/server";
import type { AgentBrief } from "../model/drafts";
import type { Model } from "../shared/records";
import { waitingTime } from "../shared/settings";
import { deskModel } from "./models";
import { wordsOf } from "./proposal";
import { promptFor } from "./prompt";

/**
 * How long one agent step may take, retries included; a hung model must not hold up a request. MODEL_TIMEOUT_MS
 * overrides it.
 */
const TIMEOUT_MS = 120_000;
/** Model calls one step may need: look-ups, the final tool, and a few corrections. */
const CALLS_MAX = 8;
/** Repeats of a call that failed in passing (429, 5xx, a broken connection), with growing waits by the AI SDK. */
const RETRIES = 3;
/** How often streamed words are saved for browsers that follow, in milliseconds. */
const THROTTLE_MS = 150;

export type Generation =
  | { kind: "ok"; tool: string; input: unknown; texts: Map<string, string>; model: Model }
  | { kind: "failed"; reason: string };

type AgentTask = { name: string; instructions: string; tools: ToolSet; finals: readonly string[]; missing: string };

/**
 * Streams the agent `name` until one of its tools `finals` has succeeded: `tool`, with `input`. `texts` maps "message" and
 * each other tool to the words it answered. `missing` is the reason when the model ends without a successful call of one.
 */
export async function generate(ctx: ActionCtx, brief: AgentBrief, task: AgentTask): Promise<Generation> {
  const { name, instructions, tools, finals, missing } = task;
  const { languageModel, named } = deskModel();
  const agent = new Agent(components.agent, {
    name,
    languageModel,
    instructions,
    tools,
    stopWhen: [...finals.map((final) => hasSuccessfulToolCall(final)), isStepCount(CALLS_MAX)],
    // The prompt carries all an agent needs; earlier rounds' threads would only grow it.
    contextOptions: { recentMessages: 0 },
    usageHandler: async (_, { provider, model, usage }) => {
      await ctx.runMutation(internal.agents.report.recordUsage, {
        requestId: brief.requestId,
        agent: name,
        provider,
        model,
        inputTokens: usage.inputTokens ?? 0,
        outputTokens: usage.outputTokens ?? 0,
      });
    },
  });

  const timeoutMs = waitingTime("MODEL_TIMEOUT_MS", TIMEOUT_MS);
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort("The model did not answer in time."), timeoutMs);
  let failure: unknown;
  try {
    const result = await agent.streamText(
      ctx,
      { threadId: brief.threadId },
      {
        prompt: promptFor(brief),
        abortSignal: timeout.signal,
        maxRetries: RETRIES,
        onError: ({ error }) => {
          failure ??= error;
        },
      },
      { saveStreamDeltas: { chunking: "word", throttleMs: THROTTLE_MS } },
    );
    const texts = new Map([["message", `${brief.input.from}\n${brief.input.subject}\n${brief.input.message}`]]);
    let ended: { tool: string; input: unknown } | null = null;
    for (const step of await result.steps) {
      for (const answer of step.toolResults) {
        const { toolName: tool, input } = answer;
        if (finals.includes(tool)) ended = { tool, input };
        else texts.set(tool, `${texts.get(tool) ?? ""}\n${wordsOf(answer.output)}`);
      }
    }
    if (ended !== null) return { kind: "ok", ...ended, texts, model: named };
  } catch (error) {
    failure ??= error;
  } finally {
    clearTimeout(timer);
  }
  if (timeout.signal.aborted) {
    return { kind: "failed", reason: `The model did not answer within ${timeoutMs / 1_000} seconds.` };
  }
  return { kind: "failed", reason: failure === undefined ? missing : reasonOf(failure) };
}

/** A model server's failure for a person. Its own words stay out: they may repeat keys or the prompt. */
function reasonOf(error: unknown): string {
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  const statusCode = APICallError.isInstance(cause) ? cause.statusCode : 200;
  if (statusCode === undefined) return "The model server could not be reached.";
  if (statusCode < 300) return "The model's answer broke off.";
  if (statusCode === 401 || statusCode === 403) return `The model server refused the key (${statusCode}).`;
  if (statusCode === 404) return "The model server does not know the model (404).";
  if (statusCode === 429) return "The model server is busy or the quota is used up (429), also after waiting.";
  return `The model server answered with an error (${statusCode}).`;
}
