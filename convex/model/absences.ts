// When people are away, and who acts for them meanwhile.

import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { deskError } from "../shared/errors";
import { checkAbsences } from "../shared/time/absence";
import { absencesAt } from "./around";
import { record } from "./audit";
import { isActive } from "./directory";
import { nameOf, peopleChanged } from "./people";
import { named } from "./rows";

/** A person's absence that is not over, or null. A person has at most one. */
export async function absenceOf(ctx: QueryCtx, personId: Id<"people">): Promise<Doc<"absences"> | null> {
  return await ctx.db
    .query("absences")
    .withIndex("by_personId_and_until", (q) => q.eq("personId", personId).gt("until", Date.now()))
    .first();
}

/**
 * A person is away from `from` to `until` (ms since 1970), instead of whatever absence they had; meanwhile `delegateId`
 * acts for them. Throws `absenceInvalid` with the reason.
 */
export async function setAway(
  ctx: MutationCtx,
  person: Doc<"people">,
  { from, until, delegateId }: { from: number; until: number; delegateId: Id<"people"> | null },
): Promise<void> {
  const now = Date.now();
  if (delegateId !== null) {
    const delegate = await ctx.db.get("people", delegateId);
    if (delegate === null || !isActive(delegate)) throw deskError("personUnknown");
  }
  const before = await absenceOf(ctx, person._id);
  const others = (await absencesAt(ctx, now)).filter(({ personId }) => personId !== person._id);
  const absence = { personId: person._id, from, until, delegateId };
  const names = new Map<string, string>();
  for (const id of [person._id, ...others.map(({ personId }) => personId)]) {
    const personId = ctx.db.normalizeId("people", id);
    if (personId !== null) names.set(id, await nameOf(ctx, personId));
  }
  const [problem] = checkAbsences([...others, absence], (id) => names.get(id) ?? "somebody");
  if (problem !== undefined || until <= now) {
    const reason = problem?.reason ?? "The absence must end in the future.";
    throw deskError("absenceInvalid", { message: `${reason} Nothing was saved.` });
  }
  if (before !== null) await ctx.db.delete("absences", before._id);
  const absenceId = await ctx.db.insert("absences", from <= now ? { ...absence, begun: true } : absence);
  const delegate = delegateId === null ? null : (await named(ctx, "people", delegateId)).name;
  await record(ctx, undefined, { kind: "person", personId: person._id }, { kind: "away", until, delegate });
  await peopleChanged(ctx);
  if (from > now) await ctx.scheduler.runAt(from, internal.people.absenceTurns, { absenceId });
  await ctx.scheduler.runAt(until, internal.people.absenceTurns, { absenceId });
}

/**
 * An absence begins or is over, unless it was ended or replaced before. Its row is written or goes, so that open screens
 * look again, and open reviews are counted again.
 */
export async function turn(ctx: MutationCtx, absenceId: Id<"absences">): Promise<void> {
  const absence = await ctx.db.get("absences", absenceId);
  if (absence === null) return;
  const now = Date.now();
  if (now >= absence.until) await ctx.db.delete("absences", absenceId);
  else if (now >= absence.from) await ctx.db.patch("absences", absenceId, { begun: true });
  await peopleChanged(ctx);
}

/** A person is back, or will not go; they say so themselves, or an admin does (`by`). Without an absence nothing happens. */
export async function endAway(ctx: MutationCtx, person: Doc<"people">, by: Doc<"people"> = person): Promise<void> {
  const absence = await absenceOf(ctx, person._id);
  if (absence === null) return;
  await ctx.db.delete("absences", absence._id);
  const event =
    by._id === person._id
      ? ({ kind: "back" } as const)
      : ({ kind: "calledBack", personId: person._id, name: person.name } as const);
  await record(ctx, undefined, { kind: "person", personId: by._id }, event);
  await peopleChanged(ctx);
}
