import type { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import { AlarmClockIcon, BellIcon, UserCheckIcon } from "lucide-react";
import { AsWritten } from "@/components/as-written";
import { RiskBadge } from "@/components/risk-badge";
import { QuestionBadge, TaskOutcomeBadge } from "@/components/state-badge";
import { Countdown, TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { comingTime, exactTime } from "@/lib/format";
import type { InboxSearch } from "@/lib/inbox-search";
import { useNow } from "@/lib/now";

type Task = FunctionReturnType<typeof api.tasks.inbox>["page"][number];

/**
 * One line of the inbox: what it is about, which stage of which playbook asks, how risky it is, and how long there is
 * left (or how it ended). `search` keeps the reader in their queue.
 */
export function TaskRow({ task, playbook, search }: { task: Task; playbook: string; search: InboxSearch }) {
  const now = useNow("slow");
  const { snoozedUntil, remindedAt } = task;
  const open = task.outcome === null;
  return (
    <Link
      to="/inbox/$taskId"
      params={{ taskId: task.taskId }}
      search={search}
      className="relative flex flex-col gap-1 px-4 py-3 transition-colors hover:bg-accent focus-visible:outline-offset-[-2px] aria-[current=page]:bg-primary/8 aria-[current=page]:before:absolute aria-[current=page]:before:inset-y-0 aria-[current=page]:before:left-0 aria-[current=page]:before:w-0.5 aria-[current=page]:before:bg-primary"
    >
      <span className="flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate font-medium">
          <AsWritten text={task.title} />
        </span>
        {task.closedAt === null ? (
          <Countdown dueAt={task.dueAt} className="text-xs" />
        ) : (
          <TimeAgo at={task.closedAt} className="text-xs text-muted-foreground" />
        )}
      </span>
      <span className="truncate text-xs text-muted-foreground">
        {playbook} · {task.stage} · {task.from}
      </span>
      <span className="line-clamp-2 text-muted-foreground">
        <AsWritten text={task.summary} />
      </span>
      <span className="mt-1 flex flex-wrap items-center gap-1.5">
        {task.question && open && <QuestionBadge />}
        {task.outcome !== null && <TaskOutcomeBadge outcome={task.outcome} question={task.question} />}
        {task.risk !== null && <RiskBadge level={task.risk.level} score={task.risk.score} />}
        {open && search.for === "all" && task.asksMe && (
          <Badge variant="primary">
            <UserCheckIcon aria-hidden />
            Asks you
          </Badge>
        )}
        {open && remindedAt !== null && (
          <Badge variant="warning" title={`Reminded ${exactTime(remindedAt)}`}>
            <BellIcon aria-hidden />
            Reminded
          </Badge>
        )}
        {open && snoozedUntil !== null && snoozedUntil > now && (
          <Badge title={`Snoozed until ${exactTime(snoozedUntil)}`}>
            <AlarmClockIcon aria-hidden />
            Until {comingTime(snoozedUntil, now)}
          </Badge>
        )}
        {task.round > 1 && (
          <span className="text-xs text-muted-foreground tabular-nums">
            {task.question ? "Question" : "Draft"} {task.round}
          </span>
        )}
      </span>
    </Link>
  );
}
