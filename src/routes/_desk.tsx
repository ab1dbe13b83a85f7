import { createFileRoute, Outlet } from "@tanstack/react-router";
import { SignedIn } from "@/features/session/signed-in";
import { NoSuchPage } from "@/features/shell/route-error";
import { Shell } from "@/features/shell/shell";

export const Route = createFileRoute("/_desk")({
  component: () => (
    <SignedIn>
      <Shell>
        <Outlet />
      </Shell>
    </SignedIn>
  ),
  notFoundComponent: NoSuchPage,
});
