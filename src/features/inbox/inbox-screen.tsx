import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { ListSkeleton, LoadMore } from "@/components/page";
import { Kbd } from "@/components/ui/kbd";
import type { InboxSearch, Queue } from "@/lib/inbox-search";
import { useRecentDecision } from "@/lib/recent-decision";
import { useTitle } from "@/lib/title";
import { useKeys } from "@/lib/use-keys";
import { usePlaybookTitles } from "@/lib/use-playbook-titles";
import { cn } from "@/lib/utils";
import { EmptyQueue } from "./empty-queue";
import { RecentStrip } from "./recent-strip";
import { step } from "./step";
import { TaskRow } from "./task-row";
import { useTasks } from "./use-tasks";

const LISTS: Record<Queue, string> = { open: "Open tasks", snoozed: "Snoozed tasks", done: "Done tasks" };

/** The reviewer's work: a queue on the left, one task on the right; on a phone one or the other. */
export function InboxScreen(props: { search: InboxSearch; selected: string | undefined; children: ReactNode }) {
  const { search, selected } = props;
  const { queue = "open", for: whose = "me" } = search;
  useTitle("Inbox");
  const { tasks, status, loadMore } = useTasks(queue, whose);
  const recent = useRecentDecision();
  const titleOf = usePlaybookTitles();
  const ids = tasks.map((task) => task.taskId);
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
    void navigate({ to: "/inbox/$taskId", params: { taskId }, search });
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
        <header className="border-b px-4">
          <div className="flex items-center justify-between gap-3">
            <h1 className="py-3 text-base font-semibold tracking-tight">Inbox</h1>
            <nav aria-label="Whose tasks" className="flex rounded-md border p-0.5">
              <WhoseLink search={{ ...search, for: undefined }}>For me</WhoseLink>
              <WhoseLink search={{ ...search, for: "all" }}>All</WhoseLink>
            </nav>
          </div>
          <nav aria-label="Queues" className="-mx-2 flex gap-1">
            <QueueLink search={{ ...search, queue: undefined }}>Open</QueueLink>
            <QueueLink search={{ ...search, queue: "snoozed" }}>Snoozed</QueueLink>
            <QueueLink search={{ ...search, queue: "done" }}>Done</QueueLink>
          </nav>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto">
          {status === "LoadingFirstPage" ? (
            <ListSkeleton rows={6} label="Loading tasks" />
          ) : (
            <>
              {ids.length > 0 && (
                <ul ref={list} aria-label={LISTS[queue]} className="divide-y border-b">
                  {tasks.map((task) => (
                    <li key={task.taskId} data-task={task.taskId}>
                      <TaskRow task={task} playbook={titleOf(task.playbook)} search={search} />
                    </li>
                  ))}
                </ul>
              )}
              {ids.length === 0 && status === "Exhausted" && <EmptyQueue queue={queue} whose={whose} />}
              <LoadMore status={status} onLoadMore={loadMore} />
            </>
          )}
        </div>
        {recent !== null && recent.taskId !== selected && <RecentStrip recent={recent} />}
        <p className="hidden items-center gap-1 border-t px-4 py-2 text-xs text-muted-foreground lg:flex">
          <Kbd>j</Kbd>
          <Kbd>k</Kbd> move
          <Kbd className="ml-2">a</Kbd> approve
          <Kbd className="ml-2">r</Kbd> reject
          <Kbd className="ml-2">z</Kbd> undo
          <Kbd className="ml-2">?</Kbd>
        </p>
      </section>
      <div className={cn("min-w-0 flex-1", selected === undefined && "hidden lg:block")}>{props.children}</div>
    </div>
  );
}

/** `explicitUndefined`: without it the link to what is usual counts as current everywhere. */
function QueueLink(props: { search: InboxSearch; children: ReactNode }) {
  return (
    <Link
      to="/inbox"
      search={props.search}
      activeOptions={{ explicitUndefined: true }}
      className="flex h-9 items-center border-b-2 border-transparent px-2 font-medium text-muted-foreground hover:text-foreground focus-visible:outline-offset-[-2px] aria-[current=page]:border-primary aria-[current=page]:text-foreground"
    >
      {props.children}
    </Link>
  );
}

function WhoseLink(props: { search: InboxSearch; children: ReactNode }) {
  return (
    <Link
      to="/inbox"
      search={props.search}
      activeOptions={{ explicitUndefined: true }}
      className="rounded-sm px-2 py-0.5 text-xs font-medium text-muted-foreground hover:text-foreground aria-[current=page]:bg-accent aria-[current=page]:text-foreground"
    >
      {props.children}
    </Link>
  );
}
