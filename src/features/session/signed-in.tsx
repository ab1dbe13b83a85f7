import { api } from "@convex/_generated/api";
import { Navigate, useLocation } from "@tanstack/react-router";
import { useConvexAuth, useQuery } from "convex/react";
import type { ReactNode } from "react";
import { ViewerContext } from "@/lib/viewer";
import { Splash } from "./splash";

/** Shows its children to a signed-in person, and sends everybody else to sign in and back here afterwards. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { isLoading, isAuthenticated } = useConvexAuth();
  const viewer = useQuery(api.viewer.current, isAuthenticated ? {} : "skip");
  const here = useLocation({ select: (location) => location.href });
  if (isLoading || (isAuthenticated && viewer === undefined)) return <Splash waiting />;
  if (!isAuthenticated || viewer === undefined || viewer === null) {
    return <Navigate to="/sign-in" search={here === "/" ? {} : { next: here }} replace />;
  }
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}
