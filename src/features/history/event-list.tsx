import { Link } from "@tanstack/react-router";
import { EventIcon } from "@/components/event-icon";
import { ListSkeleton } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Card } from "@/components/ui/card";
import { ListEnd } from "./list-end";
import { NoRows } from "./no-rows";
import { type HistorySearch, viewOf } from "./search";
import { type EventFound, useEvents } from "./use-history";

/** Audit events of the address's filter. */
export function EventList({ search }: { search: HistorySearch }) {
  const view = viewOf(search);
  const list = useEvents(view.of === "events" ? view.filter : {}, view.of === "events");
  return (
    <Card aria-label="Audit events">
      {list.status === "loading" ? (
        <ListSkeleton rows={8} label="Loading the history" />
      ) : list.rows.length === 0 ? (
        <NoRows search={search} isDone={list.more === null} />
      ) : (
        <ol className="divide-y">
          {list.rows.map((event) => (
            <li key={event.id}>
              <EventRow event={event} />
            </li>
          ))}
        </ol>
      )}
      <ListEnd list={list} noun="event" />
    </Card>
  );
}

function EventRow({ event }: { event: EventFound }) {
  return (
    <div className="flex gap-3 px-4 py-2.5">
      <EventIcon kind={event.kind} actor={event.actor.kind} />
      <div className="flex min-w-0 flex-1 flex-col gap-x-6 gap-y-0.5 sm:flex-row sm:items-baseline sm:justify-between">
        <div className="min-w-0">
          <p>
            <span className="font-medium">{event.actor.name}</span> <span className="verbatim">{event.text}</span>
          </p>
          {event.requestId !== null && (
            <Link
              data-row
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
    </div>
  );
}
