import { type ErrorComponentProps, Link, useRouter } from "@tanstack/react-router";
import { SearchXIcon } from "lucide-react";
import { EmptyState, ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { explain } from "@/lib/errors";

/** What stands in place of a screen that failed: what happened, and a way to try again. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <div className="mx-auto w-full max-w-xl px-4 py-10">
      <h1 className="sr-only">This screen cannot be shown</h1>
      <ErrorNote
        error={explain(error)}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </div>
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
