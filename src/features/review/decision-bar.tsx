import type { Id } from "@convex/_generated/dataModel";
import type { Action } from "@convex/shared/actions";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Countdown } from "@/components/time";
import { comingTime, exactTime, shortDigest } from "@/lib/format";
import { useNow } from "@/lib/now";
import { reasonOf } from "@/lib/sentences";
import { useKeys } from "@/lib/use-keys";
import { ClosedBar } from "./closed-bar";
import { ConflictDialog } from "./conflict-dialog";
import { type Commands, DecisionActions } from "./decision-actions";
import { DelegateForm } from "./delegate-form";
import { EditDialog } from "./edit-dialog";
import { KeptText } from "./kept-text";
import { isLost } from "./lost";
import { NewDraft } from "./new-draft";
import { NoteForm, type NoteKind } from "./note-form";
import { SnoozeForm } from "./snooze-form";
import type { RequestPage, Seen, Task } from "./types";
import { UndoStrip } from "./undo-strip";
import { useDecision } from "./use-decision";
import { type Kept, useKept } from "./use-kept";
import { whileWriting } from "./while-writing";

/** What is open in place of the buttons, or over the page. */
type Panel = NoteKind | "edit" | "delegate" | "snooze";

/**
 * Where decisions are made: always at the foot of the screen. It decides the draft shown, by that draft's digest. When
 * another draft takes its place under the reader's eyes, nothing can be decided until they say that they have seen it.
 * What somebody was writing outlives the draft it is about.
 */
export function DecisionBar({ page, next }: { page: RequestPage; next?: ReactNode }) {
  if (page.task === null) return null;
  return (
    <section aria-label="Decision" className="@container shrink-0 border-t bg-card">
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-3 px-4 py-3 sm:px-6">
        <Bar page={page} task={page.task} next={next} />
      </div>
    </section>
  );
}

function Bar({ page, task, next }: { page: RequestPage; task: Task; next: ReactNode }) {
  const { state, may } = page;
  const decision = useDecision(page.request.requestId);
  const { pending, sending, refused } = decision;
  const kept = useKept(page);
  /** The revision that the person has read; null takes whatever comes as read, because they made it. */
  const [read, setRead] = useState<number | null>(task.revision);
  const [panel, setPanel] = useState<{ kind: Panel; taskId: string } | null>(null);
  if (read === null && !pending) setRead(task.revision);
  const open = task.outcome === null && state.kind === "inReview" && may.decide;
  const isNew = open && !pending && read !== null && read !== task.revision;
  const shown = panel?.taskId === task.taskId ? panel.kind : null;

  const show = (kind: Panel) => {
    decision.clear();
    if (kind === "edit") kept.beginEdit();
    else kept.write(kept.note.text); // What was written about an earlier draft is now about this one.
    setPanel({ kind, taskId: task.taskId });
  };
  /** After a call that was taken: nothing is left over, and what follows is the person's own doing. */
  const done = (words?: string) => {
    setPanel(null);
    setRead(null);
    if (words !== undefined) toast.success(words);
  };
  const calls = {
    sendNote: async (kind: NoteKind, text: string) => {
      const sent = await (kind === "escalate"
        ? decision.escalate(task, text)
        : decision.decide(seenOf(task), kind === "reject" ? { kind, reason: text } : { kind, feedback: text }));
      if (!sent) return;
      kept.write("");
      done(kind === "escalate" ? "Escalated. It is with whoever takes over." : undefined);
    },
    sendEdit: async (action: Action) => {
      if (!(await decision.edit(seenOf(task), action))) return;
      kept.dropEdit();
      done();
    },
    delegate: async (toId: Id<"people">) => {
      if (await decision.delegate(task, toId)) done("Delegated. Your part is with them now.");
    },
    undo: async () => {
      if (await decision.undo()) done();
    },
  };
  const commands: Commands = {
    approve: () => void decision.decide(seenOf(task), { kind: "approve" }).then((sent) => sent && done()),
    reject: () => show("reject"),
    requestChanges: () => show("requestChanges"),
    edit: () => show("edit"),
    delegate: () => show("delegate"),
    escalate: () => show("escalate"),
    chooseSnooze: () => show("snooze"),
    snooze: (until) =>
      void decision.snooze(task, until).then((sent) => {
        if (sent) done(until === null ? "It is in your inbox again." : "Snoozed. The deadline stays.");
      }),
  };
  const { approve, reject, requestChanges: c, edit: e, delegate: d } = commands;
  const keys = { c, e, ...(may.approveNot === null && may.voted === null ? { a: approve } : {}) };
  useKeys(
    { ...keys, ...(may.voted === "reject" ? {} : { r: reject }), ...(may.delegate ? { d } : {}) },
    open && !isNew && !pending && shown === null,
  );
  useKeys({ z: () => void calls.undo() }, may.undo && !pending);

  const lost = refused !== null && isLost(refused.error);
  const editing = open && !isNew && shown === "edit" && !lost && kept.edit !== null ? kept.edit : null;
  return (
    <>
      {lost && refused.seen !== null && (
        <ConflictDialog
          error={refused.error}
          page={page}
          about={refused.seen.revision}
          kept={refused.what === "edit" ? kept.editText : kept.note.text.trim()}
          onDecide={
            !open
              ? null
              : () => {
                  setRead(task.revision);
                  if (shown === null) decision.clear();
                  else show(shown);
                }
          }
          onClose={decision.clear}
        />
      )}
      {editing !== null && (
        <EditDialog
          page={page}
          draft={editing.base}
          edit={editing.texts}
          onEdit={kept.type}
          pending={pending}
          error={refused?.what === "edit" ? refused.error : null}
          onSend={(action) => void calls.sendEdit(action)}
          onClose={() => setPanel(null)}
        />
      )}
      {refused !== null && !lost && editing === null && <ErrorNote error={refused.error} />}
      {!pending && <Left kept={kept} page={page} task={task} open={open} />}
      {state.kind === "decided" ? (
        <UndoStrip
          page={page}
          state={state}
          undoing={sending === "undo"}
          disabled={pending}
          onUndo={() => void calls.undo()}
        />
      ) : isNew ? (
        <NewDraft page={page} task={task} before={read} onRead={() => setRead(task.revision)} />
      ) : shown === "snooze" && task.outcome === null ? (
        <SnoozeForm dueAt={task.dueAt} pending={pending} onSend={commands.snooze} onLeave={() => setPanel(null)} />
      ) : !open ? (
        <ClosedBar page={page} task={task} next={next} commands={commands} />
      ) : shown === "delegate" ? (
        <DelegateForm pending={pending} onSend={(toId) => void calls.delegate(toId)} onLeave={() => setPanel(null)} />
      ) : shown !== null && shown !== "edit" && shown !== "snooze" ? (
        <NoteForm
          key={shown}
          kind={shown}
          text={kept.note.text}
          onText={kept.write}
          round={{ current: page.request.round, max: page.request.maxRounds }}
          pending={pending}
          onSend={(text) => void calls.sendNote(shown, text)}
          onLeave={() => setPanel(null)}
        />
      ) : (
        <div className="flex flex-col gap-x-4 gap-y-2 @2xl:flex-row @2xl:items-center @2xl:justify-between">
          <Line page={page} task={task} />
          <DecisionActions page={page} task={task} decision={decision} commands={commands} />
        </div>
      )}
    </>
  );
}

/** Which draft is decided, how long there is left, and what holds for the person who looks. */
function Line({ page, task }: { page: RequestPage; task: Task }) {
  const { may } = page;
  const now = useNow("slow");
  return (
    <div className="min-w-0 text-xs text-muted-foreground">
      <p>
        <span className="font-medium text-foreground">Draft {task.revision}</span> ·{" "}
        <code className="font-mono" title={`SHA-256 ${task.digest}`}>
          {shortDigest(task.digest)}
        </code>{" "}
        · <Countdown dueAt={task.dueAt} />
      </p>
      {may.voted !== null && (
        <p role="status">
          <span className="font-medium text-foreground">
            You {may.voted === "approve" ? "approved" : "rejected"} this draft.
          </span>{" "}
          It waits for others.
        </p>
      )}
      {may.voted === null && may.approveNot !== null && <p id="approve-not">{reasonOf(may.approveNot)}</p>}
      {task.snoozedUntil !== null && (
        <p title={exactTime(task.snoozedUntil)}>
          Snoozed until {comingTime(task.snoozedUntil, now)}. The deadline stays.
        </p>
      )}
    </div>
  );
}

/** What somebody wrote about a draft that waits no more, or not as they read it. */
function Left({ kept, page, task, open }: { kept: Kept; page: RequestPage; task: Task; open: boolean }) {
  const { note, edit, editText } = kept;
  const noteLeft = note.text.trim() !== "" && (!open || note.revision !== task.revision);
  const editLeft = edit !== null && editText !== "" && !open;
  return (
    <>
      {noteLeft && <KeptText why={whileWriting(page, note.revision)} text={note.text} />}
      {editLeft && <KeptText why={whileWriting(page, edit.base.revision)} text={editText} />}
    </>
  );
}

/** What a decision about this task names. */
function seenOf({ taskId, revision, digest }: Task): Seen {
  return { taskId, revision, digest };
}
