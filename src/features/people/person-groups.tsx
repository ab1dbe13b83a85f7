import { api } from "@convex/_generated/api";
import { useMutation, useQuery } from "convex/react";
import { useState } from "react";
import { CheckBox } from "@/components/check-box";
import { ErrorNote } from "@/components/page";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { useOnce } from "@/lib/use-once";
import { useViewer } from "@/lib/viewer";
import type { PersonRow } from "./types";

/** The groups somebody is in; admins tick them. */
export function PersonGroups({ person }: { person: PersonRow }) {
  const isAdmin = useViewer().roles.includes("admin");
  const mine = person.groups.map(({ name }) => name).join(", ");
  return (
    <Card aria-labelledby="person-groups-title">
      <CardHeader>
        <CardTitle id="person-groups-title">Groups</CardTitle>
      </CardHeader>
      <CardContent>
        {isAdmin && person.state !== "deactivated" ? (
          <GroupBoxes person={person} />
        ) : (
          <p className={mine === "" ? "text-muted-foreground" : undefined}>{mine === "" ? "In no group" : mine}</p>
        )}
      </CardContent>
    </Card>
  );
}

function GroupBoxes({ person }: { person: PersonRow }) {
  const groups = useQuery(api.policies.names, {})?.groups;
  const addMember = useMutation(api.groups.addMember);
  const removeMember = useMutation(api.groups.removeMember);
  const { run, pending, error } = useOnce();
  /** What was just ticked, until the desk has said so itself. */
  const [wanted, setWanted] = useState<{ groupId: string; isMember: boolean } | null>(null);
  if (groups === undefined) return null;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted-foreground">
        {groups.length === 0
          ? "There are no groups yet."
          : "Changes hold at once: what asks a group, its members see and decide."}
      </p>
      <div className="flex flex-col gap-1">
        {groups.map((group) => (
          <CheckBox
            key={group.id}
            label={group.name}
            checked={wanted?.groupId === group.id ? wanted.isMember : person.groups.some(({ id }) => id === group.id)}
            onChange={(isMember) => {
              if (pending) return;
              const member = { groupId: group.id, personId: person.id };
              setWanted({ groupId: group.id, isMember });
              void run(() => (isMember ? addMember(member) : removeMember(member))).then(() => setWanted(null));
            }}
          />
        ))}
      </div>
      {error !== null && <ErrorNote error={error} />}
    </div>
  );
}
