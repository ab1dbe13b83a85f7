import { api } from "@convex/_generated/api";
import { Link } from "@tanstack/react-router";
import { useQuery } from "convex/react";
import { SearchXIcon } from "lucide-react";
import { EmptyState } from "@/components/page";
import { Button } from "@/components/ui/button";
import { useTitle } from "@/lib/title";
import { DecisionBar } from "./decision-bar";
import { PageSkeleton } from "./page-skeleton";
import { RequestView } from "./request-view";

/** One request from its submission to its end, live. */
export function RequestScreen({ requestId }: { requestId: string }) {
  const page = useQuery(api.requests.get, { requestId });
  useTitle(page?.request.subject ?? "Request");
  if (page === undefined) return <PageSkeleton />;
  if (page === null) {
    return (
      <EmptyState
        icon={SearchXIcon}
        page
        title="There is no such request"
        action={
          <Button asChild variant="outline">
            <Link to="/">Go to your desk</Link>
          </Button>
        }
      >
        The address is wrong, or the request is not yours to see.
      </EmptyState>
    );
  }
  return (
    <div className="flex h-full flex-col">
      {/* Focusable, so that the arrow keys scroll it where nothing inside takes the focus. Positioned, so that what is only
          heard scrolls with it and does not make the page longer than the screen. */}
      <div tabIndex={0} className="relative min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]">
        <RequestView page={page} live />
      </div>
      <DecisionBar page={page} />
    </div>
  );
}
