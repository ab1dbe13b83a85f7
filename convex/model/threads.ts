// What mutations do with the agents' threads. They call the component itself: the agent package's client would bring
// the whole AI SDK into every mutation.

import { components } from "../_generated/api";
import type { MutationCtx } from "../_generated/server";

/** A new thread for a request's agents. */
export async function createThread(ctx: MutationCtx, title: string): Promise<string> {
  const thread = await ctx.runMutation(components.agent.threads.createThread, { title });
  return thread._id;
}

/** Agents write one message at a time; more than a few pending ones are left over from crashes. */
const PENDING_MAX = 10;

/**
 * Ends what an agent is writing in a thread: what came so far stays as a failed message with the reason. An agent that
 * still runs notices with its next words.
 */
export async function interrupt(ctx: MutationCtx, threadId: string, reason: string): Promise<void> {
  const pending = await ctx.runQuery(components.agent.messages.listMessagesByThreadId, {
    threadId,
    order: "desc",
    statuses: ["pending"],
    paginationOpts: { cursor: null, numItems: PENDING_MAX },
  });
  for (const { _id } of pending.page) {
    await ctx.runMutation(components.agent.messages.finalizeMessage, {
      messageId: _id,
      result: { status: "failed", error: reason },
    });
  }
  const streams = await ctx.runQuery(components.agent.streams.list, { threadId, statuses: ["streaming"] });
  for (const { streamId } of streams) await ctx.runMutation(components.agent.streams.abort, { streamId, reason });
}
