import { api } from "@convex/_generated/api";
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { LogOutIcon, MonitorSmartphoneIcon } from "lucide-react";
import { toast } from "sonner";
import { ErrorNote, ListSkeleton } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { useOnce } from "@/lib/use-once";

type Session = FunctionReturnType<typeof api.sessions.list>[number];

/** Where the person is signed in, the newest first, with a way to end each. */
export function SessionsCard() {
  const sessions = useQuery(api.sessions.list, {});
  const endOthers = useMutation(api.sessions.endOthers);
  const { run, pending, error } = useOnce();
  const others = sessions?.filter(({ current }) => !current) ?? [];

  const end = async () => {
    if (await run(() => endOthers({}))) toast.success("You are signed out everywhere else.");
  };
  return (
    <Card aria-labelledby="sessions-title">
      <CardHeader className="justify-between">
        <CardTitle id="sessions-title">Signed in</CardTitle>
        {others.length > 0 && (
          <Button variant="outline" size="sm" disabled={pending} onClick={() => void end()}>
            <LogOutIcon aria-hidden />
            Sign out everywhere else
          </Button>
        )}
      </CardHeader>
      {error !== null && <ErrorNote error={error} className="m-4" />}
      {sessions === undefined ? (
        <ListSkeleton rows={2} label="Loading your sessions" />
      ) : (
        <ul className="divide-y">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function SessionRow({ session }: { session: Session }) {
  const end = useMutation(api.sessions.end);
  const { run, pending, error } = useOnce();
  const program = session.client?.program ?? "a program";
  const address = session.client?.address ?? null;
  const name = `${program.charAt(0).toUpperCase()}${program.slice(1)}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <MonitorSmartphoneIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{name}</span>
          {session.current && <Badge>This one</Badge>}
        </p>
        <p className="text-xs text-muted-foreground [overflow-wrap:anywhere]">
          Signed in <TimeAgo at={session.beganAt} />, last used <TimeAgo at={session.usedAt} />
          {address !== null && `, from ${address}`}
        </p>
      </div>
      {!session.current && (
        <Button
          variant="ghost"
          size="sm"
          aria-label={`End the session of ${name}`}
          disabled={pending}
          onClick={() => void run(() => end({ sessionId: session.id }))}
        >
          End
        </Button>
      )}
      {error !== null && <ErrorNote error={error} className="w-full" />}
    </li>
  );
}
