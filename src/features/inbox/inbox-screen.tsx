import { api } from "@convex/_generated/api";
import { Link, useNavigate } from "@tanstack/react-router";
import { usePaginatedQuery } from "convex/react";
import { CircleCheckIcon, InboxIcon } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { EmptyState, ListSkeleton, LoadMore } from "@/components/page";
import { Kbd } from "@/components/ui/kbd";
import { useTitle } from "@/lib/title";
import { useKeys } from "@/lib/use-keys";
import { cn } from "@/lib/utils";
import { step } from "./step";
import { TaskRow } from "./task-row";

type Queue = "open" | "done";

const PAGE = 30;

/** The reviewer's work: a queue on the left, one task on the right; on a phone one or the other. */
export function InboxScreen(props: { queue: Queue; selected: string | undefined; children: ReactNode }) {
  const { queue, selected } = props;
  useTitle("Inbox");
  const tasks = usePaginatedQuery(api.tasks.inbox, { queue }, { initialNumItems: PAGE });
  const ids = tasks.results.map((task) => task.taskId);
  const navigate = useNavigate();
  const list = useRef<HTMLUListElement>(null);

  // A decided task leaves the queue while it is still shown; "next" is then what moved into its place.
  const lastIndex = useRef(0);
  useEffect(() => {
    const index = ids.findIndex((id) => id === selected);
    if (index >= 0) lastIndex.current = index;
  });

  const move = (by: 1 | -1) => {
    const taskId = step(ids, selected, lastIndex.current, by);
    if (taskId === undefined) return;
    void navigate({ to: "/inbox/$taskId", params: { taskId }, search: queue === "done" ? { queue } : {} });
    list.current?.querySelector(`[data-task="${taskId}"]`)?.scrollIntoView({ block: "nearest" });
  };
  useKeys({ j: () => move(1), k: () => move(-1) });

  return (
    <div className="flex h-full">
      <section
        aria-label="Tasks"
        className={cn(
          "flex min-w-0 flex-1 flex-col lg:w-96 lg:flex-none lg:border-r",
          selected !== undefined && "hidden lg:flex",
        )}
      >
        <header className="flex items-center justify-between gap-3 border-b px-4">
          <h1 className="py-3 text-base font-semibold tracking-tight">Inbox</h1>
          <nav aria-label="Queues" className="flex gap-1">
            <QueueLink queue={undefined}>Open</QueueLink>
            <QueueLink queue="done">Done</QueueLink>
          </nav>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto">
          {tasks.status === "LoadingFirstPage" ? (
            <ListSkeleton rows={6} label="Loading tasks" />
          ) : ids.length === 0 ? (
            <EmptyQueue queue={queue} />
          ) : (
            <>
              <ul ref={list} aria-label={queue === "open" ? "Open tasks" : "Done tasks"} className="divide-y border-b">
                {tasks.results.map((task) => (
                  <li key={task.taskId} data-task={task.taskId}>
                    <TaskRow task={task} queue={queue} />
                  </li>
                ))}
              </ul>
              <LoadMore status={tasks.status} onLoadMore={() => tasks.loadMore(PAGE)} />
            </>
          )}
        </div>
        <p className="hidden items-center gap-1 border-t px-4 py-2 text-xs text-muted-foreground lg:flex">
          <Kbd>j</Kbd>
          <Kbd>k</Kbd> move
          <Kbd className="ml-2">a</Kbd> approve
          <Kbd className="ml-2">r</Kbd> reject
          <Kbd className="ml-2">c</Kbd> changes
          <Kbd className="ml-2">?</Kbd>
        </p>
      </section>
      <div className={cn("min-w-0 flex-1", selected === undefined && "hidden lg:block")}>{props.children}</div>
    </div>
  );
}

/** `explicitUndefined`: without it the link to the open queue counts as current in every queue. */
function QueueLink(props: { queue: "done" | undefined; children: ReactNode }) {
  return (
    <Link
      to="/inbox"
      search={{ queue: props.queue }}
      activeOptions={{ explicitUndefined: true }}
      className="flex h-12 items-center border-b-2 border-transparent px-2 font-medium text-muted-foreground hover:text-foreground focus-visible:outline-offset-[-2px] aria-[current=page]:border-primary aria-[current=page]:text-foreground"
    >
      {props.children}
    </Link>
  );
}

function EmptyQueue({ queue }: { queue: Queue }) {
  return queue === "open" ? (
    <EmptyState icon={InboxIcon} title="Nothing waits for a decision">
      When an agent has drafted something, it appears here at once, without a reload. Requesters start one under “New
      request”.
    </EmptyState>
  ) : (
    <EmptyState icon={CircleCheckIcon} title="Nothing has been decided yet">
      Approved, rejected, sent back and expired drafts are kept here, the latest first.
    </EmptyState>
  );
}
