import { api } from "@convex/_generated/api";
import { headOf } from "@convex/shared/actions";
import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { ArrowLeftIcon, SearchXIcon } from "lucide-react";
import { ActionLetter } from "@/components/action-letter";
import { EmptyState, ListSkeleton, Page } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useTitle } from "@/lib/title";

/** One performed message as it went out, with what proves that it is the approved one. */
export function MessageScreen({ messageId }: { messageId: string }) {
  const message = useQuery(api.outbox.get, { messageId });
  useTitle(message ? headOf(message.action).title : "Message");
  if (message === null) {
    return (
      <EmptyState
        icon={SearchXIcon}
        page
        title="There is no such message"
        action={
          <Button asChild variant="outline">
            <Link to="/outbox">Go to the outbox</Link>
          </Button>
        }
      >
        The address is wrong, or the message is not yours to see.
      </EmptyState>
    );
  }
  return (
    <Page
      title="Performed message"
      className="max-w-3xl"
      aside={
        <Button asChild variant="outline" size="sm">
          <Link to="/outbox">
            <ArrowLeftIcon aria-hidden />
            Outbox
          </Link>
        </Button>
      }
    >
      <Card aria-label="Message">
        {message === undefined ? (
          <ListSkeleton rows={3} label="Loading the message" />
        ) : (
          <>
            <ActionLetter action={message.action} />
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 border-t px-4 py-3 text-xs text-muted-foreground sm:px-5">
              <dt>Performed</dt>
              <dd>
                <TimeAgo at={message.at} />
              </dd>
              <dt>Request</dt>
              <dd>
                <Link
                  to="/requests/$requestId"
                  params={{ requestId: message.requestId }}
                  className="text-primary underline-offset-4 hover:underline"
                >
                  Open its request
                </Link>
              </dd>
              <dt>Digest</dt>
              <dd className="font-mono break-all">{message.digest}</dd>
              <dt>Idempotency key</dt>
              <dd className="font-mono break-all">{message.idempotencyKey}</dd>
            </dl>
          </>
        )}
      </Card>
    </Page>
  );
}
