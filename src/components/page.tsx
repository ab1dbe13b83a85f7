import { type LucideIcon, RotateCwIcon, TriangleAlertIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Alert, AlertDescription, AlertTitle } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import type { Explanation } from "@/lib/errors";
import { cn } from "@/lib/utils";

/** A screen of one column: heading, a sentence, and what is beside them. */
export function Page(props: {
  title: string;
  lead?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <div className={cn("mx-auto w-full max-w-5xl px-4 py-5 sm:px-6 sm:py-6", props.className)}>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-xl font-semibold tracking-tight">{props.title}</h1>
          {props.lead !== undefined && <p className="mt-1 max-w-2xl text-muted-foreground">{props.lead}</p>}
        </div>
        {props.aside}
      </header>
      {props.children}
    </div>
  );
}

/**
 * What stands where a list would be while it has nothing in it: what will appear here, and how to make that happen.
 * `page` says that it stands in place of a whole page, so that its title is the page's heading.
 */
export function EmptyState(props: {
  icon: LucideIcon;
  title: string;
  page?: boolean;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  const Icon = props.icon;
  const Title = props.page ? "h1" : "p";
  return (
    <div className={cn("flex flex-col items-center justify-center gap-2 px-6 py-14 text-center", props.className)}>
      <span className="mb-2 flex size-10 items-center justify-center rounded-lg border bg-card text-muted-foreground">
        <Icon aria-hidden className="size-5" />
      </span>
      <Title className="font-medium">{props.title}</Title>
      {props.children !== undefined && (
        <div className="max-w-sm text-balance text-muted-foreground">{props.children}</div>
      )}
      {props.action !== undefined && <div className="mt-3">{props.action}</div>}
    </div>
  );
}

/** An error in the place where the thing would have been. */
export function ErrorNote(props: { error: Explanation; onRetry?: () => void; className?: string }) {
  return (
    <Alert variant="destructive" role="alert" className={props.className}>
      <TriangleAlertIcon aria-hidden />
      <AlertTitle>{props.error.title}</AlertTitle>
      <AlertDescription>
        <p className="verbatim">{props.error.message}</p>
        {props.onRetry !== undefined && (
          <Button variant="outline" size="sm" onClick={props.onRetry}>
            <RotateCwIcon aria-hidden />
            Try again
          </Button>
        )}
      </AlertDescription>
    </Alert>
  );
}

/** Grey lines in the shape of the list to come. */
export function ListSkeleton({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" className="divide-y">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex flex-col gap-2 px-4 py-3.5">
          <Skeleton className="h-4 w-3/5" />
          <Skeleton className="h-3.5 w-4/5" />
          <Skeleton className="h-3.5 w-2/5" />
        </div>
      ))}
    </div>
  );
}

/** The end of a list that comes in pages. Nothing once everything is there. */
export function LoadMore(props: {
  status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
  onLoadMore: () => void;
}) {
  if (props.status === "Exhausted" || props.status === "LoadingFirstPage") return null;
  const loading = props.status === "LoadingMore";
  return (
    <div className="flex justify-center p-3">
      <Button variant="outline" size="sm" disabled={loading} onClick={props.onLoadMore}>
        {loading ? "Loading…" : "Show more"}
      </Button>
    </div>
  );
}
