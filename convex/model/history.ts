// The events of the history, filtered and searched. `shared/history/filter.ts` says which filters an index answers alone; for
// the others rows are compared one by one, at most `LOOKED_MAX` a page, and the page ends in how far back it looked.

import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { eventPlan, type EventFilter, type EventKind, type EventMember, timeOf } from "../shared/history/filter";
import { LOOKED_MAX } from "../shared/history/pages";
import { auditView } from "./audit";
import { namesFor } from "./people";
import { storedVersion } from "./policies";
import { firstFound, type Searched } from "./searching";
import type { EventItem, EventsFound } from "./historyViews";

/** A filter with ids that are of this desk; null where one is not, so that nothing can match. */
export type EventQuestion = Omit<EventFilter, "text" | "person" | "group" | "version" | "since" | "until"> & {
  since: number;
  until: number;
  person?: Id<"people">;
  group?: Id<"groups">;
  version?: Id<"policyVersions">;
};

/** Reads the ids of a filter. */
export async function eventQuestion(ctx: QueryCtx, filter: EventFilter): Promise<EventQuestion | null> {
  const { text: _, person, group, version, playbook, stage, kind } = filter;
  const question: EventQuestion = { ...timeOf(filter), playbook, stage, kind };
  if (person !== undefined) question.person = ctx.db.normalizeId("people", person) ?? undefined;
  if (group !== undefined) question.group = ctx.db.normalizeId("groups", group) ?? undefined;
  if (version !== undefined) {
    question.version = playbook === undefined ? undefined : (await storedVersion(ctx, playbook, version))?._id;
  }
  const unknown = (["person", "group", "version"] as const).some(
    (member) => filter[member] !== undefined && question[member] === undefined,
  );
  return unknown ? null : question;
}

/** Events of a filter without text, newest first, by pages; the last item of a page may say how far back it looked. */
export async function eventsPage(
  ctx: QueryCtx,
  filter: EventFilter,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<EventItem>> {
  const question = await eventQuestion(ctx, filter);
  if (question === null) return { page: [], isDone: true, continueCursor: "" };
  const { rest } = eventPlan(filter);
  const numItems = Math.min(paginationOpts.numItems, LOOKED_MAX);
  const result = await eventRows(ctx, filter, question, "desc").paginate({ ...paginationOpts, numItems });
  const rows = result.page.filter((row) => isEvent(row, question, rest));
  const name = namesFor(ctx);
  const page: EventItem[] = await Promise.all(
    rows.map(async (row) => ({ is: "event" as const, ...(await auditView(ctx, row, { name })) })),
  );
  const last = result.page.at(-1);
  if (rest.length > 0 && !result.isDone && last !== undefined) {
    page.push({ is: "looked", rows: result.page.length, found: rows.length, backTo: last._creationTime });
  }
  return { ...result, page };
}

/** The rows that a filter's index finds, in the order of time. */
export function eventRows(ctx: QueryCtx, filter: EventFilter, question: EventQuestion, order: "asc" | "desc") {
  const { since, until, person, group, version, kind, playbook } = question;
  const events = ctx.db.query("auditEvents");
  const { by } = eventPlan(filter);
  switch (by) {
    case "group":
      return events.withIndex("by_chain_and_seq", (q) => q.eq("chain", `group:${group}`)).order(order);
    case "person":
      return events
        .withIndex("by_actor_personId", (q) =>
          q.eq("actor.personId", person).gte("_creationTime", since).lt("_creationTime", until),
        )
        .order(order);
    case "version":
      return events
        .withIndex("by_policyVersionId", (q) =>
          q.eq("policyVersionId", version).gte("_creationTime", since).lt("_creationTime", until),
        )
        .order(order);
    case "kind":
      return events
        .withIndex("by_event_kind", (q) =>
          q
            .eq("event.kind", kind as EventKind)
            .gte("_creationTime", since)
            .lt("_creationTime", until),
        )
        .order(order);
    case "playbook":
      return events
        .withIndex("by_playbook", (q) =>
          q.eq("playbook", playbook).gte("_creationTime", since).lt("_creationTime", until),
        )
        .order(order);
    case "all":
      return events
        .withIndex("by_creation_time", (q) => q.gte("_creationTime", since).lt("_creationTime", until))
        .order(order);
    default:
      return by satisfies never;
  }
}

/** Whether a row is what a filter asks for, as far as `members` go; its time always counts. */
function isEvent(row: Doc<"auditEvents">, question: EventQuestion, members: readonly EventMember[]): boolean {
  if (row._creationTime < question.since || row._creationTime >= question.until) return false;
  return members.every((member) => hasMember(row, question, member));
}

function hasMember(row: Doc<"auditEvents">, question: EventQuestion, member: EventMember): boolean {
  const { event, actor } = row;
  switch (member) {
    case "playbook":
      return row.playbook === question.playbook;
    case "version":
      return row.policyVersionId === question.version;
    case "kind":
      return event.kind === question.kind;
    case "person":
      return actor.kind === "person" && actor.personId === question.person;
    case "stage":
      return "stage" in event && event.stage === question.stage;
    case "group":
      return row.chain === `group:${question.group}`;
    default:
      return member satisfies never;
  }
}

/** Whether a row that a filter's index found is what the whole filter asks for. */
export function isWanted(row: Doc<"auditEvents">, filter: EventFilter, question: EventQuestion): boolean {
  return isEvent(row, question, eventPlan(filter).rest);
}

/**
 * Events whose words hold the words of `filter.text`, the best ones first: `limit` at most, of the best `SEARCHED_MAX`.
 * What a person wrote and names are searched; erased words are found no more.
 */
export async function searchEvents(ctx: QueryCtx, filter: EventFilter, limit: number): Promise<EventsFound> {
  const question = await eventQuestion(ctx, filter);
  if (question === null) return { found: [], more: false, capped: false };
  const { found, ...more } = await searchedEvents(ctx, filter, question, limit);
  const name = namesFor(ctx);
  return { found: await Promise.all(found.map(({ row, words }) => auditView(ctx, row, { words, name }))), ...more };
}

/** The same as rows with their words. */
export async function searchedEvents(
  ctx: QueryCtx,
  filter: EventFilter,
  question: EventQuestion,
  limit: number,
): Promise<Searched<{ row: Doc<"auditEvents">; words: Doc<"auditWords"> }>> {
  const { kind, playbook, person } = question;
  const rest = (["version", "stage", "group"] as const).filter((member) => filter[member] !== undefined);
  const matches = ctx.db.query("auditWords").withSearchIndex("search_text", (q) => {
    let search = q.search("text", filter.text ?? "");
    if (kind !== undefined) search = search.eq("kind", kind);
    if (playbook !== undefined) search = search.eq("playbook", playbook);
    if (person !== undefined) search = search.eq("personId", person);
    return search;
  });
  return await firstFound(matches, limit, async (words) => {
    const row = await ctx.db.get("auditEvents", words.eventId);
    return row !== null && isEvent(row, question, rest) ? { row, words } : null;
  });
}
