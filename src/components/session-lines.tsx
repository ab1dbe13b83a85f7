import type { SessionClient } from "@convex/shared/account/sessionClient";
import { MonitorSmartphoneIcon } from "lucide-react";
import { TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/lib/utils";

/** Where somebody is signed in; times in ms since 1970. `current` is the session that looks. */
export type SessionLine<Id extends string> = {
  id: Id;
  beganAt: number;
  usedAt: number;
  client: SessionClient | null;
  current: boolean;
};

/** Sessions, each with a way to end it but the one that looks. */
export function SessionLines<Id extends string>(props: {
  sessions: readonly SessionLine<Id>[];
  pending: boolean;
  onEnd: (id: Id) => void;
  className?: string;
}) {
  return (
    <ul aria-label="Sessions" className={cn("divide-y", props.className)}>
      {props.sessions.map(({ id, beganAt, usedAt, client, current }) => {
        const program = client?.program ?? "a program";
        const name = `${program.charAt(0).toUpperCase()}${program.slice(1)}`;
        const address = client?.address ?? null;
        return (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <MonitorSmartphoneIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-2">
                <span className="font-medium">{name}</span>
                {current && <Badge>This one</Badge>}
              </p>
              <p className="text-xs text-muted-foreground [overflow-wrap:anywhere]">
                Signed in <TimeAgo at={beganAt} />, last used <TimeAgo at={usedAt} />
                {address !== null && `, from ${address}`}
              </p>
            </div>
            {!current && (
              <Button
                type="button"
                variant="ghost"
                size="sm"
                aria-label={`End the session of ${name}`}
                disabled={props.pending}
                onClick={() => props.onEnd(id)}
              >
                End
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
