import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { minuteTime } from "@/lib/format";
import { fromLocalInput, toLocalInput } from "@/lib/local-input";
import { tomorrowAtNine } from "./snooze-times";

/** Chooses until when a task is hidden from one's own inbox. `dueAt` (ms since 1970) stays whatever is chosen. */
export function SnoozeForm(props: {
  dueAt: number;
  pending: boolean;
  onSend: (until: number) => void;
  onLeave: () => void;
}) {
  const id = useId();
  const field = useRef<HTMLFormElement>(null);
  const [text, setText] = useState(() => toLocalInput(tomorrowAtNine(Date.now())));
  const [problem, setProblem] = useState<string>();
  useEffect(() => field.current?.querySelector("input")?.focus(), []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const until = fromLocalInput(text);
    if (until !== null && until > Date.now()) return props.onSend(until);
    setProblem("Choose a time to come.");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    props.onLeave();
  };
  return (
    <form
      ref={field}
      noValidate
      onSubmit={submit}
      onKeyDown={onKeyDown}
      className="flex flex-wrap items-end justify-between gap-x-4 gap-y-2"
    >
      <Field
        id={id}
        label="Snooze until"
        hint={`Your inbox hides it until then. The deadline stays: ${minuteTime(props.dueAt)}.`}
        problem={problem}
        className="min-w-0 flex-1 basis-72"
      >
        {(described) => (
          <Input
            {...described}
            type="datetime-local"
            className="max-w-64 tabular-nums"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="ml-auto flex gap-2">
        <Button type="button" variant="ghost" onClick={props.onLeave}>
          Back
        </Button>
        <Button type="submit" disabled={props.pending} aria-busy={props.pending}>
          Snooze
        </Button>
      </div>
    </form>
  );
}
