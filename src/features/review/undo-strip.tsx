import { Undo2Icon } from "lucide-react";
import { TaskOutcomeBadge } from "@/components/state-badge";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { exactTime, shortLeft } from "@/lib/format";
import { useNow } from "@/lib/now";
import { nameOf } from "./draft-words";
import type { RequestPage } from "./types";
import type { Decision } from "./use-decision";

type Decided = Extract<RequestPage["state"], { kind: "decided" }>;

const DID = { approved: "approved", rejected: "rejected", changesRequested: "asked for changes to" } as const;

/**
 * The undo window: who decided what, and for how long it can still be taken back. Whoever decided sees the button,
 * everybody else that it is about to take effect.
 */
export function UndoStrip(props: {
  page: RequestPage;
  state: Decided;
  decision: Pick<Decision, "pending" | "sending">;
  onUndo: () => void;
}) {
  const { page, state } = props;
  const { pending, sending } = props.decision;
  const undoing = sending === "undo";
  // The clock ticks once a second: what it read last may be a little before the decision.
  const now = Math.max(useNow("second"), state.at);
  const own = page.may.undo;
  const over = now >= state.releaseAt;
  const span = Math.max(1, state.releaseAt - state.at);
  const left = Math.min(1, Math.max(0, (state.releaseAt - now) / span));
  return (
    <div className="relative flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <span aria-hidden className="absolute inset-x-0 -bottom-3 h-0.5">
        <span className="block h-full bg-primary" style={{ width: `${left * 100}%` }} />
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <TaskOutcomeBadge outcome={state.outcome} question={state.question} />
        <p role="status">
          <span className="font-medium">{own ? "You" : state.by}</span>{" "}
          {state.question && state.outcome === "changesRequested" ? "answered" : DID[state.outcome]}{" "}
          {page.task === null ? "this" : nameOf(page.drafts, page.task.revision)}.
        </p>
        <p role="timer" className="text-muted-foreground tabular-nums" title={exactTime(state.releaseAt)}>
          {over ? "It takes effect now." : `It takes effect in ${shortLeft(state.releaseAt, now)}.`}
        </p>
      </div>
      {own && (
        <Button variant="outline" disabled={pending || over} aria-busy={undoing} onClick={props.onUndo}>
          <Undo2Icon aria-hidden />
          {undoing ? "Undoing…" : "Undo"}
          <Kbd aria-hidden className="hidden lg:inline-flex">
            z
          </Kbd>
        </Button>
      )}
    </div>
  );
}
