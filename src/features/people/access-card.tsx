import { api } from "@convex/_generated/api";
import { useAction, useMutation, useQuery } from "convex/react";
import { KeyRoundIcon, MailIcon } from "lucide-react";
import { useState } from "react";
import { SessionLines } from "@/components/session-lines";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { useOnce } from "@/lib/use-once";
import { LinkNote } from "./link-note";
import type { MadeLink, PersonRow } from "./types";

/** How somebody gets in: links to hand them, and where they are signed in now. */
export function AccessCard({ person }: { person: PersonRow }) {
  const sessions = useQuery(api.sessions.list, { personId: person.id });
  const endSession = useMutation(api.sessions.end);
  const { run, pending, error } = useOnce();
  return (
    <Card aria-labelledby="access-title">
      <CardHeader>
        <CardTitle id="access-title">Signing in</CardTitle>
      </CardHeader>
      <CardContent className="flex flex-col gap-4">
        {person.email === null ? (
          <p className="text-muted-foreground">
            {person.demo ? "Signs in without a password, as everybody of the demo does." : "Has no e-mail address."}
          </p>
        ) : (
          <LinkMaker person={person} />
        )}
        {sessions !== undefined && sessions.length > 0 && (
          <SessionLines
            className="rounded-md border"
            sessions={sessions}
            pending={pending}
            onEnd={(sessionId) => void run(() => endSession({ sessionId }))}
          />
        )}
        {sessions?.length === 0 && <p className="text-muted-foreground">Not signed in anywhere.</p>}
        {error !== null && <ErrorNote error={error} />}
      </CardContent>
    </Card>
  );
}

function LinkMaker({ person }: { person: PersonRow }) {
  const inviteAgain = useAction(api.accounts.inviteAgain);
  const resetLink = useAction(api.accounts.resetLink);
  const { run, pending, error } = useOnce();
  const [made, setMade] = useState<MadeLink | null>(null);
  const invited = person.state === "invited";
  const make = async () => {
    await run(async () => {
      setMade(await (invited ? inviteAgain : resetLink)({ personId: person.id }));
    });
  };
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted-foreground">
        {invited
          ? "Was invited and has not chosen a password yet. A new invitation takes the place of the older one."
          : "Who has forgotten their password needs a link to choose a new one."}
      </p>
      {made !== null && (
        <LinkNote made={made} name={person.name} what={invited ? "invitation" : "link for a new password"} />
      )}
      {error !== null && <ErrorNote error={error} />}
      <div>
        <Button variant="outline" disabled={pending} aria-busy={pending} onClick={() => void make()}>
          {invited ? <MailIcon aria-hidden /> : <KeyRoundIcon aria-hidden />}
          {invited ? "Invite again" : "Link for a new password"}
        </Button>
      </div>
    </div>
  );
}
