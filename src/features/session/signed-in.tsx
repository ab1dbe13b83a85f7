import { api } from "@convex/_generated/api";
import { useRouter } from "@tanstack/react-router";
import { useConvexAuth, useQuery } from "convex/react";
import { type ReactNode, useEffect } from "react";
import { ViewerContext } from "@/lib/viewer";
import { Splash } from "./splash";

/** Shows its children to a signed-in person, and sends everybody else to sign in and back here afterwards. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { isLoading, isAuthenticated } = useConvexAuth();
  const viewer = useQuery(api.viewer.current, isAuthenticated ? {} : "skip");
  const router = useRouter();
  const stranger = !isLoading && (!isAuthenticated || viewer === null);
  useEffect(() => {
    if (!stranger) return;
    // Whoever signs out is on their way already, and shall not come back here as somebody else.
    const { pathname, href: here } = router.latestLocation;
    if (pathname === "/sign-in") return;
    void router.navigate({ to: "/sign-in", search: here === "/" ? {} : { next: here }, replace: true });
  }, [stranger, router]);
  if (viewer === undefined || viewer === null) return <Splash waiting />;
  return <ViewerContext value={viewer}>{children}</ViewerContext>;
}
