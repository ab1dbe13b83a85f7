import { Link } from "@tanstack/react-router";
import { AlarmClockIcon, CircleCheckIcon, InboxIcon } from "lucide-react";
import { EmptyState } from "@/components/page";
import { Button } from "@/components/ui/button";
import type { Queue, Whose } from "@/lib/inbox-search";

/** What stands where a queue has no tasks: what would appear here, and where else to look. */
export function EmptyQueue({ queue, whose }: { queue: Queue; whose: Whose }) {
  const everybody = whose === "me" && (
    <Button asChild variant="outline" size="sm">
      <Link to="/inbox" search={{ ...(queue === "open" ? {} : { queue }), for: "all" }}>
        Look at everybody’s
      </Link>
    </Button>
  );
  switch (queue) {
    case "open":
      return (
        <EmptyState icon={InboxIcon} title="Nothing waits for a decision" action={everybody}>
          {whose === "me"
            ? "When an agent has drafted something and a stage asks you, it appears here at once, without a reload."
            : "When an agent has drafted something, it appears here at once, without a reload."}
        </EmptyState>
      );
    case "snoozed":
      return (
        <EmptyState icon={AlarmClockIcon} title="Nothing is snoozed">
          A task you put off waits here and comes back by itself. Its deadline stays.
        </EmptyState>
      );
    case "done":
      return (
        <EmptyState icon={CircleCheckIcon} title="Nothing has been decided yet" action={everybody}>
          Approved, rejected, sent back and expired drafts are kept here, the latest first.
        </EmptyState>
      );
    default:
      return queue satisfies never;
  }
}
