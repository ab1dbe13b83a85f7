import { createRootRoute, Outlet } from "@tanstack/react-router";
import { DemoBanner } from "@/features/shell/banners";
import { NoSuchPage } from "@/features/shell/route-error";

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <div className="flex min-h-dvh flex-col">
      <DemoBanner />
      <main className="flex flex-1 items-center justify-center">
        <NoSuchPage />
      </main>
    </div>
  ),
});
