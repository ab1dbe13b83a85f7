// By what an event can be found, beside its own members: written once with it, outside its hash.

import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import type { AuditEvent } from "../shared/audit/event";
import { ADDRESS, type Words } from "../shared/audit/words";
import { named } from "./rows";

type Facets = Pick<Doc<"auditEvents">, "playbook" | "policyVersionId">;
type Searchable = Pick<Doc<"auditWords">, "text" | "kind" | "playbook" | "personId">;

/**
 * What an event is about: its request's playbook and the version of the policy it is decided by, neither of which ever
 * changes, or the playbook that the event itself names; nothing where there is neither.
 */
export async function facetsOf(
  ctx: QueryCtx,
  about: Id<"requests"> | Doc<"requests"> | undefined,
  event: AuditEvent,
): Promise<Facets> {
  if (about !== undefined) {
    const { playbook, policyVersionId } = typeof about === "string" ? await named(ctx, "requests", about) : about;
    return { playbook, policyVersionId };
  }
  return "playbook" in event && event.playbook !== null ? { playbook: event.playbook } : {};
}

/**
 * An event's words as the full-text search reads them, with what a search may be filtered by. Nobody searches for the
 * address from which somebody worked.
 */
export function searchable(
  actor: Doc<"auditEvents">["actor"],
  { kind }: AuditEvent,
  words: Words,
  { playbook }: Facets,
): Searchable {
  const personId = actor.kind === "person" ? actor.personId : undefined;
  const { [ADDRESS]: _, ...said } = words;
  return { text: Object.values(said).join("\n"), kind, playbook, personId };
}
