import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import { useMemo, useState } from "react";
import { partialJson } from "@/lib/partial-json";
import { draftOf, type LiveDraft, NOTHING, type Written, written } from "./live-draft";

const NO_MESSAGES = { cursor: null, numItems: 0 };
/** Deltas read before they are kept and the query asks for later ones; the agent component answers with 100 at most. */
const BATCH = 50;

interface Read {
  streamId: string | undefined;
  cursor: number;
  written: Written;
}

const UNREAD: Read = { streamId: undefined, cursor: 0, written: NOTHING };

/**
 * The draft that an agent is writing now, word by word; null while there is none. The agent package's own hook shows a tool
 * call only when its input is complete, and the draft is the input of a tool call: so its deltas are read here.
 */
export function useLiveDraft(threadId: string, drafting: boolean): LiveDraft | null {
  const running = useQuery(
    api.drafts.stream,
    drafting ? { threadId, paginationOpts: NO_MESSAGES, streamArgs: { kind: "list" } } : "skip",
  );
  const streams = running?.streams?.kind === "list" ? running.streams.messages : [];
  const streamId = streams.toSorted((a, b) => a.order - b.order || a.stepOrder - b.stepOrder).at(-1)?.streamId;

  const [kept, setKept] = useState(UNREAD);
  const read = kept.streamId === streamId ? kept : UNREAD;
  const answer = useQuery(
    api.drafts.stream,
    streamId === undefined
      ? "skip"
      : { threadId, paginationOpts: NO_MESSAGES, streamArgs: { kind: "deltas", cursors: [{ streamId, cursor: read.cursor }] } },
  );
  const deltas = answer?.streams?.kind === "deltas" ? answer.streams.deltas : [];
  const now = written(read.written, deltas.flatMap((delta) => delta.parts));
  const last = deltas.at(-1);
  if (deltas.length >= BATCH && last !== undefined) setKept({ streamId, cursor: last.end, written: now });

  const draft = useMemo(() => draftOf(partialJson(now.json)), [now.json]);

  // The stream ends a moment before the finished draft is there: until then the last words stay.
  const [shown, setShown] = useState<LiveDraft | null>(null);
  const wanted = drafting ? (draft ?? shown) : null;
  if (wanted !== shown) setShown(wanted);
  return wanted;
}
