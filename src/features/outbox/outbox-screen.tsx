import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { usePaginatedQuery } from "convex-helpers/react";
import { ChevronRightIcon, SendIcon } from "lucide-react";
import { KindIcon } from "@/components/kind-icon";
import { EmptyState, ListSkeleton, LoadMore, Page } from "@/components/page";
import { TimeAgo } from "@/components/time";
import { Card } from "@/components/ui/card";
import { useTitle } from "@/lib/title";
import { useDeskStatus } from "@/lib/viewer";

const PAGE = 25;

/** What was performed through the outbox, newest first. */
export function OutboxScreen() {
  useTitle("Outbox");
  const { connector } = useDeskStatus();
  const messages = usePaginatedQuery(api.outbox.list, {}, { initialNumItems: PAGE });
  return (
    <Page
      title="Outbox"
      lead="What was performed, exactly as it was approved. The outbox stays on this desk: nothing here was sent to anybody."
    >
      <Card aria-label="Messages">
        {messages.status === "LoadingFirstPage" ? (
          <ListSkeleton rows={5} label="Loading the outbox" />
        ) : messages.results.length === 0 ? (
          <EmptyState icon={SendIcon} title="Nothing has been performed yet">
            {connector === "outbox"
              ? "When a reviewer approves a draft, the desk performs it and the message appears here."
              : "This desk performs through a webhook; its results are on each request’s page."}
          </EmptyState>
        ) : (
          <>
            <ul className="divide-y">
              {messages.results.map((message) => (
                <li key={message.messageId}>
                  <Link
                    to="/outbox/$messageId"
                    params={{ messageId: message.messageId }}
                    className="flex items-center gap-3 px-4 py-3 transition-colors hover:bg-accent focus-visible:outline-offset-[-2px]"
                  >
                    <KindIcon kind={message.kind} />
                    <span className="min-w-0 flex-1">
                      <span className="block truncate font-medium">{message.title}</span>
                      <span className="block truncate text-xs text-muted-foreground">{message.detail}</span>
                    </span>
                    <TimeAgo at={message.at} className="text-xs text-muted-foreground" />
                    <ChevronRightIcon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
                  </Link>
                </li>
              ))}
            </ul>
            <LoadMore status={messages.status} onLoadMore={() => messages.loadMore(PAGE)} />
          </>
        )}
      </Card>
    </Page>
  );
}
