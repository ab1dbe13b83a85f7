import type { Id } from "@convex/_generated/dataModel";
import type { Action } from "@convex/shared/actions";
import { useState } from "react";
import { toast } from "sonner";
import { useKeys } from "@/lib/use-keys";
import type { Commands } from "./decision-actions";
import type { NoteKind } from "./note-form";
import type { RequestPage, Seen, Task } from "./types";
import { useDecision } from "./use-decision";
import { useKept } from "./use-kept";
import { useShown } from "./use-shown";

/** What is open in place of the buttons, or over the page. */
export type Panel = NoteKind | "edit" | "delegate" | "snooze";

/**
 * What the decision bar remembers and does. A decision is about the draft that the person has read: when another takes
 * its place (`isNew`), nothing can be decided until they say that they have read it.
 */
export function useBar(page: RequestPage, task: Task) {
  const { state, may } = page;
  const decision = useDecision(page, useShown(page.draft?.digest ?? null));
  const { pending } = decision;
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
    // What was written about an earlier draft is now about this one.
    else if (kind !== "delegate" && kind !== "snooze") kept.write(kept.note.text);
    setPanel({ kind, taskId: task.taskId });
  };
  /** After a call that was taken: nothing is left over, and what follows is the person's own doing. */
  const done = (words?: string) => {
    setPanel(null);
    setRead(null);
    if (words !== undefined) toast.success(words);
  };

  const commands: Commands = {
    approve: async () => {
      if (!(await decision.decide(seenOf(task), { kind: "approve" }))) return;
      kept.clear();
      done();
    },
    undo: async () => {
      if (await decision.undo()) done();
    },
    snooze: async (until) => {
      if (!(await decision.snooze(seenOf(task), until))) return;
      done(until === null ? "It is in your inbox again." : "Snoozed. The deadline stays.");
    },
    show,
  };
  const sends = {
    note: async (kind: NoteKind, text: string) => {
      const seen = seenOf(task);
      const sent = await (kind === "escalate"
        ? decision.escalate(seen, text)
        : decision.decide(seen, kind === "reject" ? { kind, reason: text } : { kind, feedback: text }));
      if (!sent) return;
      kept.clear();
      done(kind === "escalate" ? "Escalated. It is with whoever takes over." : undefined);
    },
    edit: async (action: Action) => {
      if (!(await decision.edit(seenOf(task), action))) return;
      kept.clear();
      done();
    },
    delegate: async (toId: Id<"people">) => {
      if (await decision.delegate(seenOf(task), toId)) done("Delegated. Your part is with them now.");
    },
  };

  useKeys(
    {
      c: () => show("requestChanges"),
      ...(may.answer ? {} : { e: () => show("edit") }),
      ...(may.approveNot === null && may.voted === null ? { a: () => void commands.approve() } : {}),
      ...(may.voted === "reject" ? {} : { r: () => show("reject") }),
      ...(may.delegate ? { d: () => show("delegate") } : {}),
    },
    open && !isNew && !pending && shown === null,
  );
  useKeys({ z: () => void commands.undo() }, may.undo && !pending);

  return {
    decision,
    kept,
    commands,
    sends,
    /** Whether the person can decide this task now. */
    open,
    isNew,
    read,
    /** Says that the current draft was read; an open panel stays, with what was written in it. */
    readCurrent: () => {
      setRead(task.revision);
      if (shown === null) decision.clear();
      else show(shown);
    },
    shown,
    leave: () => setPanel(null),
  };
}
export type Bar = ReturnType<typeof useBar>;

/** What a decision about this task names. */
function seenOf({ taskId, revision, digest }: Task): Seen {
  return { taskId, revision, digest };
}
