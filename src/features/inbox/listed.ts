import type { Queue, Whose } from "@/lib/inbox-search";

/**
 * Whether a task belongs into a queue. `snoozedUntil` and `now` are in ms since 1970; a snooze that is over does not
 * count. Both "open" and "snoozed" are parts of the tasks that wait.
 */
export function isListed(
  task: { asksMe: boolean; snoozedUntil: number | null },
  { queue, whose }: { queue: Queue; whose: Whose },
  now: number,
): boolean {
  if (whose === "me" && !task.asksMe) return false;
  const snoozed = task.snoozedUntil !== null && task.snoozedUntil > now;
  return queue === "done" || snoozed === (queue === "snoozed");
}
