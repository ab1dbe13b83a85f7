import type { ReactNode } from "react";
import { ErrorNote } from "@/components/page";
import { ClosedBar } from "./closed-bar";
import { ConflictDialog } from "./conflict-dialog";
import { DecisionActions } from "./decision-actions";
import { DecisionLine } from "./decision-line";
import { DelegateForm } from "./delegate-form";
import { EditDialog } from "./edit-dialog";
import { KeptText } from "./kept-text";
import { isLost } from "./lost";
import { NewDraft } from "./new-draft";
import { NoteForm } from "./note-form";
import { SnoozeForm } from "./snooze-form";
import type { RequestPage, Task } from "./types";
import { UndoStrip } from "./undo-strip";
import { type Bar, useBar } from "./use-bar";
import { whileWriting } from "./while-writing";

/** What the parts of the bar are given. */
type Parts = { page: RequestPage; task: Task; bar: Bar };

/**
 * Where decisions are made: always at the foot of the screen. It decides the draft shown, by that draft's digest. What
 * somebody was writing outlives the draft it is about. `next` stands where there is nothing to decide any more.
 */
export function DecisionBar({ page, next }: { page: RequestPage; next?: ReactNode }) {
  if (page.task === null) return null;
  return (
    <section aria-label="Decision" className="@container shrink-0 border-t bg-card">
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-3 px-4 py-3 sm:px-6">
        <BarOfTask page={page} task={page.task} next={next} />
      </div>
    </section>
  );
}

function BarOfTask({ page, task, next }: { page: RequestPage; task: Task; next: ReactNode }) {
  const bar = useBar(page, task);
  return (
    <>
      <Refusal page={page} task={task} bar={bar} />
      <Editor page={page} task={task} bar={bar} />
      {!bar.decision.pending && <Left page={page} task={task} bar={bar} />}
      <Foot page={page} task={task} bar={bar} next={next} />
    </>
  );
}

/** The one thing at the foot that is to be done now. */
function Foot({ page, task, bar, next }: Parts & { next: ReactNode }) {
  const { decision, commands, sends, shown, leave } = bar;
  const { pending } = decision;
  if (page.state.kind === "decided") {
    return <UndoStrip page={page} state={page.state} decision={decision} onUndo={() => void commands.undo()} />;
  }
  if (bar.isNew && bar.read !== null) {
    return <NewDraft page={page} task={task} before={bar.read} onRead={bar.readCurrent} />;
  }
  if (shown === "snooze" && task.outcome === null) {
    return (
      <SnoozeForm
        dueAt={task.dueAt}
        pending={pending}
        onSend={(until) => void commands.snooze(until)}
        onLeave={leave}
      />
    );
  }
  if (!bar.open) return <ClosedBar page={page} task={task} next={next} commands={commands} />;
  switch (shown) {
    case "reject":
    case "requestChanges":
    case "escalate":
      return (
        <NoteForm
          key={shown}
          kind={shown}
          question={page.may.answer}
          text={bar.kept.note.text}
          onText={bar.kept.write}
          round={{ current: page.request.round, max: page.request.maxRounds }}
          pending={pending}
          onSend={(text) => void sends.note(shown, text)}
          onLeave={leave}
        />
      );
    case "delegate":
      return <DelegateForm pending={pending} onSend={(toId) => void sends.delegate(toId)} onLeave={leave} />;
    case "edit":
    case "snooze":
    case null:
      return (
        <div className="flex flex-col gap-x-4 gap-y-2 @2xl:flex-row @2xl:items-center @2xl:justify-between">
          <DecisionLine page={page} task={task} />
          <DecisionActions page={page} task={task} decision={decision} commands={commands} />
        </div>
      );
    default:
      return shown satisfies never;
  }
}

/** Why the last call was not taken: over the page where somebody was faster, otherwise above what was tried. */
function Refusal({ page, bar }: Parts) {
  const { decision, kept, shown } = bar;
  const { refused } = decision;
  if (refused === null) return null;
  if (!isLost(refused.error)) {
    // The form that was sent says it itself.
    return shown === "edit" && refused.what === "edit" ? null : <ErrorNote error={refused.error} />;
  }
  return (
    <ConflictDialog
      error={refused.error}
      page={page}
      about={refused.seen?.revision ?? null}
      kept={refused.what === "edit" ? kept.editText : kept.note.text.trim()}
      onDecide={refused.error.desk?.code === "staleDraft" && bar.open ? bar.readCurrent : null}
      onClose={decision.clear}
    />
  );
}

/** The draft as a form, while somebody edits it. */
function Editor({ page, bar }: Parts) {
  const { decision, kept } = bar;
  const { refused } = decision;
  if (bar.shown !== "edit" || !bar.open || bar.isNew || kept.edit === null) return null;
  if (refused !== null && isLost(refused.error)) return null;
  return (
    <EditDialog
      page={page}
      draft={kept.edit.base}
      edit={kept.edit.texts}
      onEdit={kept.type}
      pending={decision.pending}
      error={refused?.what === "edit" ? refused.error : null}
      onSend={(action) => void bar.sends.edit(action)}
      onClose={bar.leave}
    />
  );
}

/** What somebody wrote about a draft that waits no more, or not as they read it. */
function Left({ page, task, bar }: Parts) {
  const { note, edit, editText } = bar.kept;
  const noteLeft = note.text.trim() !== "" && (!bar.open || note.revision !== task.revision);
  const editLeft = edit !== null && editText !== "" && !bar.open;
  return (
    <>
      {noteLeft && <KeptText why={whileWriting(page, note.revision)} text={note.text} />}
      {editLeft && <KeptText why={whileWriting(page, edit.base.revision)} text={editText} />}
    </>
  );
}
