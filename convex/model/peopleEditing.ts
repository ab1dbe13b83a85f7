// What admins change about people. Who may do what decides who is asked, so open reviews are counted again; every change
// is in the chain of the person it is about.

import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { initialsOf } from "../shared/account/initials";
import { checkName, checkTitle } from "../shared/account/names";
import { deskError } from "../shared/errors";
import { ROLES, type Role } from "../shared/roles";
import { keepAnAdmin } from "./admins";
import { record, type Actor } from "./audit";
import { deskMode } from "./demo";
import { voidLinks } from "./links";
import { setRoles } from "./memberships";
import { peopleChanged } from "./people";
import { endSessions } from "./sessions";

/** Gives a person another name or title; the same ones change nothing. Throws `personUnknown`, `nameInvalid`, `titleInvalid`. */
export async function updatePerson(
  ctx: MutationCtx,
  admin: Doc<"people">,
  { personId, ...typed }: { personId: Id<"people">; name: string; title: string },
): Promise<void> {
  const person = await ctx.db.get("people", personId);
  if (person === null) throw deskError("personUnknown");
  const checked = { name: checkName(typed.name), title: checkTitle(typed.title) };
  if (!checked.name.ok) throw deskError("nameInvalid", { message: `${checked.name.problem} Nothing was changed.` });
  if (!checked.title.ok) throw deskError("titleInvalid", { message: `${checked.title.problem} Nothing was changed.` });
  const [name, title] = [checked.name.text, checked.title.text];
  if (name === person.name && title === person.title) return;
  await ctx.db.patch("people", personId, { name, title, initials: initialsOf(name) });
  const from = { name: person.name, title: person.title };
  await record(ctx, undefined, by(admin), { kind: "personChanged", personId, from, to: { name, title } });
}

/**
 * Gives a person exactly these roles; the same ones change nothing. Throws `personUnknown` (also for somebody who was
 * deactivated), `rolesEmpty`, `lastAdmin`.
 */
export async function changeRoles(
  ctx: MutationCtx,
  admin: Doc<"people">,
  personId: Id<"people">,
  wanted: readonly Role[],
): Promise<void> {
  const person = await ctx.db.get("people", personId);
  if (person === null || person.removedAt !== undefined) throw deskError("personUnknown");
  const to = ROLES.filter((role) => wanted.includes(role));
  if (to.length === 0) throw deskError("rolesEmpty");
  const from = ROLES.filter((role) => person.roles.includes(role));
  if (from.join() === to.join()) return;
  if (from.includes("admin") && !to.includes("admin")) await keepAnAdmin(ctx, personId);
  await setRoles(ctx, personId, to);
  await record(ctx, undefined, by(admin), { kind: "rolesChanged", personId, name: person.name, from, to });
  await peopleChanged(ctx);
}

/**
 * Deactivates somebody: they can do and see nothing more, stages count without them, and the history keeps their name.
 * Again it changes nothing. Throws `personUnknown`, `removeSelf`, `lastAdmin`.
 */
export async function remove(ctx: MutationCtx, admin: Doc<"people">, personId: Id<"people">): Promise<void> {
  if (personId === admin._id) throw deskError("removeSelf");
  const person = await ctx.db.get("people", personId);
  if (person === null) throw deskError("personUnknown");
  if (person.removedAt !== undefined) return;
  if (person.roles.includes("admin")) await keepAnAdmin(ctx, personId);
  await ctx.db.patch("people", personId, { removedAt: Date.now() });
  await record(ctx, undefined, by(admin), { kind: "personRemoved", personId, name: person.name });
  await endSessions(ctx, by(admin), person);
  await voidLinks(ctx, personId);
  await peopleChanged(ctx);
}

/**
 * Takes somebody back who was deactivated, with the roles and groups they had. Throws `personUnknown`,
 * `demoPersonGone` for people of a demo that is over (nobody could ever sign in as them), and `personErased`.
 */
export async function restore(ctx: MutationCtx, admin: Doc<"people">, personId: Id<"people">): Promise<void> {
  const person = await ctx.db.get("people", personId);
  if (person === null) throw deskError("personUnknown");
  if (person.removedAt === undefined) return;
  if (person.demo && !(await deskMode(ctx)).demo) throw deskError("demoPersonGone");
  const erasure = await ctx.db
    .query("erasures")
    .withIndex("by_personId", (q) => q.eq("personId", personId))
    .first();
  if (erasure !== null) throw deskError("personErased");
  await ctx.db.patch("people", personId, { removedAt: undefined });
  await record(ctx, undefined, by(admin), { kind: "personRestored", personId, name: person.name });
  await peopleChanged(ctx);
}

function by(admin: Doc<"people">): Actor {
  return { kind: "person", personId: admin._id };
}
