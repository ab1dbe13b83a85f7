import { api } from "@convex/_generated/api";
import type { Verdict } from "@convex/shared/records";
import { useMutation } from "convex/react";
import { CheckIcon, Undo2Icon, XIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { TaskOutcomeBadge } from "@/components/state-badge";
import { Countdown, TimeAgo } from "@/components/time";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { shortDigest } from "@/lib/format";
import { useKeys } from "@/lib/use-keys";
import { ConflictNote } from "./conflict-note";
import { KeptText } from "./kept-text";
import { NoteForm, type NoteKind } from "./note-form";
import type { RequestPage, Task } from "./types";
import { whileWriting } from "./while-writing";
import { useOnce } from "@/lib/use-once";

/** A reason or feedback not sent yet, and the draft it is about. */
type Written = { text: string; revision: number };

/**
 * Where decisions are made: always at the foot of the screen. It decides the draft shown, by that draft's digest. When
 * another draft takes its place under the reader's eyes, nothing can be decided until they say that they have seen it.
 * What somebody was writing outlives the draft it is about.
 */
export function DecisionBar({ page, next }: { page: RequestPage; next?: ReactNode }) {
  const { task } = page;
  const [seen, setSeen] = useState<string | null>(task?.taskId ?? null);
  const [written, setWritten] = useState<Written>({ text: "", revision: 0 });
  if (task === null) return null;
  if (seen === null) setSeen(task.taskId);
  return (
    <section aria-label="Decision" className="shrink-0 border-t bg-card">
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-3 px-4 py-3 sm:px-6">
        {seen !== null && seen !== task.taskId && task.outcome === null && page.may.decide ? (
          <>
            {written.text.trim() !== "" && (
              <KeptText why={whileWriting(page, written.revision)} text={written.text} />
            )}
            <div role="status" className="flex flex-wrap items-center justify-between gap-3">
              <p>
                <span className="font-medium">Draft {task.revision} has arrived</span> in place of the one you were
                reading. Read it, then decide.
              </p>
              <Button onClick={() => setSeen(task.taskId)}>I have read draft {task.revision}</Button>
            </div>
          </>
        ) : (
          <Decide
            key={task.taskId}
            page={page}
            task={task}
            next={next}
            written={written}
            onText={(text) => setWritten({ text, revision: task.revision })}
          />
        )}
      </div>
    </section>
  );
}

function Decide(props: {
  page: RequestPage;
  task: Task;
  next: ReactNode;
  written: Written;
  onText: (text: string) => void;
}) {
  const { page, task, next, written, onText } = props;
  const decide = useMutation(api.decisions.decide);
  const { run, pending, error, clear } = useOnce();
  const [sending, setSending] = useState<Verdict["kind"] | null>(null);
  const [note, setNote] = useState<NoteKind | null>(null);
  const open = task.outcome === null && page.may.decide;
  // Text in flight is not left over, whatever the page says already.
  const left = sending === null && written.text.trim() !== "" && (!open || written.revision !== task.revision);

  const send = async (verdict: Verdict) => {
    if (pending) return;
    setSending(verdict.kind);
    const { taskId, revision, digest } = task;
    if (await run(() => decide({ taskId, revision, digest, verdict }))) {
      setNote(null);
      onText("");
    }
    setSending(null);
  };
  const write = (kind: NoteKind) => {
    clear();
    onText(written.text); // What was written about an earlier draft is now about this one.
    setNote(kind);
  };
  useKeys(
    { a: () => void send({ kind: "approve" }), r: () => write("reject"), c: () => write("requestChanges") },
    open && !pending,
  );

  return (
    <>
      {error !== null && <ConflictNote error={error} page={page} task={task} />}
      {left && <KeptText why={error === null ? whileWriting(page, written.revision) : null} text={written.text} />}
      {open && note !== null ? (
        <NoteForm
          key={note}
          kind={note}
          text={written.text}
          onText={onText}
          round={{ current: task.revision, max: page.request.maxRounds }}
          pending={pending}
          onSend={(text) =>
            void send(note === "reject" ? { kind: "reject", reason: text } : { kind: "requestChanges", feedback: text })
          }
          onLeave={() => setNote(null)}
        />
      ) : open ? (
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <p className="text-xs text-muted-foreground">
            <span className="font-medium text-foreground">Draft {task.revision}</span> ·{" "}
            <code className="font-mono" title={`SHA-256 ${task.digest}`}>
              {shortDigest(task.digest)}
            </code>{" "}
            · <Countdown dueAt={task.dueAt} />
          </p>
          <div className="flex flex-1 justify-end gap-2">
            <Button variant="outline" className="px-3" disabled={pending} onClick={() => write("requestChanges")}>
              <Undo2Icon aria-hidden className="hidden sm:block" />
              Request changes
              <KeyHint>c</KeyHint>
            </Button>
            <Button
              variant="outline"
              className="px-3 text-destructive hover:text-destructive"
              disabled={pending}
              onClick={() => write("reject")}
            >
              <XIcon aria-hidden className="hidden sm:block" />
              Reject
              <KeyHint>r</KeyHint>
            </Button>
            <Button disabled={pending} aria-busy={pending} onClick={() => void send({ kind: "approve" })}>
              <CheckIcon aria-hidden />
              {sending === "approve" ? "Approving…" : "Approve"}
              <KeyHint>a</KeyHint>
            </Button>
          </div>
        </div>
      ) : (
        <Closed page={page} task={task} next={next} />
      )}
    </>
  );
}

function KeyHint({ children }: { children: string }) {
  return (
    <Kbd aria-hidden className="hidden lg:inline-flex">
      {children}
    </Kbd>
  );
}

/** What the bar says when there is nothing to decide here (any more). */
function Closed({ page, task, next }: { page: RequestPage; task: Task; next: ReactNode }) {
  const { outcome } = task;
  return (
    <div role="status" className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-2">
      {outcome === null ? (
        <>
          <TaskOutcomeBadge outcome="open" />
          <p className="text-muted-foreground">
            {page.may.withdraw
              ? "A reviewer decides draft " + task.revision + ". Nobody decides their own request."
              : `Draft ${task.revision} waits for a reviewer.`}
          </p>
          <Countdown dueAt={task.dueAt} className="ml-auto text-xs" />
        </>
      ) : (
        <>
          <TaskOutcomeBadge outcome={outcome.kind} />
          <p className="text-muted-foreground">
            Draft {task.revision}
            {outcome.by === null ? ", by the deadline" : `, by ${outcome.by}`} <TimeAgo at={outcome.at} />
          </p>
          {next !== undefined && <span className="ml-auto">{next}</span>}
        </>
      )}
    </div>
  );
}
