import { createRootRoute, Outlet } from "@tanstack/react-router";
import { NoSuchPage } from "@/features/shell/route-error";

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <main className="flex min-h-dvh items-center justify-center">
      <NoSuchPage />
    </main>
  ),
});
