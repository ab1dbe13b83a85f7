import { createFileRoute, Outlet, useParams } from "@tanstack/react-router";
import { InboxScreen } from "@/features/inbox/inbox-screen";
import { readInboxSearch } from "@/lib/inbox-search";

export const Route = createFileRoute("/_desk/inbox")({
  validateSearch: readInboxSearch,
  component: function InboxRoute() {
    const search = Route.useSearch();
    const { taskId } = useParams({ strict: false });
    return (
      <InboxScreen search={search} selected={taskId}>
        <Outlet />
      </InboxScreen>
    );
  },
});
