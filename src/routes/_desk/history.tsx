import { createFileRoute } from "@tanstack/react-router";
import { HistoryScreen } from "@/features/history/history-screen";
import { readHistorySearch } from "@/features/history/search";

export const Route = createFileRoute("/_desk/history")({
  validateSearch: readHistorySearch,
  component: function HistoryRoute() {
    return <HistoryScreen search={Route.useSearch()} />;
  },
});
