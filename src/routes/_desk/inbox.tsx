import { createFileRoute, Outlet, useParams } from "@tanstack/react-router";
import { InboxScreen } from "@/features/inbox/inbox-screen";

export type Queue = "open" | "done";

export const Route = createFileRoute("/_desk/inbox")({
  validateSearch: ({ queue }: Record<string, unknown>): { queue?: Queue | undefined } =>
    queue === "done" ? { queue } : {},
  component: function InboxRoute() {
    const { queue = "open" } = Route.useSearch();
    const { taskId } = useParams({ strict: false });
    return (
      <InboxScreen queue={queue} selected={taskId}>
        <Outlet />
      </InboxScreen>
    );
  },
});
