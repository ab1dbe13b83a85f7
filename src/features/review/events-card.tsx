import { Link } from "@tanstack/react-router";
import { HistoryIcon } from "lucide-react";
import { EventIcon } from "@/components/event-icon";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { screensOf, useViewer } from "@/lib/viewer";
import type { RequestPage } from "./types";

/** What happened to this request, oldest first; managers can go through it step by step. */
export function EventsCard({ events, className }: { events: RequestPage["timeline"]; className?: string }) {
  const { roles } = useViewer();
  const requestId = events[0]?.requestId;
  return (
    <Card className={className} aria-labelledby="events-title">
      <CardHeader>
        <CardTitle id="events-title">History of this request</CardTitle>
        {requestId && screensOf(roles).history && (
          <Button asChild variant="outline" size="sm" className="ml-auto">
            <Link to="/requests/$requestId/replay" params={{ requestId }}>
              <HistoryIcon aria-hidden />
              Replay
            </Link>
          </Button>
        )}
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
