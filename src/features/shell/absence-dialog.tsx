import { api } from "@convex/_generated/api";
import { useMutation, useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { LogInIcon, PlaneIcon } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { minuteTime } from "@/lib/format";
import { fromLocalInput, toLocalInput } from "@/lib/local-input";
import { useNow } from "@/lib/now";
import { useOnce } from "@/lib/use-once";
import { peopleWords, usePeople } from "@/lib/use-people";
import { useViewer } from "@/lib/viewer";

type Absence = FunctionReturnType<typeof api.people.absence>;

const WEEK_MS = 7 * 86_400_000;

/** When the signed-in person is away and who acts for them meanwhile. */
export function AbsenceDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const absence = useQuery(api.people.absence, props.open ? {} : "skip");
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Out of office</DialogTitle>
          <DialogDescription>
            While you are away no stage asks you. Whoever acts for you is asked in your place; deadlines stay.
          </DialogDescription>
        </DialogHeader>
        {absence !== undefined && (
          <AbsenceForm
            key={absence === null ? "none" : `${absence.from}-${absence.until}`}
            absence={absence}
            onDone={() => props.onOpenChange(false)}
          />
        )}
      </DialogContent>
    </Dialog>
  );
}

function AbsenceForm({ absence, onDone }: { absence: Absence; onDone: () => void }) {
  const viewer = useViewer();
  const people = usePeople()?.filter(({ id }) => id !== viewer.id);
  const setAbsence = useMutation(api.people.setAbsence);
  const endAbsence = useMutation(api.people.endAbsence);
  const { run, pending, error } = useOnce();
  const id = useId();
  const now = useNow("slow");
  const [from, setFrom] = useState(() => toLocalInput(absence?.from ?? Date.now()));
  const [until, setUntil] = useState(() => toLocalInput(absence?.until ?? Date.now() + WEEK_MS));
  const [delegateId, setDelegateId] = useState<string>(absence?.delegate?.id ?? "");
  const [tried, setTried] = useState(false);
  const [start, end] = [fromLocalInput(from), fromLocalInput(until)];
  const problem =
    end === null
      ? "Choose when you are back."
      : start !== null && end <= start
        ? "Choose a time after the first."
        : undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (start === null || end === null || problem !== undefined) return;
    const delegate = people?.find((person) => person.id === delegateId)?.id ?? null;
    if (!(await run(() => setAbsence({ from: start, until: end, delegateId: delegate })))) return;
    toast.success(`Saved. You are back ${minuteTime(end)}.`);
    onDone();
  };
  const back = async () => {
    if (!(await run(() => endAbsence({})))) return;
    toast.success("You are asked again.");
    onDone();
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex min-w-0 flex-col gap-4">
      {absence !== null && (
        <p className="flex gap-2 rounded-md border px-3 py-2">
          <PlaneIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted-foreground" />
          <span>
            From {minuteTime(absence.from)} until {minuteTime(absence.until)},{" "}
            {absence.delegate === null ? "nobody acts" : `${absence.delegate.name} acts`} for you.
          </span>
        </p>
      )}
      {error !== null && <ErrorNote error={error} />}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field id={`${id}-from`} label="From" problem={tried && start === null ? "Choose when you leave." : undefined}>
          {(described) => (
            <Input
              {...described}
              type="datetime-local"
              className="tabular-nums"
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            />
          )}
        </Field>
        <Field id={`${id}-until`} label="Until" problem={tried ? problem : undefined}>
          {(described) => (
            <Input
              {...described}
              type="datetime-local"
              className="tabular-nums"
              value={until}
              onChange={(event) => setUntil(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Field id={`${id}-delegate`} label="Who acts for you" optional problem={undefined}>
        {(described) => (
          <NativeSelect
            {...described}
            className="w-full"
            value={delegateId}
            onChange={(event) => setDelegateId(event.target.value)}
          >
            <NativeSelectOption value="">Nobody</NativeSelectOption>
            {people?.map((person) => (
              <NativeSelectOption key={person.id} value={person.id}>
                {peopleWords(person)}
              </NativeSelectOption>
            ))}
          </NativeSelect>
        )}
      </Field>
      <div className="flex flex-wrap justify-end gap-2">
        {absence !== null && (
          <Button type="button" variant="outline" disabled={pending} onClick={() => void back()}>
            <LogInIcon aria-hidden />
            {absence.from <= now ? "I am back" : "I am not leaving"}
          </Button>
        )}
        <Button type="submit" disabled={pending} aria-busy={pending}>
          {pending ? "Saving…" : absence === null ? "Set out of office" : "Change it"}
        </Button>
      </div>
    </form>
  );
}
