// What mutations do with the agents' threads. They call the component itself: the agent package's client would bring the
// whole AI SDK into every mutation.

import { components } from "../_generated/api";
import type { MutationCtx } from "../_generated/server";

/** A new thread for a request's agents. */
export async function createThread(ctx: MutationCtx, title: string): Promise<string> {
  const thread = await ctx.runMutation(components.agent.threads.createThread, { title });
  return thread._id;
}

/** Ends what is being streamed in a thread; the agent notices with its next words. */
export async function stopStreams(ctx: MutationCtx, threadId: string): Promise<void> {
  const streams = await ctx.runQuery(components.agent.streams.list, { threadId, statuses: ["streaming"] });
  for (const { streamId } of streams) {
    await ctx.runMutation(components.agent.streams.abort, { streamId, reason: "The request was stopped." });
  }
}
