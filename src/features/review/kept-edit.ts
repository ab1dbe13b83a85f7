import type { Action } from "@convex/shared/actions";
import { type ActionEdit, editOf } from "@/lib/action-edit";
import { fieldsOf } from "@/lib/action-fields";

/**
 * An edit that was begun on one draft, put onto another: what the person changed stays changed, everything else is as
 * the new draft has it. `edit` holds the texts typed over `before`.
 */
export function putOnto(playbook: string, before: Action, after: Action, edit: ActionEdit): ActionEdit {
  const old = editOf(playbook, before);
  const now = editOf(playbook, after);
  const typed = Object.entries(edit).filter(([name, text]) => text !== old[name]);
  return { ...now, ...Object.fromEntries(typed) };
}

/** The fields that somebody changed over `before`, as texts to copy: "Amount: 45.00". Empty where nothing changed. */
export function typedChanges(playbook: string, before: Action, edit: ActionEdit): string {
  const old = editOf(playbook, before);
  return fieldsOf(playbook)
    .filter(({ name }) => (edit[name] ?? "") !== old[name])
    .map(({ name, label }) => `${label}: ${edit[name] ?? ""}`)
    .join("\n");
}
