import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { type FormEvent, useId, useState } from "react";
import { toast } from "sonner";
import { Field } from "@/components/field";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { useOnce } from "@/lib/use-once";
import type { PersonRow } from "./types";

/** Name and title of somebody. Keyed by both, so that it begins anew where they changed. */
export function PersonForm({ person }: { person: PersonRow }) {
  const id = useId();
  const update = useMutation(api.people.update);
  const { run, pending, error } = useOnce();
  const [name, setName] = useState(person.name);
  const [title, setTitle] = useState(person.title);
  const same = name === person.name && title === person.title;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => update({ personId: person.id, name, title }))) toast.success("Saved.");
  };
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
      {error !== null && <ErrorNote error={error} />}
      <Field id={`${id}-name`} label="Name" problem={name.trim() === "" ? "Enter a name." : undefined}>
        {(described) => (
          <Input {...described} autoComplete="off" value={name} onChange={({ target }) => setName(target.value)} />
        )}
      </Field>
      <Field id={`${id}-title`} label="Title" optional problem={undefined}>
        {(described) => (
          <Input {...described} autoComplete="off" value={title} onChange={({ target }) => setTitle(target.value)} />
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" variant="outline" disabled={pending || same || name.trim() === ""} aria-busy={pending}>
          {pending ? "Saving…" : "Save"}
        </Button>
      </div>
    </form>
  );
}
