import { api } from "@convex/_generated/api";
import { hasRole, READERS } from "@convex/shared/roles";
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { ROLE_WORDS } from "./viewer";

type Person = FunctionReturnType<typeof api.people.demo>[number];

/** Everybody who can be asked to decide, for pickers; undefined until the desk has answered. */
export function usePeople(): Person[] | undefined {
  return useQuery(api.people.demo, {})?.filter(({ roles }) => hasRole(roles, READERS));
}

/** Somebody in a picker: "Helen Marsh · Head of customer care (Manager)". */
export function peopleWords({ name, title, roles }: Pick<Person, "name" | "title" | "roles">): string {
  return `${name} · ${title} (${roles.map((role) => ROLE_WORDS[role]).join(", ")})`;
}
