import { api } from "@convex/_generated/api";
import { useMutation, useQuery } from "convex/react";
import { LogOutIcon } from "lucide-react";
import { toast } from "sonner";
import { ErrorNote, ListSkeleton } from "@/components/page";
import { SessionLines } from "@/components/session-lines";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { useOnce } from "@/lib/use-once";

/** Where the person is signed in, the newest first, with a way to end each. */
export function SessionsCard() {
  const sessions = useQuery(api.sessions.list, {});
  const endSession = useMutation(api.sessions.end);
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
        <SessionLines
          sessions={sessions}
          pending={pending}
          onEnd={(sessionId) => void run(() => endSession({ sessionId }))}
        />
      )}
    </Card>
  );
}
