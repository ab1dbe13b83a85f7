import { api } from "@convex/_generated/api";
import { toUIMessages, useStreamingUIMessages } from "@convex-dev/agent/react";
import { usePaginatedQuery } from "convex/react";
import { useMemo } from "react";
import type { ThreadMessage } from "./agent-steps";
import { mergeMessages } from "./merge-messages";

/** More than the agents of one request ever say: rounds are capped, and each takes a handful of messages. */
const MESSAGES = 200;

/** A request's agents at work, live: saved messages and the one being streamed. Undefined until the first answer. */
export function useAgentThread(threadId: string): readonly ThreadMessage[] | undefined {
  const { results, status } = usePaginatedQuery(api.drafts.stream, { threadId }, { initialNumItems: MESSAGES });
  const loading = status === "LoadingFirstPage";
  const saved = useMemo(() => toUIMessages(results.toReversed()), [results]);
  const startOrder = saved.length === 0 ? 0 : Math.min(...saved.map((message) => message.order));
  const streamed = useStreamingUIMessages(
    api.drafts.stream,
    loading ? "skip" : { threadId, paginationOpts: { cursor: null, numItems: 0 } },
    { startOrder },
  );
  return useMemo(() => (loading ? undefined : mergeMessages(saved, streamed ?? [])), [loading, saved, streamed]);
}
