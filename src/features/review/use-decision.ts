import { api } from "@convex/_generated/api";
import type { Id } from "@convex/_generated/dataModel";
import type { Action } from "@convex/shared/actions";
import type { Shown } from "@convex/shared/audit/event";
import type { Verdict } from "@convex/shared/records";
import { useMutation } from "convex/react";
import { useState } from "react";
import type { Explanation } from "@/lib/errors";
import { rememberDecision } from "@/lib/recent-decision";
import { newSubmissionKey } from "@/lib/submission-key";
import { useOnce } from "@/lib/use-once";
import type { RequestPage, Seen } from "./types";

/** What is on its way to the desk. */
export type Sending = Verdict["kind"] | "edit" | "undo" | "delegate" | "escalate" | "snooze";

/** A call that the desk refused, and the draft it was about. */
export type Refused = { error: Explanation; what: Sending; seen: Seen | null };

/**
 * The calls that decide, one at a time. Each answers whether it was taken; why the last one was not is `refused`. A
 * verdict carries a key of its own, so that a call repeated by the connection cannot decide twice, and one given again
 * after an undo is a new one. With a verdict or an edit goes what the screen shows (`shownNow`), for the history.
 */
export function useDecision({ request: { requestId, subject }, task }: RequestPage, shownNow: () => Shown | undefined) {
  const decide = useMutation(api.decisions.decide);
  const edit = useMutation(api.decisions.edit);
  const undo = useMutation(api.decisions.undo);
  const delegate = useMutation(api.decisions.delegate);
  const escalate = useMutation(api.decisions.escalate);
  const snooze = useMutation(api.tasks.snooze);
  const { run, pending, error, clear } = useOnce();
  const [last, setLast] = useState<{ what: Sending; seen: Seen | null } | null>(null);

  const send = (what: Sending, seen: Seen | null, call: () => Promise<unknown>): Promise<boolean> => {
    if (!pending) setLast({ what, seen });
    return run(call);
  };
  return {
    pending,
    sending: pending && last !== null ? last.what : null,
    refused: error === null || last === null ? null : ({ error, ...last } satisfies Refused),
    clear,
    decide: (seen: Seen, verdict: Verdict) => {
      const key = newSubmissionKey();
      return send(verdict.kind, seen, async () => {
        const { outcome, undoUntil: until } = await decide({ ...seen, shown: shownNow(), verdict, key });
        if (until === null || outcome === "passed" || outcome === "waiting") return;
        const question = task?.question === true;
        rememberDecision({ requestId, taskId: seen.taskId, subject, outcome, question, until });
      });
    },
    edit: (seen: Seen, action: Action) => send("edit", seen, () => edit({ ...seen, shown: shownNow(), action })),
    undo: () =>
      send("undo", null, async () => {
        await undo({ requestId });
        rememberDecision(null);
      }),
    delegate: (seen: Seen, toId: Id<"people">) => send("delegate", seen, () => delegate({ taskId: seen.taskId, toId })),
    escalate: (seen: Seen, reason: string) => send("escalate", seen, () => escalate({ taskId: seen.taskId, reason })),
    snooze: (seen: Seen, until: number | null) => send("snooze", seen, () => snooze({ taskId: seen.taskId, until })),
  };
}
export type Decision = ReturnType<typeof useDecision>;
