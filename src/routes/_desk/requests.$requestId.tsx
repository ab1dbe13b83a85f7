import { createFileRoute } from "@tanstack/react-router";
import { RequestScreen } from "@/features/review/request-screen";

export const Route = createFileRoute("/_desk/requests/$requestId")({
  component: function RequestRoute() {
    const { requestId } = Route.useParams();
    return <RequestScreen key={requestId} requestId={requestId} />;
  },
});
