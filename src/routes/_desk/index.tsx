import { createFileRoute, Navigate } from "@tanstack/react-router";
import { homeOf, useViewer } from "@/lib/viewer";

export const Route = createFileRoute("/_desk/")({
  component: function HomeRoute() {
    return <Navigate to={homeOf(useViewer().roles)} replace />;
  },
});
