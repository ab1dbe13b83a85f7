import { createFileRoute } from "@tanstack/react-router";
import { PolicyScreen } from "@/features/policies/policy-screen";

export const Route = createFileRoute("/_desk/policies/$playbook")({
  validateSearch: ({ edit, version }: Record<string, unknown>): { edit?: true; version?: number } => ({
    ...(edit === true ? { edit } : {}),
    ...(typeof version === "number" ? { version } : {}),
  }),
  component: function PolicyRoute() {
    const { playbook } = Route.useParams();
    const { edit, version } = Route.useSearch();
    return <PolicyScreen playbook={playbook} edit={edit === true} version={version} />;
  },
});
