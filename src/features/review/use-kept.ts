import { useState } from "react";
import { type ActionEdit, editOf } from "@/lib/action-edit";
import { putOnto, typedChanges } from "./kept-edit";
import type { Draft, RequestPage } from "./types";

/** A reason or feedback not sent yet, and the revision it is about. */
type Note = { text: string; revision: number };
/** An edit not sent yet, and the draft it was begun on. */
type Edit = { base: Draft; texts: ActionEdit };

/** What somebody is writing about a task's draft. It outlives the draft: nothing typed is lost when another comes. */
export function useKept(page: RequestPage) {
  const { playbook } = page.request;
  const [note, setNote] = useState<Note>({ text: "", revision: 0 });
  const [edit, setEdit] = useState<Edit | null>(null);
  const current = page.drafts.find(({ revision }) => revision === page.task?.revision) ?? null;
  return {
    note,
    edit,
    /** The fields changed so far as texts to copy; "" where there are none. */
    editText: edit === null ? "" : typedChanges(playbook, edit.base.action, edit.texts),
    /** The words about the current draft. */
    write: (text: string) => setNote({ text, revision: page.task?.revision ?? 0 }),
    /** Begins to edit the current draft, or puts the edit of an earlier one onto it. */
    beginEdit: () => {
      if (current === null) return;
      const texts =
        edit === null
          ? editOf(playbook, current.action)
          : putOnto(playbook, edit.base.action, current.action, edit.texts);
      setEdit({ base: current, texts });
    },
    type: (texts: ActionEdit) => setEdit((before) => (before === null ? null : { ...before, texts })),
    /** Forgets both, once the person has decided: what they had begun to write besides is of no use any more. */
    clear: () => {
      setNote({ text: "", revision: 0 });
      setEdit(null);
    },
  };
}
export type Kept = ReturnType<typeof useKept>;
