import { NOTE_MAX } from "@convex/shared/limits";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { Label } from "@/components/ui/label";
import { Textarea } from "@/components/ui/textarea";
import { count } from "@/lib/format";
import { noteProblem } from "./note-problem";

export type NoteKind = "reject" | "requestChanges" | "escalate";

const WORDS = {
  reject: {
    label: "Why do you reject this draft?",
    hint: "The requester reads it, and it stays in the history. Nothing is performed.",
    send: "Reject",
    sending: "Rejecting…",
    missing: "Write a reason: a rejection without one cannot be sent.",
  },
  requestChanges: {
    label: "What should be different?",
    hint: "The agent reads it and drafts again; the new draft comes back here.",
    send: "Request changes",
    sending: "Sending…",
    missing: "Write what should change: the agent needs it to draft again.",
  },
  answer: {
    label: "Your answer",
    hint: "The agent reads it and drafts with it. The policy decides about that draft as about any other.",
    send: "Answer",
    sending: "Sending…",
    missing: "Write an answer: the agent waits for it.",
  },
  escalate: {
    label: "Why should somebody else decide?",
    hint: "Who takes over reads it. Their deadline counts from now, and this stage no longer asks you.",
    send: "Escalate",
    sending: "Escalating…",
    missing: "Write a reason: who takes over must know why.",
  },
} as const;

/** The reason or the feedback that a decision must carry. The text stays in the caller's hands, so nothing is lost. */
export function NoteForm(props: {
  kind: NoteKind;
  /** Whether it is about a question of the agent: then a request for changes is the answer. */
  question: boolean;
  text: string;
  onText: (text: string) => void;
  round: { current: number; max: number };
  pending: boolean;
  onSend: (text: string) => void;
  onLeave: () => void;
}) {
  const answers = props.question && props.kind === "requestChanges";
  const words = answers ? WORDS.answer : WORDS[props.kind];
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [tried, setTried] = useState(false);
  const found = noteProblem(props.text, NOTE_MAX);
  const problem = found === "long" ? `At most ${count(NOTE_MAX)} characters.` : tried && found ? words.missing : null;
  const last = props.kind === "requestChanges" && props.round.current >= props.round.max;

  useEffect(() => field.current?.focus(), []);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    setTried(true);
    if (found === null) props.onSend(props.text.trim());
    else field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      props.onLeave();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  };

  return (
    <form onSubmit={submit} onKeyDown={onKeyDown} noValidate className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <Label htmlFor={id}>
          {props.question && props.kind === "reject" ? "Why do you reject this question?" : words.label}
        </Label>
        <span className="text-xs text-muted-foreground tabular-nums">
          {count(props.text.length)} / {count(NOTE_MAX)}
        </span>
      </div>
      <Textarea
        ref={field}
        id={id}
        value={props.text}
        onChange={(event) => props.onText(event.target.value)}
        required
        aria-invalid={problem !== null}
        aria-describedby={`${id}-hint`}
        className="max-h-48"
      />
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p id={`${id}-hint`} className="min-w-0 flex-1 basis-64 text-xs text-muted-foreground" aria-live="polite">
          {problem === null ? (
            last ? (
              `This was the last of ${props.round.max} drafts: sending it back rejects the request.`
            ) : (
              words.hint
            )
          ) : (
            <span className="font-medium text-destructive">{problem}</span>
          )}
        </p>
        <div className="flex gap-2">
          <Button type="button" variant="ghost" onClick={props.onLeave}>
            Back
          </Button>
          <Button
            type="submit"
            variant={props.kind === "reject" ? "destructive" : "default"}
            disabled={props.pending}
            aria-busy={props.pending}
          >
            {props.pending ? words.sending : words.send}
            <Kbd aria-hidden className="hidden lg:inline-flex">
              Ctrl ↵
            </Kbd>
          </Button>
        </div>
      </div>
    </form>
  );
}
