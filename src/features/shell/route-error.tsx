import { type ErrorComponentProps, Link, useLocation, useRouter } from "@tanstack/react-router";
import { LockIcon, SearchXIcon } from "lucide-react";
import { EmptyState, ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { explain } from "@/lib/errors";
import { whoOpens } from "@/lib/viewer";
import { SCREENS } from "./screens";

/** What stands in place of a screen that failed: what happened, and a way to try again. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const explanation = explain(error);
  if (explanation.desk?.code === "notAllowed") return <NotYours />;
  return (
    <div className="mx-auto w-full max-w-xl px-4 py-10">
      <h1 className="sr-only">This screen cannot be shown</h1>
      <ErrorNote
        error={explanation}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
  );
}

/** What stands where a screen is that the person's roles do not open: who may see it, and the way back. */
function NotYours() {
  const { pathname } = useLocation();
  const found = SCREENS.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  return (
    <EmptyState
      icon={LockIcon}
      page
      title={found === undefined ? "Your role does not open this page" : `“${found.word}” is not open to your role`}
      action={
        <Button asChild variant="outline">
          <Link to="/">Go to your desk</Link>
        </Button>
      }
    >
      {found !== undefined && `Only ${whoOpens(found.screen)} may see it. `}Nothing was changed. Ask an admin if you need
      it.
    </EmptyState>
  );
}

/** What stands where no screen is. */
export function NoSuchPage() {
  return (
    <EmptyState
      icon={SearchXIcon}
      page
      title="There is no such page"
      action={
        <Button asChild variant="outline">
          <Link to="/">Go to your desk</Link>
        </Button>
      }
    >
      The address leads nowhere. Nothing was changed.
    </EmptyState>
  );
}
