import type { Action } from "@convex/shared/actions";
import { conflictText } from "@convex/shared/review/conflicts";
import { GitCompareIcon, PencilIcon } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { ActionForm } from "@/components/action-form";
import { ActionDiff } from "@/components/action-letter";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { type ActionEdit, readEdit, sameAction } from "@/lib/action-edit";
import type { Explanation } from "@/lib/errors";
import { editWords } from "./decision-actions";
import type { Draft, RequestPage } from "./types";

const EDITABLE = "input:not([readonly]), select:not([disabled]), textarea:not([readonly])";

/**
 * The draft's action as a form. Types are kept: what is sent has the fields of its playbook, or is not sent. The texts
 * stay in the caller's hands, so that closing the dialog loses nothing.
 */
export function EditDialog(props: {
  page: RequestPage;
  draft: Draft;
  edit: ActionEdit;
  onEdit: (edit: ActionEdit) => void;
  pending: boolean;
  error: Explanation | null;
  onSend: (action: Action) => void;
  onClose: () => void;
}) {
  const { page, draft, edit, pending } = props;
  const { playbook } = page.request;
  const [tried, setTried] = useState(false);
  const [comparing, setComparing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const read = readEdit(playbook, edit);
  const same = read.action !== null && sameAction(read.action, draft.action);
  const words = editWords(page.may);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const [problem] = read.problems;
    if (read.action !== null && !same) return props.onSend(read.action);
    setComparing(false);
    if (problem === undefined) return;
    // After the form is drawn again where the changes were shown.
    requestAnimationFrame(() => {
      const control = form.current?.elements.namedItem(problem.field);
      if (control instanceof HTMLElement) control.focus();
    });
  };

  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()}>
      <DialogContent
        className="sm:max-w-3xl"
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          form.current?.querySelector<HTMLElement>(EDITABLE)?.focus();
        }}
      >
        <DialogHeader>
          <DialogTitle>Edit draft {draft.revision}</DialogTitle>
          <DialogDescription>
            {page.may.editApproves
              ? "Your version becomes the next draft and has your approval."
              : "Your version becomes the next draft. Under four eyes an editor’s own approval does not count, so somebody else decides it."}{" "}
            Votes for draft {draft.revision} no longer count.
          </DialogDescription>
        </DialogHeader>
        {props.error !== null && <ErrorNote error={props.error} />}
        <form ref={form} noValidate onSubmit={submit} className="flex min-w-0 flex-col gap-4">
          {comparing && read.action !== null ? (
            <section aria-label="Your changes" className="min-w-0 rounded-md border">
              <ActionDiff before={draft.action} after={read.action} />
            </section>
          ) : (
            <ActionForm playbook={playbook} edit={edit} onChange={props.onEdit} tried={tried} disabled={pending} />
          )}
          <div className="sticky -bottom-6 -mx-6 -mb-6 flex flex-wrap items-center justify-end gap-2 rounded-b-lg border-t bg-popover px-6 py-3">
            <p aria-live="polite" className="mr-auto text-xs font-medium text-destructive">
              {tried && same && conflictText("nothingChanged")}
              {tried && read.problems.length > 0 && "Correct what is marked. Nothing was sent."}
            </p>
            <Button
              type="button"
              variant="ghost"
              aria-pressed={comparing}
              disabled={read.action === null}
              onClick={() => setComparing(!comparing)}
            >
              <GitCompareIcon aria-hidden />
              {comparing ? "Go on editing" : "Your changes"}
            </Button>
            <Button type="submit" disabled={pending} aria-busy={pending}>
              <PencilIcon aria-hidden />
              {pending ? "Sending…" : words}
            </Button>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}
