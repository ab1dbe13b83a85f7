import { EventIcon } from "@/components/event-icon";
import { TimeAgo } from "@/components/time";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import type { RequestPage } from "./types";

/** What happened to this request, oldest first. */
export function EventsCard({ events, className }: { events: RequestPage["timeline"]; className?: string }) {
  return (
    <Card className={className} aria-labelledby="events-title">
      <CardHeader>
        <CardTitle id="events-title">History of this request</CardTitle>
      </CardHeader>
      <ol className="flex flex-col gap-3 p-4">
        {events.map((event) => (
          <li key={event.id} className="flex min-w-0 gap-2.5">
            <EventIcon kind={event.kind} actor={event.actor.kind} />
            <p className="min-w-0 flex-1">
              <span className="font-medium">{event.actor.name}</span> <span className="verbatim">{event.text}</span>{" "}
              <TimeAgo at={event.at} className="text-xs text-muted-foreground" />
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
