import { type StreamArgs, vMessageDoc, vStreamArgs, vStreamDelta, vStreamMessage } from "@convex-dev/agent/validators";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { components } from "./_generated/api";
import { personQuery, type QueryCtx } from "./functions";
import { maySee } from "./model/seeing";
import { deskError } from "./shared/errors";

const EMPTY = { page: [], isDone: true, continueCursor: "" };

/**
 * A request's agents at work: saved messages, newest first, and what is being streamed now, as the agent package's hook
 * `useStreamingUIMessages` asks for it. It runs again with every few words of a draft, so it calls the agent component's
 * queries directly: the agent package's own helpers would load the AI SDK, ten times the code of everything else here.
 */
export const stream = personQuery({
  args: { threadId: v.string(), paginationOpts: paginationOptsValidator, streamArgs: vStreamArgs },
  returns: v.object({
    ...paginationResultValidator(vMessageDoc).fields,
    streams: v.optional(
      v.union(
        v.object({ kind: v.literal("list"), messages: v.array(vStreamMessage) }),
        v.object({ kind: v.literal("deltas"), deltas: v.array(vStreamDelta) }),
      ),
    ),
  }),
  handler: async (ctx, { threadId, paginationOpts, streamArgs }) => {
    const request = await ctx.db
      .query("requests")
      .withIndex("by_threadId", (q) => q.eq("threadId", threadId))
      .unique();
    if (request === null || !(await maySee(ctx, ctx.person, request))) throw deskError("notFound");
    const saved =
      paginationOpts.numItems === 0
        ? EMPTY
        : await ctx.runQuery(components.agent.messages.listMessagesByThreadId, {
            order: "desc",
            threadId,
            paginationOpts,
          });
    return { ...saved, streams: await streamsOf(ctx, threadId, streamArgs) };
  },
});

/** The streams that are running, or the words that came since the given cursors; undefined when neither is asked for. */
async function streamsOf(ctx: QueryCtx, threadId: string, args: StreamArgs) {
  const { streams } = components.agent;
  switch (args?.kind) {
    case undefined:
      return undefined;
    case "list":
      return {
        kind: "list" as const,
        messages: await ctx.runQuery(streams.list, { threadId, startOrder: args.startOrder }),
      };
    case "deltas":
      return {
        kind: "deltas" as const,
        deltas: await ctx.runQuery(streams.listDeltas, { threadId, cursors: args.cursors }),
      };
    default:
      return args satisfies never;
  }
}
