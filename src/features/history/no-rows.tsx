import { Link } from "@tanstack/react-router";
import { HistoryIcon, SearchXIcon } from "lucide-react";
import { EmptyState } from "@/components/page";
import { Button } from "@/components/ui/button";
import { filtersSet, type HistorySearch } from "./search";

/** What stands where no row is: how rows come to be, or how to find more. */
export function NoRows({ search, isDone }: { search: HistorySearch; isDone: boolean }) {
  const of = search.of === "requests" ? ({ of: search.of } as const) : {};
  if (filtersSet(search) === 0) {
    return (
      <EmptyState icon={HistoryIcon} title="Nothing has happened yet">
        Submissions, drafts, decisions, deadlines and everything performed are recorded here as they happen.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={SearchXIcon}
      title={isDone ? "Nothing matches these filters" : "Nothing found so far"}
      action={
        <Button asChild variant="outline" size="sm">
          <Link to="/history" search={of}>
            Clear the filters
          </Link>
        </Button>
      }
    >
      {!isDone
        ? "No row so far matches every filter. Look further back, or take a filter away."
        : search.text === undefined
          ? "Take a filter away, or choose a longer time."
          : search.of === "requests"
            ? "The search looks for whole words, the last one also as a beginning, in subject, sender, message and summary."
            : "The search looks for whole words, the last one also as a beginning, in what people wrote and in names. Erased words are found no more."}
    </EmptyState>
  );
}
