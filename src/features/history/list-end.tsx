import { HourglassIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { count, counted, exactTime } from "@/lib/format";
import type { Listed } from "./use-history";

/** The end of a list: how far back it looked where rows were compared one by one, that a search shows the best only, and more. */
export function ListEnd({ list, noun }: { list: Listed<unknown>; noun: string }) {
  const { looked, capped, more, status } = list;
  if (looked === null && !capped && more === null) return null;
  const loading = status === "loadingMore";
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t px-4 py-3 text-muted-foreground">
      <p role="status" className="flex min-w-0 items-center gap-1.5 text-xs">
        {looked !== null && (
          <>
            <HourglassIcon aria-hidden className="size-3.5 shrink-0" />
            Looked back to {exactTime(looked.backTo)}: {counted(looked.rows, noun)} compared, {count(looked.found)}{" "}
            found.
          </>
        )}
        {capped && "The search considers the 1,000 best matches. Add a word or a filter to see the others."}
      </p>
      {more !== null && (
        <Button variant="outline" size="sm" disabled={loading} onClick={more}>
          {loading ? "Loading…" : looked === null ? "Show more" : "Look further back"}
        </Button>
      )}
    </div>
  );
}
