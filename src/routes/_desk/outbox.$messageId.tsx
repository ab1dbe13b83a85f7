import { createFileRoute } from "@tanstack/react-router";
import { MessageScreen } from "@/features/outbox/message-screen";

export const Route = createFileRoute("/_desk/outbox/$messageId")({
  component: function MessageRoute() {
    const { messageId } = Route.useParams();
    return <MessageScreen messageId={messageId} />;
  },
});
