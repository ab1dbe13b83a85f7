import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";

/**
 * What playbooks are called, by their names; a name stands for itself until the desk has answered, and where nobody
 * needs them (`needed` false), so that they are not asked for.
 */
export function usePlaybookTitles(needed = true): (name: string) => string {
  const playbooks = useQuery(api.playbooks.list, needed ? {} : "skip");
  return (name) => playbooks?.find((playbook) => playbook.name === name)?.title ?? name;
}
