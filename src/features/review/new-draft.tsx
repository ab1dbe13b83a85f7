import { useState } from "react";
import { Button } from "@/components/ui/button";
import { WhatChanged } from "./conflict-dialog";
import { nameOf, titleOf } from "./draft-words";
import type { RequestPage, Task } from "./types";

/** Another draft has taken the place of the one that was being read (`before`): it must be read before it is decided. */
export function NewDraft(props: { page: RequestPage; task: Task; before: number; onRead: () => void }) {
  const { page, task, before } = props;
  const [comparing, setComparing] = useState(false);
  const editor = page.drafts.find(({ revision }) => revision === task.revision)?.editedBy ?? null;
  const known = page.drafts.some(({ revision }) => revision === before);
  return (
    <>
      {comparing && <WhatChanged page={page} from={before} to={task.revision} />}
      <div role="status" className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-64">
          <span className="font-medium">
            {editor === null
              ? `${titleOf(page.drafts, task.revision)} has arrived`
              : `${editor} edited it: this is draft ${task.revision}`}
          </span>{" "}
          in place of the one you were reading. Read it, then {task.question ? "answer" : "decide"}.
        </p>
        <div className="flex flex-wrap gap-2">
          {known && (
            <Button variant="outline" aria-expanded={comparing} onClick={() => setComparing(!comparing)}>
              {comparing ? "Hide the changes" : "What changed"}
            </Button>
          )}
          <Button onClick={props.onRead}>I have read {nameOf(page.drafts, task.revision)}</Button>
        </div>
      </div>
    </>
  );
}
