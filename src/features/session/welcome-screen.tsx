import { api } from "@convex/_generated/api";
import { Link, useRouter } from "@tanstack/react-router";
import { useConvexAuth, useQuery } from "convex/react";
import { useEffect, useState } from "react";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useTitle } from "@/lib/title";
import { homeOf } from "@/lib/viewer";
import { FrontPage } from "./front-page";
import { WelcomeForm } from "./welcome-form";

/** What a link opens: who it is for chooses a password, and is signed in. `token` is the link's fragment. */
export function WelcomeScreen({ token }: { token: string }) {
  useTitle("Welcome");
  const found = useQuery(api.accounts.link, { token });
  const [using, setUsing] = useState(false);
  const { isAuthenticated } = useConvexAuth();
  const viewer = useQuery(api.viewer.current, isAuthenticated && using ? {} : "skip");
  const router = useRouter();
  const used = found?.ok === false;
  const go = using && used && viewer ? homeOf(viewer.roles) : undefined;
  useEffect(() => {
    // In place of this page, so that the link does not stay in the tab's history.
    if (go !== undefined) router.history.replace(go);
  }, [go, router]);

  // Once it is being used, the link is shown as it was: it turns into a used one while the person is signed in.
  const [last, setLast] = useState(found);
  if (found !== undefined && found !== last && !(using && used)) setLast(found);
  if (last === undefined) {
    return (
      <FrontPage>
        <div role="status">
          <span className="sr-only">Looking at your link</span>
          <Skeleton className="h-40" />
        </div>
      </FrontPage>
    );
  }
  return (
    <FrontPage>
      {last.ok ? (
        <WelcomeForm token={token} kind={last.kind} person={last.person} onUse={setUsing} />
      ) : (
        <div className="flex flex-col gap-5">
          <ErrorNote error={{ title: "This link does not let you in", message: last.message, desk: null }} />
          <Button asChild variant="outline" className="self-start">
            <Link to="/sign-in">Go to sign-in</Link>
          </Button>
        </div>
      )}
    </FrontPage>
  );
}
