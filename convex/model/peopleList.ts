// People as the people screen lists them.

import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Infer } from "convex/values";
import type { Doc } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { normalEmail } from "../shared/account/emails";
import { absenceOf } from "./absences";
import { hasWayIn } from "./admins";
import { groupIdsOf } from "./memberships";
import { nameOf } from "./people";
import type { vPersonRow } from "./views";

type Row = Infer<typeof vPersonRow>;

/** People whom one search finds at most. */
const FOUND_MAX = 100;

/**
 * A page of the people who are here (by name) or who were deactivated (the latest first); with `search` those whose e-mail
 * address begins with it, then those whose name has its words, best first, in one page of at most a hundred. What has an @ is
 * an address and no name.
 */
export async function peoplePage(
  ctx: QueryCtx,
  who: "here" | "deactivated",
  search: string,
  opts: PaginationOptions,
): Promise<PaginationResult<Row>> {
  const words = search.trim();
  if (words !== "") {
    const people = (await found(ctx, words)).filter(({ removedAt }) => (removedAt === undefined) === (who === "here"));
    return { page: await rows(ctx, people.slice(0, FOUND_MAX)), isDone: true, continueCursor: "" };
  }
  const people = ctx.db.query("people");
  const result = await (
    who === "here"
      ? people.withIndex("by_removedAt_and_name", (q) => q.eq("removedAt", undefined)).order("asc")
      : people.withIndex("by_removedAt_and_name", (q) => q.gt("removedAt", 0)).order("desc")
  ).paginate(opts);
  return { ...result, page: await rows(ctx, result.page) };
}

async function found(ctx: QueryCtx, words: string): Promise<Doc<"people">[]> {
  const start = normalEmail(words);
  const byEmail = await ctx.db
    .query("people")
    .withIndex("by_email", (q) => q.gte("email", start).lt("email", `${start}\uffff`))
    .take(FOUND_MAX);
  if (start.includes("@")) return byEmail;
  const byName = await ctx.db
    .query("people")
    .withSearchIndex("by_words", (q) => q.search("name", words))
    .take(FOUND_MAX);
  const ids = new Set(byEmail.map(({ _id }) => _id));
  return [...byEmail, ...byName.filter(({ _id }) => !ids.has(_id))];
}

/** Somebody with everything their page shows, or null where nobody has this id. */
export async function personView(ctx: QueryCtx, id: string): Promise<Row | null> {
  const personId = ctx.db.normalizeId("people", id);
  const person = personId === null ? null : await ctx.db.get("people", personId);
  return person === null ? null : await rowOf(ctx, person);
}

async function rows(ctx: QueryCtx, people: readonly Doc<"people">[]): Promise<Row[]> {
  return await Promise.all(people.map((person) => rowOf(ctx, person)));
}

async function rowOf(ctx: QueryCtx, person: Doc<"people">): Promise<Row> {
  const { _id: id, name, title, initials, roles, demo, removedAt } = person;
  const groups: Row["groups"] = [];
  for (const groupId of await groupIdsOf(ctx, id)) {
    const group = await ctx.db.get("groups", groupId);
    if (group !== null) groups.push({ id: groupId, name: group.name });
  }
  const absence = await absenceOf(ctx, id);
  return {
    id,
    name,
    title,
    initials,
    email: person.email ?? null,
    roles,
    groups,
    demo,
    state: removedAt !== undefined ? "deactivated" : (await hasWayIn(ctx, person)) ? "active" : "invited",
    away:
      absence === null
        ? null
        : {
            from: absence.from,
            until: absence.until,
            delegate: absence.delegateId === null ? null : await nameOf(ctx, absence.delegateId),
          },
  };
}
