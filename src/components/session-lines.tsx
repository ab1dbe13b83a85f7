import type { SessionClient } from "@convex/shared/account/sessionClient";
import { MonitorSmartphoneIcon } from "lucide-react";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";

export type SessionLine<Id extends string> = {
  id: Id;
  beganAt: number;
  usedAt: number;
  client: SessionClient | null;
  current: boolean;
};

/** Where somebody is signed in, each with a way to end it. */
export function SessionLines<Id extends string>(props: {
  sessions: readonly SessionLine<Id>[];
  pending: boolean;
  onEnd: (id: Id) => void;
}) {
  return (
    <ul aria-label="Sessions" className="divide-y rounded-md border">
      {props.sessions.map(({ id, beganAt, usedAt, client, current }) => {
        const program = client?.program ?? "an unknown program";
        return (
          <li key={id} className="flex items-center gap-3 px-3 py-2">
            <MonitorSmartphoneIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
            <span className="min-w-0 flex-1">
              <span className="block [overflow-wrap:anywhere] first-letter:uppercase">
                {program}
                {current && " (this window)"}
              </span>
              <span className="block text-xs text-muted-foreground [overflow-wrap:anywhere]">
                {client?.address != null && `${client.address} · `}
                since <TimeAgo at={beganAt} />, used <TimeAgo at={usedAt} />
              </span>
            </span>
            <Button
              type="button"
              variant="outline"
              size="sm"
              disabled={props.pending}
              aria-label={`End the session in ${program}`}
              onClick={() => props.onEnd(id)}
            >
              End
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
