import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { ROLE_WORDS } from "./viewer";

type Person = FunctionReturnType<typeof api.policies.names>["people"][number];

/** Everybody who can be asked to decide, for pickers; undefined until the desk has answered. */
export function usePeople(): Person[] | undefined {
  return useQuery(api.policies.names, {})?.people;
}

/** Somebody in a picker: "Helen Marsh · Head of customer care (Manager)". */
export function peopleWords({ name, title, roles }: Pick<Person, "name" | "title" | "roles">): string {
  return `${name} · ${title} (${roles.map((role) => ROLE_WORDS[role]).join(", ")})`;
}
