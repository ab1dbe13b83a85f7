import { api } from "@convex/_generated/api";
import { useMutation, useQuery } from "convex/react";
import { UsersIcon } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { EmptyState, ErrorNote, ListSkeleton } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card, CardHeader, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { useOnce } from "@/lib/use-once";
import { useViewer } from "@/lib/viewer";
import { GroupDialog } from "./group-dialog";

/** The groups that policies can name, with their members; admins change them here. */
export function GroupsCard() {
  const names = useQuery(api.policies.names, {});
  const isAdmin = useViewer().roles.includes("admin");
  return (
    <Card aria-labelledby="groups-title">
      <CardHeader>
        <CardTitle id="groups-title">Groups</CardTitle>
      </CardHeader>
      {names === undefined ? (
        <ListSkeleton rows={3} label="Loading the groups" />
      ) : names.groups.length === 0 ? (
        <EmptyState icon={UsersIcon} title="There are no groups yet" className="py-8">
          A policy can ask a group, or one person from each of several, such as Legal and Finance.
        </EmptyState>
      ) : (
        <ul className="divide-y">
          {names.groups.map((group) => (
            <li key={group.id} className="flex items-center justify-between gap-4 px-4 py-2.5">
              <div className="min-w-0">
                <p className="font-medium [overflow-wrap:anywhere]">{group.name}</p>
                <p className="text-muted-foreground">
                  {group.memberIds.length === 0
                    ? "Nobody who can decide"
                    : names.people
                        .filter(({ id }) => group.memberIds.includes(id))
                        .map(({ name }) => name)
                        .join(", ")}
                </p>
              </div>
              {isAdmin && <GroupDialog group={group} people={names.people} />}
            </li>
          ))}
        </ul>
      )}
      {isAdmin && <NewGroup />}
    </Card>
  );
}

function NewGroup() {
  const id = useId();
  const create = useMutation(api.groups.create);
  const { run, pending, error, clear } = useOnce();
  const [name, setName] = useState("");
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (await run(() => create({ name }))) setName("");
  };
  return (
    <form onSubmit={(event) => void add(event)} className="flex flex-col gap-3 border-t p-4">
      <div className="flex flex-wrap items-end gap-2">
        <div className="flex min-w-0 flex-1 basis-48 flex-col gap-1.5 sm:max-w-xs">
          <Label htmlFor={id}>New group</Label>
          <Input
            id={id}
            autoComplete="off"
            value={name}
            onChange={({ target }) => {
              clear();
              setName(target.value);
            }}
          />
        </div>
        <Button type="submit" variant="outline" disabled={pending || name.trim() === ""}>
          Create
        </Button>
      </div>
      {error !== null && <ErrorNote error={error} />}
    </form>
  );
}
