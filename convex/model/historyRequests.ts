// The requests of the history, filtered and searched, as `history.ts` does it with events. A filter by stage or by who decided
// is read through tasks or decisions: a request then stands where the newest of its own stands, and only there.

import type { PaginationOptions, PaginationResult } from "convex/server";
import type { Doc, Id } from "../_generated/dataModel";
import type { QueryCtx } from "../_generated/server";
import { keyOf } from "../shared/policy/keys";
import {
  requestPlan,
  type RequestFilter,
  type RequestMember,
  type RequestOutcome,
  timeOf,
} from "../shared/history/filter";
import { LOOKED_MAX } from "../shared/history/pages";
import type { RequestItem, RequestsFound } from "./historyViews";
import { namesFor, type Names } from "./people";
import { storedVersion } from "./policies";
import { requestRow } from "./requestPage";
import { named } from "./rows";
import { firstFound, type Searched } from "./searching";

/** Tasks and decisions of one request that a filter looks at: rounds are capped, so only operators' retries come near. */
const OF_REQUEST = 100;

/** A filter with ids that are of this desk. */
type RequestQuestion = Pick<RequestFilter, "playbook" | "stage" | "outcome"> & {
  since: number;
  until: number;
  requester?: Id<"people">;
  decider?: Id<"people">;
  group?: Id<"groups">;
  version?: Id<"policyVersions">;
};

/** Reads the ids of a filter; null where one is not of this desk, so that nothing can match. */
async function questionOf(ctx: QueryCtx, filter: RequestFilter): Promise<RequestQuestion | null> {
  const { requester, decider, group, version, playbook, stage, outcome } = filter;
  const question: RequestQuestion = { ...timeOf(filter), playbook, stage, outcome };
  if (requester !== undefined) question.requester = ctx.db.normalizeId("people", requester) ?? undefined;
  if (decider !== undefined) question.decider = ctx.db.normalizeId("people", decider) ?? undefined;
  if (group !== undefined) question.group = ctx.db.normalizeId("groups", group) ?? undefined;
  if (version !== undefined) {
    question.version = playbook === undefined ? undefined : (await storedVersion(ctx, playbook, version))?._id;
  }
  const unknown = (["requester", "decider", "group", "version"] as const).some(
    (member) => filter[member] !== undefined && question[member] === undefined,
  );
  return unknown ? null : question;
}

/** A request where an index found it; null for a place that is not the newest of its own. */
type Place = { request: Doc<"requests">; at: number } | null;

/** Requests of a filter without text, newest first, by pages; the last item of a page may say how far back it looked. */
export async function requestsPage(
  ctx: QueryCtx,
  filter: RequestFilter,
  paginationOpts: PaginationOptions,
): Promise<PaginationResult<RequestItem>> {
  const { found, looked, ...result } = await lookedRequests(ctx, filter, paginationOpts);
  const name = namesFor(ctx);
  const page: RequestItem[] = await Promise.all(
    found.map(async ({ request, at }) => ({ is: "request" as const, ...(await foundRow(ctx, request, at, name)) })),
  );
  return { ...result, page: looked === null ? page : [...page, looked] };
}

type LookedRequests = Omit<PaginationResult<never>, "page"> & {
  found: { request: Doc<"requests">; at: number }[];
  looked: (RequestItem & { is: "looked" }) | null;
};

/** One page of what a filter finds, and how far back it looked where that is to be said. */
export async function lookedRequests(
  ctx: QueryCtx,
  filter: RequestFilter,
  paginationOpts: PaginationOptions,
): Promise<LookedRequests> {
  const question = await questionOf(ctx, filter);
  if (question === null) return { found: [], looked: null, isDone: true, continueCursor: "" };
  const { by, rest } = requestPlan(filter);
  const opts = { ...paginationOpts, numItems: Math.min(paginationOpts.numItems, LOOKED_MAX) };
  const { places, backTo, ...result } = await placesOf(ctx, filter, question, opts);
  const found: LookedRequests["found"] = [];
  for (const place of places) {
    if (place !== null && (await isRequest(ctx, place.request, question, rest))) found.push(place);
  }
  const compares = rest.length > 0 || (filter.until !== undefined && (by === "decider" || by === "stage"));
  if (!compares || result.isDone || backTo === null) return { ...result, found, looked: null };
  return { ...result, found, looked: { is: "looked", rows: places.length, found: found.length, backTo } };
}

type Places = Omit<PaginationResult<never>, "page"> & { places: Place[]; backTo: number | null };

/** One page of what the filter's index holds. */
async function placesOf(
  ctx: QueryCtx,
  filter: RequestFilter,
  question: RequestQuestion,
  opts: PaginationOptions,
): Promise<Places> {
  const { by } = requestPlan(filter);
  if (by === "decider") {
    const { page, ...result } = await ctx.db
      .query("decisions")
      .withIndex("by_personId", (q) =>
        q.eq("personId", question.decider as Id<"people">).gte("_creationTime", question.since),
      )
      .order("desc")
      .paginate(opts);
    const places = await Promise.all(page.map((row) => ofDecision(ctx, row)));
    return { ...result, places, backTo: page.at(-1)?._creationTime ?? null };
  }
  if (by === "stage") {
    const { page, ...result } = await ctx.db
      .query("tasks")
      .withIndex("by_stage", (q) => q.eq("stage", question.stage ?? "").gte("_creationTime", question.since))
      .order("desc")
      .paginate(opts);
    const places = await Promise.all(page.map((row) => ofTask(ctx, row)));
    return { ...result, places, backTo: page.at(-1)?._creationTime ?? null };
  }
  const { page, ...result } = await requestRows(ctx, by, question).paginate(opts);
  const places = page.map((request) => ({ request, at: request._creationTime }));
  return { ...result, places, backTo: page.at(-1)?._creationTime ?? null };
}

/** The rows of `requests` that an index finds, newest first. */
function requestRows(
  ctx: QueryCtx,
  by: Exclude<ReturnType<typeof requestPlan>["by"], "decider" | "stage">,
  { since, until, requester, version, playbook, outcome }: RequestQuestion,
) {
  const requests = ctx.db.query("requests");
  const kind = stateKindOf(outcome);
  switch (by) {
    case "requester":
      return requests
        .withIndex("by_requesterId", (q) =>
          q
            .eq("requesterId", requester as Id<"people">)
            .gte("_creationTime", since)
            .lt("_creationTime", until),
        )
        .order("desc");
    case "playbookAndOutcome":
      return requests
        .withIndex("by_playbook_and_state_kind", (q) =>
          q
            .eq("playbook", playbook ?? "")
            .eq("state.kind", kind)
            .gte("_creationTime", since)
            .lt("_creationTime", until),
        )
        .order("desc");
    case "version":
      return requests
        .withIndex("by_policyVersionId", (q) =>
          q
            .eq("policyVersionId", version as Id<"policyVersions">)
            .gte("_creationTime", since)
            .lt("_creationTime", until),
        )
        .order("desc");
    case "outcome":
      return requests
        .withIndex("by_state_kind", (q) =>
          q.eq("state.kind", kind).gte("_creationTime", since).lt("_creationTime", until),
        )
        .order("desc");
    case "playbook":
      return requests
        .withIndex("by_playbook", (q) =>
          q
            .eq("playbook", playbook ?? "")
            .gte("_creationTime", since)
            .lt("_creationTime", until),
        )
        .order("desc");
    case "all":
      return requests
        .withIndex("by_creation_time", (q) => q.gte("_creationTime", since).lt("_creationTime", until))
        .order("desc");
    default:
      return by satisfies never;
  }
}

/** The kind of state under which an outcome stands. */
function stateKindOf(outcome: RequestOutcome | undefined): Doc<"requests">["state"]["kind"] {
  return outcome === "expired" ? "rejected" : (outcome ?? "drafting");
}

async function ofDecision(
  ctx: QueryCtx,
  { _id, _creationTime: at, requestId, personId }: Doc<"decisions">,
): Promise<Place> {
  const newest = (await decisionsOf(ctx, requestId)).find((row) => row.personId === personId);
  return newest !== undefined && newest._id !== _id ? null : { request: await named(ctx, "requests", requestId), at };
}

async function ofTask(ctx: QueryCtx, { _id, _creationTime: at, requestId, stage }: Doc<"tasks">): Promise<Place> {
  const newest = (await tasksOf(ctx, requestId)).find((row) => row.stage === stage);
  return newest !== undefined && newest._id !== _id ? null : { request: await named(ctx, "requests", requestId), at };
}

/** A request's decisions, newest first. */
async function decisionsOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Doc<"decisions">[]> {
  return await ctx.db
    .query("decisions")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .take(OF_REQUEST);
}

/** A request's tasks, newest first. */
async function tasksOf(ctx: QueryCtx, requestId: Id<"requests">): Promise<Doc<"tasks">[]> {
  return await ctx.db
    .query("tasks")
    .withIndex("by_requestId", (q) => q.eq("requestId", requestId))
    .order("desc")
    .take(OF_REQUEST);
}

/** Whether a request is what a filter asks for, as far as `members` go; its time always counts. */
async function isRequest(
  ctx: QueryCtx,
  request: Doc<"requests">,
  question: RequestQuestion,
  members: readonly RequestMember[],
): Promise<boolean> {
  if (request._creationTime < question.since || request._creationTime >= question.until) return false;
  for (const member of members) if (!(await hasMember(ctx, request, question, member))) return false;
  return true;
}

async function hasMember(
  ctx: QueryCtx,
  request: Doc<"requests">,
  question: RequestQuestion,
  member: RequestMember,
): Promise<boolean> {
  switch (member) {
    case "playbook":
      return request.playbook === question.playbook;
    case "version":
      return request.policyVersionId === question.version;
    case "requester":
      return request.requesterId === question.requester;
    case "outcome":
      return outcomeOf(request) === question.outcome;
    case "decider":
      return (await decisionsOf(ctx, request._id)).some(({ personId }) => personId === question.decider);
    case "stage":
      return (await tasksOf(ctx, request._id)).some(({ stage }) => stage === question.stage);
    case "group": {
      const key = keyOf({ kind: "group", groupId: question.group ?? "" });
      return (await tasksOf(ctx, request._id)).some(({ asks }) => asks.includes(key));
    }
    default:
      return member satisfies never;
  }
}

/** How a request stands, as it is filtered. */
function outcomeOf({ state }: Doc<"requests">): RequestOutcome {
  return state.kind === "rejected" && state.by.kind === "deadline" ? "expired" : state.kind;
}

async function foundRow(ctx: QueryCtx, request: Doc<"requests">, foundAt: number, name: Names) {
  const requester = await name(request.requesterId);
  return { ...(await requestRow(ctx, request, name)), requester, foundAt };
}

/**
 * Requests whose subject, sender, message or summary hold the words of `filter.text`, the best ones first: `limit` at most, of
 * the best `SEARCHED_MAX`.
 */
export async function searchRequests(ctx: QueryCtx, filter: RequestFilter, limit: number): Promise<RequestsFound> {
  const { found, ...more } = await searchedRequests(ctx, filter, limit);
  const name = namesFor(ctx);
  return {
    found: await Promise.all(found.map((request) => foundRow(ctx, request, request._creationTime, name))),
    ...more,
  };
}

/** The same as rows. */
export async function searchedRequests(
  ctx: QueryCtx,
  filter: RequestFilter,
  limit: number,
): Promise<Searched<Doc<"requests">>> {
  const question = await questionOf(ctx, filter);
  if (question === null) return { found: [], more: false, capped: false };
  const { playbook, requester, version } = question;
  const rest = (["outcome", "decider", "stage", "group"] as const).filter((member) => filter[member] !== undefined);
  const matches = ctx.db.query("requestWords").withSearchIndex("search_text", (q) => {
    let search = q.search("text", filter.text ?? "");
    if (playbook !== undefined) search = search.eq("playbook", playbook);
    if (requester !== undefined) search = search.eq("requesterId", requester);
    if (version !== undefined) search = search.eq("policyVersionId", version);
    return search;
  });
  return await firstFound(matches, limit, async ({ requestId }) => {
    const request = await named(ctx, "requests", requestId);
    return (await isRequest(ctx, request, question, rest)) ? request : null;
  });
}
