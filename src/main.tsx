import "@fontsource-variable/inter";
import "./styles.css";
import { createRouter, RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Toaster } from "@/components/ui/sonner";
import { BootBoundary } from "@/features/session/boot-boundary";
import { Boot } from "@/features/session/boot";
import { RouteError } from "@/features/shell/route-error";
import { routeTree } from "./routeTree.gen";

const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: RouteError,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root.");
createRoot(root).render(
  <StrictMode>
    <BootBoundary>
      <Boot>
        <RouterProvider router={router} />
      </Boot>
    </BootBoundary>
    {/* Never over the decision bar, which is at the foot of the screen. */}
    <Toaster position="bottom-right" offset={{ bottom: 96 }} mobileOffset={{ bottom: 180 }} />
  </StrictMode>,
);
