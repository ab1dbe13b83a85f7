import { api } from "@convex/_generated/api";
import { useQuery } from "convex/react";

/** What playbooks are called, by their names; a name stands for itself until the desk has answered. */
export function usePlaybookTitles(): (name: string) => string {
  const playbooks = useQuery(api.playbooks.list, {});
  return (name) => playbooks?.find((playbook) => playbook.name === name)?.title ?? name;
}
