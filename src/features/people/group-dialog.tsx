import { api } from "@convex/_generated/api";
import { useMutation } from "convex/react";
import { type FormEvent, useId, useState } from "react";
import { ErrorNote } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { useOnce } from "@/lib/use-once";
import { CheckBox } from "@/components/check-box";
import type { Names } from "./types";

type Group = Names["groups"][number];

/** Changes a group's name and who is in it; each change holds at once. */
export function GroupDialog({ group, people }: { group: Group; people: Names["people"] }) {
  const id = useId();
  const rename = useMutation(api.groups.rename);
  const addMember = useMutation(api.groups.addMember);
  const removeMember = useMutation(api.groups.removeMember);
  const { run, pending, error } = useOnce();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(group.name);
  /** What was just ticked, until the desk has said so itself. */
  const [wanted, setWanted] = useState<{ personId: string; isMember: boolean } | null>(null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    void run(() => rename({ groupId: group.id, name }));
  };
  return (
    <>
      <Button variant="outline" size="sm" aria-label={`Change the group ${group.name}`} onClick={() => setOpen(true)}>
        Change…
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent>
          <DialogHeader>
            <DialogTitle>Group “{group.name}”</DialogTitle>
            <DialogDescription>
              Changes hold at once: whoever joins is asked by the tasks that wait for this group, whoever leaves is not.
            </DialogDescription>
          </DialogHeader>
          <form onSubmit={save} className="flex flex-wrap items-end gap-2">
            <div className="flex min-w-0 flex-1 flex-col gap-1.5">
              <Label htmlFor={id}>Name</Label>
              <Input id={id} autoComplete="off" value={name} onChange={({ target }) => setName(target.value)} />
            </div>
            <Button type="submit" variant="outline" disabled={pending || name.trim() === group.name}>
              Rename
            </Button>
          </form>
          <fieldset>
            <legend className="mb-1.5 text-sm font-medium">Members</legend>
            <div className="flex flex-col gap-1">
              {people.map((person) => (
                <CheckBox
                  key={person.id}
                  label={`${person.name}, ${person.title}`}
                  checked={wanted?.personId === person.id ? wanted.isMember : group.memberIds.includes(person.id)}
                  onChange={(isMember) => {
                    if (pending) return;
                    const member = { groupId: group.id, personId: person.id };
                    setWanted({ personId: person.id, isMember });
                    void run(() => (isMember ? addMember(member) : removeMember(member))).then(() => setWanted(null));
                  }}
                />
              ))}
            </div>
          </fieldset>
          {error !== null && <ErrorNote error={error} />}
        </DialogContent>
      </Dialog>
    </>
  );
}
