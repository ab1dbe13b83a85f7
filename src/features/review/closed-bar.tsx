import { Link } from "@tanstack/react-router";
import { AlarmClockIcon, ArrowRightIcon } from "lucide-react";
import type { ReactNode } from "react";
import { RequestStateBadge, TaskOutcomeBadge } from "@/components/state-badge";
import { Countdown, TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuTrigger } from "@/components/ui/dropdown-menu";
import { reasonOf } from "@/lib/sentences";
import { type Commands, SnoozeItems } from "./decision-actions";
import { titleOf } from "./draft-words";
import type { RequestPage, Task } from "./types";

/** What the bar says when there is nothing to decide here for whoever looks: it waits for others, or it is over. */
export function ClosedBar(props: { page: RequestPage; task: Task; next: ReactNode; commands: Commands }) {
  const { page, task, next } = props;
  const { outcome } = task;
  const later = page.draft?.revision === page.drafts[0]?.revision ? takenBack(page.state) : null;
  return (
    <div className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-2">
      {outcome === null ? (
        <>
          <TaskOutcomeBadge outcome="open" />
          <p role="status" className="min-w-0 flex-1 basis-64 text-muted-foreground">
            {whyNot(page, task)}
          </p>
          <span className="ml-auto flex items-center gap-2">
            <Countdown dueAt={task.dueAt} className="text-xs" />
            {page.may.snooze && (
              <DropdownMenu modal={false}>
                <DropdownMenuTrigger asChild>
                  <Button variant="outline" size="icon-sm" aria-label="Snooze">
                    <AlarmClockIcon aria-hidden />
                  </Button>
                </DropdownMenuTrigger>
                <DropdownMenuContent side="top" align="end" className="w-64">
                  <SnoozeItems snoozed={task.snoozedUntil !== null} commands={props.commands} />
                </DropdownMenuContent>
              </DropdownMenu>
            )}
          </span>
        </>
      ) : (
        <>
          {later?.badge ?? <TaskOutcomeBadge outcome={outcome.kind} question={task.question} />}
          <p role="status" className="text-muted-foreground">
            {byWhom(titleOf(page.drafts, task.revision), later?.by ?? outcome.by)}{" "}
            <TimeAgo at={later?.at ?? outcome.at} />
          </p>
          <span className="ml-auto flex items-center gap-3">
            <NextStage page={page} task={task} />
            {next}
          </span>
        </>
      )}
    </div>
  );
}

function byWhom(draft: string, by: string | null): string {
  return by === null ? draft : `${draft}, by ${by}`;
}

/** How a request ended after people had decided about its draft: then that is what holds. Null where they decided. */
function takenBack(state: RequestPage["state"]): { badge: ReactNode; by: string; at: number } | null {
  const { kind, at } = state;
  if (kind === "withdrawn" || kind === "canceled") {
    return { badge: <RequestStateBadge kind={kind} />, by: state.by, at };
  }
  if (kind !== "rejected" || state.by.kind !== "revocation") return null;
  return { badge: <RequestStateBadge kind={kind} rejectedBy="revocation" />, by: state.by.name, at };
}

/** Leads to the stage that is open now, when this task was about an earlier one. */
function NextStage({ page, task }: { page: RequestPage; task: Task }) {
  const { state } = page;
  if (state.kind !== "inReview" || state.taskId === task.taskId) return null;
  return (
    <Button asChild variant="outline" size="sm">
      <Link to="/inbox/$taskId" params={{ taskId: state.taskId }}>
        Now with “{state.stage}”
        <ArrowRightIcon aria-hidden />
      </Link>
    </Button>
  );
}

function whyNot(page: RequestPage, task: Task): string {
  if (page.may.decideNot !== null) return reasonOf(page.may.decideNot);
  return `${titleOf(page.drafts, task.revision)} waits for “${task.stage}”.`;
}
