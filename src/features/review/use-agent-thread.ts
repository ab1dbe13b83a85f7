import { api } from "@convex/_generated/api";
import { useUIMessages } from "@convex-dev/agent/react";
import type { ThreadMessage } from "./agent-steps";

/** More than the agents of one request ever say: rounds are capped, and each takes a handful of messages. */
const MESSAGES = 200;

/** A request's agents at work, live: saved messages and the one being streamed. Undefined until the first answer. */
export function useAgentThread(threadId: string): readonly ThreadMessage[] | undefined {
  const { results, status } = useUIMessages(
    api.drafts.stream,
    { threadId },
    { initialNumItems: MESSAGES, stream: true },
  );
  return status === "LoadingFirstPage" ? undefined : results;
}
