import { createFileRoute } from "@tanstack/react-router";
import { TaskScreen } from "@/features/review/task-screen";

export const Route = createFileRoute("/_desk/inbox/$taskId")({
  component: function TaskRoute() {
    const { taskId } = Route.useParams();
    return <TaskScreen key={taskId} taskId={taskId} search={Route.useSearch()} />;
  },
});
