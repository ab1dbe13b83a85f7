import { FROM_MAX, MESSAGE_MAX, SUBJECT_MAX } from "@convex/shared/limits";
import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Textarea } from "@/components/ui/textarea";
import { count } from "@/lib/format";
import { useOnce } from "@/lib/use-once";
import { cn } from "@/lib/utils";
import { useViewer } from "@/lib/viewer";
import { fieldOf, type FormProblems, type FormValues, formProblems } from "./form";
import type { Playbook } from "./types";
import { useKeptForm } from "./use-kept-form";
import { useSubmit } from "./use-submit";

const LIMITS = { from: FROM_MAX, subject: SUBJECT_MAX, message: MESSAGE_MAX };

/** A message of one's own. What was typed stays until the desk has taken it. */
export function RequestForm(props: { playbook: Playbook; withinMs: number | null; children: ReactNode }) {
  const id = useId();
  const viewer = useViewer();
  const [values, setValues] = useKeptForm(viewer.id);
  const [tried, setTried] = useState(false);
  const submit = useSubmit(props.playbook.name, props.withinMs);
  const { run, pending, error, clear } = useOnce();
  const form = useRef<HTMLFormElement>(null);

  const { input: words } = props.playbook;
  const labels = { from: words.from.label, subject: words.subject.label, message: words.message.label };
  const local = formProblems(values, LIMITS, labels);
  const refused = error?.desk ? fieldOf(error.desk.code) : undefined;
  const problems: FormProblems = {
    ...(tried ? local : {}),
    ...(refused !== undefined && error !== null ? { [refused]: error.message } : {}),
  };
  const tooLong = values.message.trim().length > MESSAGE_MAX;
  if (tooLong && local.message !== undefined) problems.message = local.message;

  const set = (name: keyof FormValues) => (event: { target: { value: string } }) => {
    clear();
    setValues({ ...values, [name]: event.target.value });
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const first = Object.keys(local)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    await run(async () => {
      await submit(values);
      setValues({ from: "", subject: "", message: "" });
      setTried(false);
    });
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
      {props.children}
      {error !== null && refused === undefined && <ErrorNote error={error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" size="lg" disabled={pending} aria-busy={pending}>
          {pending ? "Submitting…" : "Submit request"}
        </Button>
        <p className="text-xs text-muted-foreground">What you type is kept in this tab until the desk has taken it.</p>
      </div>
    </form>
  );
}

function hintOf({ hint }: { hint: string }): { hint?: string } {
  return hint === "" ? {} : { hint };
}
