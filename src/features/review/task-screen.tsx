import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { ArrowLeftIcon, SearchXIcon, SquareArrowOutUpRightIcon } from "lucide-react";
import { EmptyState } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { capitalized } from "@/lib/format";
import type { InboxSearch } from "@/lib/inbox-search";
import { DecisionBar } from "./decision-bar";
import { draftName } from "./draft-words";
import { PageSkeleton } from "./page-skeleton";
import { RequestView } from "./request-view";
import type { RequestPage } from "./types";

/** One task of the inbox: its draft, everything about it, and the decision. `search` leads back to the same queue. */
export function TaskScreen({ taskId, search }: { taskId: string; search: InboxSearch }) {
  const page = useQuery(api.tasks.get, { taskId });
  return (
    <div className="flex h-full flex-col">
      {/* Focusable, so that the arrow keys scroll it where nothing inside takes the focus. Positioned, so that what is only
          heard scrolls with it and does not make the page longer than the screen. */}
      <div tabIndex={0} className="relative min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]">
        <Link
          to="/inbox"
          search={search}
          className="flex h-11 items-center gap-2 border-b px-4 text-muted-foreground hover:text-foreground focus-visible:outline-offset-[-2px] lg:hidden"
        >
          <ArrowLeftIcon aria-hidden className="size-4" />
          Inbox
        </Link>
        {page === undefined ? (
          <PageSkeleton />
        ) : page === null ? (
          <EmptyState
            icon={SearchXIcon}
            title="There is no such task"
            action={
              <Button asChild variant="outline">
                <Link to="/inbox">Go to the inbox</Link>
              </Button>
            }
          >
            The address is wrong, or the task is not yours to see.
          </EmptyState>
        ) : (
          <RequestView page={page} live={false} top={<Elsewhere page={page} />} />
        )}
      </div>
      {page !== undefined && page !== null && (
        <DecisionBar
          page={page}
          next={
            <span className="hidden items-center gap-1.5 text-xs text-muted-foreground lg:inline-flex">
              <Kbd>j</Kbd> next task
            </span>
          }
        />
      )}
    </div>
  );
}

/** A task shows its own draft for ever; where the request has moved on, this says so. */
function Elsewhere({ page }: { page: RequestPage }) {
  const newest = page.drafts[0];
  const moved = page.draft !== null && newest !== undefined && newest.revision > page.draft.revision;
  return (
    <p className="-mb-1 flex flex-wrap items-center gap-x-2 text-xs text-muted-foreground">
      {moved && page.draft !== null && (
        <span>
          {capitalized(draftName(page.draft))} is shown here; {draftName(newest)} is the newest.
        </span>
      )}
      <Link
        to="/requests/$requestId"
        params={{ requestId: page.request.requestId }}
        className="inline-flex items-center gap-1 text-primary underline-offset-4 hover:underline"
      >
        Open the whole request
        <SquareArrowOutUpRightIcon aria-hidden className="size-3" />
      </Link>
    </p>
  );
}
