// One text for whoever a stage asks, so that a list of tasks can tell whom each asks without reading people.

import type { Role } from "../roles";
import type { Who } from "./types";

/** The key of one person, group or role: "person:…", "group:…" or "role:…". */
export function keyOf(who: Who): string {
  switch (who.kind) {
    case "person":
      return `person:${who.personId}`;
    case "group":
      return `group:${who.groupId}`;
    case "role":
      return `role:${who.role}`;
  }
}

/** The keys under which a stage can ask one person. */
export function keysOf(person: { id: string; groupIds: readonly string[]; roles: readonly Role[] }): Set<string> {
  return new Set([
    keyOf({ kind: "person", personId: person.id }),
    ...person.groupIds.map((groupId) => keyOf({ kind: "group", groupId })),
    ...person.roles.map((role) => keyOf({ kind: "role", role })),
  ]);
}
