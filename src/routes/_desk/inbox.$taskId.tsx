import { createFileRoute } from "@tanstack/react-router";
import { TaskScreen } from "@/features/review/task-screen";

export const Route = createFileRoute("/_desk/inbox/$taskId")({
  component: function TaskRoute() {
    const { taskId } = Route.useParams();
    const { queue } = Route.useSearch();
    return <TaskScreen key={taskId} taskId={taskId} queue={queue ?? "open"} />;
  },
});
