import { createFileRoute } from "@tanstack/react-router";
import { NewRequestScreen } from "@/features/new-request/new-request-screen";

export const Route = createFileRoute("/_desk/new")({
  validateSearch: ({ playbook }: Record<string, unknown>): { playbook?: string } =>
    typeof playbook === "string" ? { playbook } : {},
  component: function NewRequestRoute() {
    const { playbook } = Route.useSearch();
    return <NewRequestScreen playbookName={playbook} />;
  },
});
