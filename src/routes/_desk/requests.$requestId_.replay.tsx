import { createFileRoute } from "@tanstack/react-router";
import { ReplayScreen } from "@/features/history/replay-screen";

export const Route = createFileRoute("/_desk/requests/$requestId_/replay")({
  validateSearch: ({ step }: Record<string, unknown>): { step?: number } =>
    typeof step === "number" && Number.isInteger(step) && step > 0 ? { step } : {},
  component: function ReplayRoute() {
    const { requestId } = Route.useParams();
    const { step } = Route.useSearch();
    return <ReplayScreen requestId={requestId} step={step} />;
  },
});
