import { listUIMessages, syncStreams, vStreamArgs, vStreamMessagesReturnValue } from "@convex-dev/agent";
import { paginationOptsValidator, paginationResultValidator } from "convex/server";
import { v } from "convex/values";
import { components } from "./_generated/api";
import { personQuery } from "./functions";
import { maySee } from "./model/people";
import { deskError } from "./shared/errors";

/** A message as the agent package's hooks want it. Parts are the AI SDK's: text, reasoning, one kind per tool. */
const vUIMessage = v.object({
  id: v.string(),
  key: v.string(),
  order: v.number(),
  stepOrder: v.number(),
  status: v.union(v.literal("streaming"), v.literal("pending"), v.literal("success"), v.literal("failed")),
  role: v.union(v.literal("system"), v.literal("user"), v.literal("assistant")),
  text: v.string(),
  parts: v.array(v.any()),
  agentName: v.optional(v.string()),
  userId: v.optional(v.string()),
  metadata: v.optional(v.any()),
  _creationTime: v.number(),
});

/** A request's agents at work: saved messages and what is being streamed now, for the hook `useUIMessages`. */
export const stream = personQuery({
  args: { threadId: v.string(), paginationOpts: paginationOptsValidator, streamArgs: vStreamArgs },
  returns: v.object({
    ...paginationResultValidator(vUIMessage).fields,
    streams: vStreamMessagesReturnValue.fields.streams,
  }),
  handler: async (ctx, args) => {
    const request = await ctx.db
      .query("requests")
      .withIndex("by_threadId", (q) => q.eq("threadId", args.threadId))
      .unique();
    if (request === null || !maySee(ctx.person, request)) throw deskError("notFound");
    const messages = await listUIMessages(ctx, components.agent, args);
    const streams = await syncStreams(ctx, components.agent, args);
    return { ...messages, streams };
  },
});
