import { FROM_MAX, MESSAGE_MAX, SUBJECT_MAX } from "@convex/shared/limits";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { count } from "@/lib/format";
import { useOnce } from "@/lib/use-once";
import { cn } from "@/lib/utils";
import { useViewer } from "@/lib/viewer";
import { filesProblem, isUnderWay, keptFiles } from "./files";
import { FilesField } from "./files-field";
import { fieldOf, type FormProblems, type FormValues, formProblems } from "./form";
import type { Playbook } from "./types";
import type { Files } from "./use-files";
import { useKeptForm } from "./use-kept-form";
import { useSubmit } from "./use-submit";

const LIMITS = { from: FROM_MAX, subject: SUBJECT_MAX, message: MESSAGE_MAX };

/** A message of one's own with its files. What was typed and attached stays until the desk has taken it. */
export function RequestForm(props: {
  playbook: Playbook;
  files: Files;
  withinMs: number | null;
  children: ReactNode;
}) {
  const id = useId();
  const viewer = useViewer();
  const [values, setValues] = useKeptForm(viewer.id);
  const [tried, setTried] = useState(false);
  const submit = useSubmit(props.playbook.name, props.withinMs);
  const { run, pending, error, clear } = useOnce();
  const form = useRef<HTMLFormElement>(null);
  const { files, queue } = props.files;
  const sending = files.some(isUnderWay);
  /** Submitted while files were being sent: goes on when they are there, unless something is changed before. */
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    if (waiting && !sending) form.current?.requestSubmit();
  }, [waiting, sending]);

  const { input: words } = props.playbook;
  const labels = { from: words.from.label, subject: words.subject.label, message: words.message.label };
  const local = formProblems(values, LIMITS, labels);
  const refused = error?.desk ? fieldOf(error.desk.code) : undefined;
  const problems: FormProblems & { files?: string } = {
    ...(tried ? local : {}),
    ...(refused !== undefined && error !== null ? { [refused]: error.message } : {}),
  };
  const unsent = filesProblem(files);
  if (tried && unsent !== undefined) problems.files = unsent;
  const tooLong = values.message.trim().length > MESSAGE_MAX;
  if (tooLong && local.message !== undefined) problems.message = local.message;

  const touch = () => {
    clear();
    setWaiting(false);
  };
  const set = (name: keyof FormValues) => (event: { target: { value: string } }) => {
    touch();
    setValues({ ...values, [name]: event.target.value });
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setWaiting(false);
    const first = Object.keys(local)[0] ?? (unsent === undefined ? undefined : "files");
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    if (sending) {
      setWaiting(true);
      return;
    }
    // Before the request is opened: whatever becomes of that, what the desk has taken is not submitted again.
    const empty = () => {
      setValues({ from: "", subject: "", message: "" });
      queue.remove(files.map(({ key }) => key));
      setTried(false);
    };
    await run(() => submit(values, keptFiles(files), empty));
  };

  return (
    <form ref={form} onSubmit={(event) => void send(event)} noValidate className="flex flex-col gap-4">
      <Field id={`${id}-from`} label={labels.from} {...hintOf(words.from)} problem={problems.from}>
        {(described) => (
          <Input
            {...described}
            name="from"
            type="text"
            inputMode="email"
            autoComplete="off"
            spellCheck={false}
            placeholder={words.from.placeholder}
            value={values.from}
            onChange={set("from")}
          />
        )}
      </Field>
      <Field id={`${id}-subject`} label={labels.subject} {...hintOf(words.subject)} problem={problems.subject}>
        {(described) => (
          <Input
            {...described}
            name="subject"
            autoComplete="off"
            placeholder={words.subject.placeholder}
            value={values.subject}
            onChange={set("subject")}
          />
        )}
      </Field>
      <Field
        id={`${id}-message`}
        label={labels.message}
        {...hintOf(words.message)}
        aside={
          <span
            className={cn("text-xs tabular-nums", tooLong ? "font-medium text-destructive" : "text-muted-foreground")}
          >
            {count(values.message.length)} / {count(MESSAGE_MAX)}
          </span>
        }
        problem={problems.message}
      >
        {(described) => (
          <Textarea
            {...described}
            name="message"
            placeholder={words.message.placeholder}
            className="max-h-96 min-h-44"
            value={values.message}
            onChange={set("message")}
          />
        )}
      </Field>
      <FilesField files={files} queue={queue} problem={problems.files} onTouch={touch} />
      {props.children}
      {error !== null && refused === undefined && <ErrorNote error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" size="lg" disabled={pending} aria-busy={pending || waiting} aria-disabled={waiting}>
          {pending ? "Submitting…" : waiting ? "Waiting for the files…" : "Submit request"}
        </Button>
        <p role="status" className="min-w-0 flex-1 basis-56 text-xs text-muted-foreground">
          {waiting
            ? "It is submitted as soon as its files have been sent. Change anything to wait no longer."
            : "What you type and attach is kept in this tab until the desk has taken it."}
        </p>
      </div>
    </form>
  );
}

function hintOf({ hint }: { hint: string }): { hint?: string } {
  return hint === "" ? {} : { hint };
}
