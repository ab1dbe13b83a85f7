import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { useOnce } from "@/lib/use-once";
import { RolesBoxes } from "./roles-boxes";
import type { PersonRow } from "./types";

/** The roles of somebody. Keyed by them, so that it begins anew where they changed. */
export function RolesForm({ person }: { person: PersonRow }) {
  const setRoles = useMutation(api.people.setRoles);
  const { run, pending, error } = useOnce();
  const [roles, choose] = useState(person.roles);
  const same = [...roles].sort().join() === [...person.roles].sort().join();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => setRoles({ personId: person.id, roles }))) toast.success("Saved. It holds from now on.");
  };
  return (
    <form noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-4">
      {error !== null && <ErrorNote error={error} />}
      <RolesBoxes
        roles={roles}
        problem={roles.length === 0 ? "Choose at least one role." : undefined}
        onChange={choose}
      />
      {!same && (
        <p className="text-muted-foreground">
          It holds at once, on every screen that is open, and open stages are counted again.
        </p>
      )}
      <div className="flex justify-end">
        <Button type="submit" variant="outline" disabled={pending || same || roles.length === 0} aria-busy={pending}>
          {pending ? "Saving…" : "Save the roles"}
        </Button>
      </div>
    </form>
  );
}
