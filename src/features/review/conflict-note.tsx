import { ActionDiff } from "@/components/action-letter";
import { ErrorNote } from "@/components/page";
import type { Explanation } from "@/lib/errors";
import type { RequestPage, Task } from "./types";

/**
 * A decision that was not taken: who or what was first in the desk's own words; where the draft changed, what changed
 * in it.
 */
export function ConflictNote(props: { error: Explanation; page: RequestPage; task: Task }) {
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
    </div>
  );
}
