import { Countdown } from "@/components/time";
import { comingTime, exactTime, shortDigest } from "@/lib/format";
import { useNow } from "@/lib/now";
import { reasonOf } from "@/lib/sentences";
import { titleOf } from "./draft-words";
import type { RequestPage, Task } from "./types";

/** The id of the sentence that says why an approval would not count, for the button it is about. */
export const APPROVE_NOT = "approve-not";

/** Which draft is decided, how long there is left, and what holds for the person who looks. */
export function DecisionLine({ page, task }: { page: RequestPage; task: Task }) {
  const { may } = page;
  const now = useNow("slow");
  return (
    <div className="min-w-0 text-xs text-muted-foreground">
      <p>
        <span className="font-medium text-foreground">{titleOf(page.drafts, task.revision)}</span> ·{" "}
        <code className="font-mono" title={`SHA-256 ${task.digest}`}>
          {shortDigest(task.digest)}
        </code>{" "}
        · <Countdown dueAt={task.dueAt} />
      </p>
      {may.voted !== null && (
        <p role="status">
          <span className="font-medium text-foreground">
            You {may.voted === "approve" ? "approved" : "rejected"} this {task.question ? "question" : "draft"}.
          </span>{" "}
          It waits for others.
        </p>
      )}
      {may.voted === null && may.approveNot !== null && <p id={APPROVE_NOT}>{reasonOf(may.approveNot)}</p>}
      {task.snoozedUntil !== null && task.snoozedUntil > now && (
        <p title={exactTime(task.snoozedUntil)}>
          Snoozed until {comingTime(task.snoozedUntil, now)}. The deadline stays.
        </p>
      )}
    </div>
  );
}
