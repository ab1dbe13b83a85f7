import { AsWritten } from "@/components/as-written";
import { PersonVoice } from "@/components/authored";
import { TimeAgo } from "@/components/time";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { initialsOf } from "@convex/shared/account/initials";
import { MessageFiles } from "./message-files";
import type { RequestPage } from "./types";

/** What was asked, as it came, with its files. */
export function MessageCard({ request, className }: { request: RequestPage["request"]; className?: string }) {
  return (
    <Card className={className} aria-labelledby="message-title">
      <CardHeader>
        <CardTitle id="message-title">Message</CardTitle>
      </CardHeader>
      <CardContent>
        <PersonVoice name={request.from} initials={initialsOf(request.from)}>
          <p className="verbatim mb-2 font-medium">
            <AsWritten text={request.subject} />
          </p>
          <p className="verbatim">
            <AsWritten text={request.message} />
          </p>
        </PersonVoice>
        <MessageFiles files={request.attachments} />
        <p className="mt-4 text-xs text-muted-foreground">
          Handed to the desk by {request.requester.name} <TimeAgo at={request.createdAt} />
        </p>
      </CardContent>
    </Card>
  );
}
