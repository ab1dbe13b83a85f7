import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { usePaginatedQuery } from "convex/react";
import { HistoryIcon } from "lucide-react";
import { EventIcon } from "@/components/event-icon";
import { EmptyState, ListSkeleton, LoadMore, Page } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Card } from "@/components/ui/card";
import { useTitle } from "@/lib/title";

const PAGE = 50;

/** Every audit event of the desk, newest first. */
export function HistoryScreen() {
  useTitle("History");
  const events = usePaginatedQuery(api.audit.list, {}, { initialNumItems: PAGE });
  return (
    <Page title="History" lead="Everything that happened at this desk: who did what, to which request, and when.">
      <Card aria-label="Audit events">
        {events.status === "LoadingFirstPage" ? (
          <ListSkeleton rows={8} label="Loading the history" />
        ) : events.results.length === 0 ? (
          <EmptyState icon={HistoryIcon} title="Nothing has happened yet">
            Submissions, drafts, decisions, deadlines and everything performed are recorded here as they happen.
          </EmptyState>
        ) : (
          <>
            <ol className="divide-y">
              {events.results.map((event) => (
                <li key={event.id} className="flex gap-3 px-4 py-2.5">
                  <EventIcon kind={event.kind} actor={event.actor.kind} />
                  <div className="flex min-w-0 flex-1 flex-col gap-x-6 gap-y-0.5 sm:flex-row sm:items-baseline sm:justify-between">
                    <div className="min-w-0">
                      <p>
                        <span className="font-medium">{event.actor.name}</span>{" "}
                        <span className="verbatim">{event.text}</span>
                      </p>
                      {event.requestId !== null && (
                        <Link
                          to="/requests/$requestId"
                          params={{ requestId: event.requestId }}
                          className="text-xs text-primary underline-offset-4 [overflow-wrap:anywhere] hover:underline"
                        >
                          {event.subject ?? "The request"}
                        </Link>
                      )}
                    </div>
                    <TimeAgo at={event.at} className="shrink-0 text-xs text-muted-foreground" />
                  </div>
                </li>
              ))}
            </ol>
            <LoadMore status={events.status} onLoadMore={() => events.loadMore(PAGE)} />
          </>
        )}
      </Card>
    </Page>
  );
}
