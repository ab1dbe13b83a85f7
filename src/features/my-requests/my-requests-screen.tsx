import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { usePaginatedQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { ChevronRightIcon, CirclePauseIcon, FilesIcon, SquarePenIcon } from "lucide-react";
import { EmptyState, ListSkeleton, LoadMore, Page } from "@/components/page";
import { RiskBadge } from "@/components/risk-badge";
import { RequestStateBadge } from "@/components/state-badge";
import { Countdown, TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useTitle } from "@/lib/title";

type Row = FunctionReturnType<typeof api.requests.mine>["page"][number];

const PAGE = 25;

/** What the signed-in person has handed to the desk, newest first, live. */
export function MyRequestsScreen() {
  useTitle("My requests");
  const requests = usePaginatedQuery(api.requests.mine, {}, { initialNumItems: PAGE });
  return (
    <Page
      title="My requests"
      lead="Everything you handed to the desk and where it stands."
      aside={
        <Button asChild size="sm">
          <Link to="/new">
            <SquarePenIcon aria-hidden />
            New request
          </Link>
        </Button>
      }
    >
      <Card aria-label="Requests">
        {requests.status === "LoadingFirstPage" ? (
          <ListSkeleton rows={5} label="Loading your requests" />
        ) : requests.results.length === 0 ? (
          <EmptyState
            icon={FilesIcon}
            title="You have not handed anything to the desk yet"
            action={
              <Button asChild variant="outline">
                <Link to="/new">Make a request</Link>
              </Button>
            }
          >
            Submit a request of your own, or one of the samples. Here you see it being drafted, decided and performed.
          </EmptyState>
        ) : (
          <>
            <ul className="divide-y">
              {requests.results.map((row) => (
                <li key={row.requestId}>
                  <RequestRow row={row} />
                </li>
              ))}
            </ul>
            <LoadMore status={requests.status} onLoadMore={() => requests.loadMore(PAGE)} />
          </>
        )}
      </Card>
    </Page>
  );
}

function RequestRow({ row }: { row: Row }) {
  const { state } = row;
  return (
    <Link
      to="/requests/$requestId"
      params={{ requestId: row.requestId }}
      className="flex items-center gap-3 px-4 py-3 transition-colors hover:bg-accent focus-visible:outline-offset-[-2px]"
    >
      <span className="flex min-w-0 flex-1 flex-col gap-1 sm:flex-row sm:items-center sm:gap-4">
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{row.subject}</span>
          <span className="flex gap-1 text-xs text-muted-foreground">
            <span className="truncate">{row.from}</span>·
            <TimeAgo at={row.createdAt} />
          </span>
        </span>
        <span className="flex flex-wrap items-center gap-1.5 sm:justify-end">
          {state.kind === "inReview" && (
            <>
              <Countdown dueAt={state.dueAt} className="text-xs" />
              <span className="text-xs text-muted-foreground">{state.stage}</span>
            </>
          )}
          {state.kind === "approved" && state.held !== null && (
            <Badge variant="warning" title={state.held}>
              <CirclePauseIcon aria-hidden />
              Held back
            </Badge>
          )}
          {row.risk !== null && <RiskBadge level={row.risk.level} />}
          <RequestStateBadge
            kind={state.kind}
            rejectedBy={state.kind === "rejected" ? state.by.kind : "person"}
            question={"question" in state && state.question}
          />
        </span>
      </span>
      <ChevronRightIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
    </Link>
  );
}
