import { createFileRoute } from "@tanstack/react-router";
import { PersonScreen } from "@/features/people/person-screen";

export const Route = createFileRoute("/_desk/people/$personId")({
  component: function PersonRoute() {
    const { personId } = Route.useParams();
    return <PersonScreen key={personId} personId={personId} />;
  },
});
