// Who may read which request: the one rule for every screen, list, comment and stream.
//
// Managers and admins read everything, requesters what they asked for. A reviewer reads what the desk asks them about, or
// once asked: `asked` of a request holds the keys of all whom any of its tasks asked and of everybody who acted, and a
// person has the keys of their own, of their roles and groups as they are now, and of colleagues they stand in for now.
// So a change of groups, roles or absences holds at once, for what waits and for what is over, and what somebody was asked
// in person, was handed or decided themselves stays readable.

import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { keysOf } from "../shared/policy/keys";
import { hasRole, OPERATORS, READERS } from "../shared/roles";
import { DELEGATES_MAX } from "../shared/time/absence";
import { absencesAt } from "./around";
import { isActive } from "./directory";
import { groupIdsOf } from "./memberships";
import { personIdOf } from "./people";
import { named } from "./rows";

/** Whether a person reads every request. */
export function seesAll(person: Doc<"people">): boolean {
  return hasRole(person.roles, OPERATORS);
}

/** Whether a person may read a request. */
export async function maySee(ctx: QueryCtx, person: Doc<"people">, request: Doc<"requests">): Promise<boolean> {
  if (request.requesterId === person._id || seesAll(person)) return true;
  if (!hasRole(person.roles, READERS) || request.asked.length === 0) return false;
  // Most are asked by name or role, which is known without looking for groups and absences.
  const { _id: id, roles } = person;
  const plain = keysOf({ id, groupIds: [], roles });
  if (request.asked.some((key) => plain.has(key))) return true;
  const keys = await keysFor(ctx, person);
  return request.asked.some((key) => keys.has(key));
}

/** The keys under which stages ask a person: their own, and those of whoever is away and leads to them. */
export async function keysFor(ctx: QueryCtx, person: Doc<"people">): Promise<ReadonlySet<string>> {
  const keys = new Set(await ownKeys(ctx, person));
  for (const colleague of await standsInFor(ctx, person._id)) {
    for (const key of await ownKeys(ctx, colleague)) keys.add(key);
  }
  return keys;
}

async function ownKeys(ctx: QueryCtx, { _id: id, roles }: Doc<"people">): Promise<ReadonlySet<string>> {
  return keysOf({ id, groupIds: await groupIdsOf(ctx, id), roles });
}

/** Who is away now and whose delegates, one after the other, lead to this person; not those who left (`resolveDelegate`). */
async function standsInFor(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"people">[]> {
  const now = Date.now();
  const away = (await absencesAt(ctx, now)).filter(({ from }) => from <= now);
  const found = new Map<string, Doc<"people">>();
  let reached: string[] = [personId];
  for (let step = 0; step < DELEGATES_MAX && reached.length > 0; step += 1) {
    const next: string[] = [];
    for (const { personId: id, delegateId } of away) {
      if (delegateId === null || !reached.includes(delegateId) || id === personId || found.has(id)) continue;
      const colleague = await named(ctx, "people", personIdOf(ctx, id));
      if (!isActive(colleague)) continue;
      found.set(id, colleague);
      next.push(id);
    }
    reached = next;
  }
  return [...found.values()];
}
