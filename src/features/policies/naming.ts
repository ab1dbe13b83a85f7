import type { Surroundings } from "@convex/shared/policy/check";
import type { Directory } from "@convex/shared/policy/quorum";
import type { Names } from "@convex/shared/policy/reading";
import type { Who } from "@convex/shared/policy/types";
import type { Role } from "@convex/shared/roles";
import type { PolicyNames, PolicyVersion } from "./types";

type Gone = PolicyVersion["gone"];

/** What everybody with a role is called in a sentence. */
const ROLES: Readonly<Record<Role, string>> = {
  requester: "all requesters",
  reviewer: "all reviewers",
  manager: "all managers",
  admin: "all admins",
};

/** How people, groups and fields are called when a policy is read out. */
export function readingNames(
  { people, groups }: PolicyNames,
  { fields, gone }: Pick<PolicyVersion, "fields" | "gone">,
): Names {
  const person = (id: string) =>
    people.find((one) => one.id === id)?.name ?? `${goneName(gone, id) ?? "somebody"} (no longer active)`;
  const group = (id: string) => groups.find((one) => one.id === id)?.name ?? "a group there is no more";
  return {
    person,
    group,
    fields,
    who: (who) => {
      if (who.kind === "person") return person(who.personId);
      return who.kind === "group" ? `the group ${group(who.groupId)}` : ROLES[who.role];
    },
  };
}

/** What an entry of a picker is called: "Finance (group)", "All managers", "Helen Marsh". */
export function whoText(who: Who, names: Names): string {
  const text = who.kind === "group" ? `${names.group(who.groupId)} (group)` : names.who(who);
  return who.kind === "role" ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** Who there is, as far as this browser knows, to check a policy against at `now` (ms since 1970). */
export function surroundingsOf(
  { people, groups }: PolicyNames,
  { fields, gone }: Pick<PolicyVersion, "fields" | "gone">,
  now: number,
): Surroundings {
  const roles = (["requester", "reviewer", "manager", "admin"] as const).map(
    (role) => [role, people.filter((one) => one.roles.includes(role)).map(({ id }) => id)] as const,
  );
  const directory: Directory = {
    people: new Set(people.map(({ id }) => id)),
    groups: new Map(groups.map(({ id, memberIds }) => [id, memberIds])),
    roles: new Map(roles),
  };
  const nameOf = (who: Who): string | null => {
    if (who.kind === "role") return who.role;
    if (who.kind === "group") return groups.find(({ id }) => id === who.groupId)?.name ?? null;
    return people.find(({ id }) => id === who.personId)?.name ?? goneName(gone, who.personId);
  };
  return { directory, nameOf, fields, now };
}

function goneName(gone: Gone, id: string): string | null {
  return gone.find((one) => one.id === id)?.name ?? null;
}
