import { createFileRoute, useLocation } from "@tanstack/react-router";
import { WelcomeScreen } from "@/features/session/welcome-screen";

export const Route = createFileRoute("/welcome")({
  component: function WelcomeRoute() {
    const token = useLocation({ select: ({ hash }) => hash });
    return <WelcomeScreen key={token} token={token} />;
  },
});
