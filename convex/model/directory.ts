// Who there is, as far as some stages ask: read by index and bounded, however many people the desk has.

import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import type { Directory } from "../shared/policy/quorum";
import type { Stage, Who } from "../shared/policy/types";
import { hasRole, READERS, type Role } from "../shared/roles";
import { membershipOf } from "./memberships";

/** Members of one group or role that are looked at. A policy that needs more than these to agree is refused. */
export const MEMBERS_MAX = 200;

/** Whether somebody can decide at all: they are here and may read requests. */
export function isActive(person: Doc<"people">): boolean {
  return person.removedAt === undefined && hasRole(person.roles, READERS);
}

/** Everybody whom stages name: their candidates, the groups of their quorums, the steps of their ladders. */
export function namedBy(stages: readonly Stage[]): Who[] {
  return stages.flatMap(({ candidates, quorum, ladder }) => [
    ...candidates,
    ...(quorum.kind === "oneFromEach" ? quorum.groupIds.map((groupId) => ({ kind: "group", groupId }) as const) : []),
    ...ladder.flatMap(({ who }) => who),
  ]);
}

/**
 * The people behind `who`, the admins (whoever escalates last asks them) and the people with `ids`: those of them who
 * can decide now. `ids` are in their groups and roles even where those have more than `MEMBERS_MAX` members.
 */
export async function directoryOf(ctx: QueryCtx, who: readonly Who[], ids: readonly string[]): Promise<Directory> {
  const people = new Map<string, boolean>();
  const add = async (id: string): Promise<boolean> => {
    const known = people.get(id);
    if (known !== undefined) return known;
    const personId = ctx.db.normalizeId("people", id);
    const person = personId === null ? null : await ctx.db.get("people", personId);
    const active = person !== null && isActive(person);
    people.set(id, active);
    return active;
  };
  for (const id of ids) await add(id);
  const groups = new Map<string, string[]>();
  const roles = new Map<Role, string[]>();
  for (const one of [...who, { kind: "role", role: "admin" } as const]) {
    if (one.kind === "person") await add(one.personId);
    if (one.kind === "role" && !roles.has(one.role)) roles.set(one.role, await activeOf(ctx, one.role, ids, add));
    if (one.kind === "group" && !groups.has(one.groupId)) {
      const groupId = ctx.db.normalizeId("groups", one.groupId);
      groups.set(one.groupId, groupId === null ? [] : await activeOf(ctx, groupId, ids, add));
    }
  }
  return { people: new Set([...people].flatMap(([id, active]) => (active ? [id] : []))), groups, roles };
}

async function activeOf(
  ctx: QueryCtx,
  of: Id<"groups"> | Role,
  ids: readonly string[],
  isHere: (id: string) => Promise<boolean>,
): Promise<string[]> {
  const members = (
    await ctx.db
      .query("memberships")
      .withIndex("by_of_and_personId", (q) => q.eq("of", of))
      .take(MEMBERS_MAX)
  ).map(({ personId }) => personId);
  if (members.length === MEMBERS_MAX) {
    for (const id of ids) {
      const personId = ctx.db.normalizeId("people", id);
      if (personId !== null && !members.includes(personId) && (await membershipOf(ctx, of, personId)) !== null)
        members.push(personId);
    }
  }
  const active: string[] = [];
  for (const personId of members) if (await isHere(personId)) active.push(personId);
  return active;
}
