import { api } from "@convex/_generated/api";
import { usePaginatedQuery } from "convex-helpers/react";
import { useEffect } from "react";
import type { Queue, Whose } from "@/lib/inbox-search";
import { useNow } from "@/lib/now";
import { isListed } from "./listed";

const PAGE = 30;
/** Where few of the tasks are listed, further pages are read by themselves up to so many tasks; then the reader asks. */
const READ_MAX = 300;

/** The tasks of a queue, live, a page at a time. */
export function useTasks(queue: Queue, whose: Whose) {
  const now = useNow("slow");
  const { results, status, loadMore } = usePaginatedQuery(
    api.tasks.inbox,
    { queue: queue === "done" ? "done" : "open" },
    { initialNumItems: PAGE },
  );
  const tasks = results.filter((task) => isListed(task, { queue, whose }, now));
  // "CanLoadMore" again after each page, so that it goes on until there are enough.
  const short = status === "CanLoadMore" && tasks.length < PAGE && results.length < READ_MAX;
  useEffect(() => {
    if (short) loadMore(PAGE);
  }, [short, loadMore]);
  return { tasks, status, loadMore: () => loadMore(PAGE) };
}
