import type { Id } from "@convex/_generated/dataModel";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Field } from "@/components/field";
import { Button } from "@/components/ui/button";
import { NativeSelect, NativeSelectOption } from "@/components/ui/native-select";
import { peopleWords, usePeople } from "@/lib/use-people";
import { useViewer } from "@/lib/viewer";

/** Chooses who decides in one's place. Who may is the desk's to say: a refusal is shown above the form. */
export function DelegateForm(props: { pending: boolean; onSend: (toId: Id<"people">) => void; onLeave: () => void }) {
  const viewer = useViewer();
  const people = usePeople()?.filter(({ id }) => id !== viewer.id);
  const id = useId();
  const [chosen, setChosen] = useState("");
  const [tried, setTried] = useState(false);
  const field = useRef<HTMLFormElement>(null);
  const person = people?.find((each) => each.id === chosen);
  const loaded = people !== undefined;
  useEffect(() => {
    if (loaded) field.current?.querySelector("select")?.focus();
  }, [loaded]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (person !== undefined) props.onSend(person.id);
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
        label="Who decides in your place?"
        hint="Your part goes to them and you no longer decide. The deadline stays."
        problem={tried && person === undefined ? "Choose somebody." : undefined}
        className="min-w-0 flex-1 basis-72"
      >
        {(described) => (
          <NativeSelect
            {...described}
            className="w-full max-w-md"
            value={chosen}
            disabled={!loaded}
            onChange={(event) => setChosen(event.target.value)}
          >
            <NativeSelectOption value="">{loaded ? "Choose…" : "Loading…"}</NativeSelectOption>
            {people?.map((each) => (
              <NativeSelectOption key={each.id} value={each.id}>
                {peopleWords(each)}
              </NativeSelectOption>
            ))}
          </NativeSelect>
        )}
      </Field>
      <div className="ml-auto flex gap-2">
        <Button type="button" variant="ghost" onClick={props.onLeave}>
          Back
        </Button>
        <Button type="submit" disabled={props.pending} aria-busy={props.pending}>
          {props.pending ? "Delegating…" : "Delegate"}
        </Button>
      </div>
    </form>
  );
}
