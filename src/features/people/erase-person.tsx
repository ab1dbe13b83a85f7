import { EraseButton } from "@/components/erase-button";
import { useErase } from "@/lib/use-erase";
import type { PersonRow } from "./types";

/** Erases what is personal of somebody who was deactivated. */
export function ErasePerson({ person }: { person: PersonRow }) {
  const { erase, pending, error } = useErase();
  const onErase = () => erase({ kind: "person", personId: person.id });
  return <EraseButton of={person.name} pending={pending} error={error} onErase={onErase} />;
}
