import { ActionDiff } from "@/components/action-letter";
import { ErrorNote } from "@/components/page";
import type { Explanation } from "@/lib/errors";
import type { RequestPage, Task } from "./types";

/**
 * A decision that was not taken: who or what was first in the desk's own words; where the draft changed, what changed in
 * it; and what the person had written, so that it can be used again.
 */
export function ConflictNote(props: { error: Explanation; page: RequestPage; task: Task; written: string }) {
  const { error, page, task } = props;
  const current = error.desk?.code === "staleDraft" ? error.desk["currentRevision"] : undefined;
  const before = page.drafts.find((draft) => draft.revision === task.revision);
  const after = page.drafts.find((draft) => draft.revision === current);
  return (
    <div className="flex max-h-[50dvh] flex-col gap-2 overflow-y-auto">
      <ErrorNote error={error} />
      {before !== undefined && after !== undefined && before !== after && (
        <section aria-label="What changed" className="rounded-md border">
          <p className="border-b px-4 py-2 text-xs text-muted-foreground">
            What changed from draft {before.revision} to draft {after.revision}
          </p>
          <ActionDiff before={before.action} after={after.action} />
        </section>
      )}
      {props.written !== "" && (
        <p className="verbatim rounded-md border px-3 py-2">
          <span className="block text-xs text-muted-foreground">What you wrote, kept for you to copy:</span>
          {props.written}
        </p>
      )}
    </div>
  );
}
