// What the history can be filtered by, for requests and for events, and which filters an index answers alone. The screen
// and the backend both read the plan: the backend to choose its index, the screen to know how far a page looks.

import { v, type Infer } from "convex/values";
import { vAuditEvent } from "../audit/event";
import { LIFE_KINDS } from "../review/life";

/** How a request stands, as people filter it: a kind of its state; `expired` are those that a deadline rejected. */
export const REQUEST_OUTCOMES = [...LIFE_KINDS, "expired"] as const;
export const vRequestOutcome = v.union(...REQUEST_OUTCOMES.map((outcome) => v.literal(outcome)));
export type RequestOutcome = Infer<typeof vRequestOutcome>;

export const EVENT_KINDS = vAuditEvent.members.map((member) => member.fields.kind.value);
export const vEventKind = v.union(...vAuditEvent.members.map((member) => member.fields.kind));
export type EventKind = Infer<typeof vEventKind>;

/**
 * Members of both: `text` is searched for, `since` and `until` (excluded) are ms since 1970, `version` counts within
 * `playbook` and is nothing without it. Ids are texts, as addresses of the screen have them: one that is none finds nothing.
 */
const common = {
  text: v.optional(v.string()),
  since: v.optional(v.number()),
  until: v.optional(v.number()),
  playbook: v.optional(v.string()),
  version: v.optional(v.number()),
  stage: v.optional(v.string()),
  group: v.optional(v.string()),
};

/** Requests: by when they were submitted, who asked, who decided, how they stand, and which stage or group was asked. */
export const vRequestFilter = v.object({
  ...common,
  outcome: v.optional(vRequestOutcome),
  requester: v.optional(v.string()),
  decider: v.optional(v.string()),
});
export type RequestFilter = Infer<typeof vRequestFilter>;

/** Events: by when they happened, who did them, what they are; `group` finds what happened to that group. */
export const vEventFilter = v.object({ ...common, kind: v.optional(vEventKind), person: v.optional(v.string()) });
export type EventFilter = Infer<typeof vEventFilter>;

/** A filter of either list. */
export const vHistoryView = v.union(
  v.object({ of: v.literal("requests"), filter: vRequestFilter }),
  v.object({ of: v.literal("events"), filter: vEventFilter }),
);
export type HistoryView = Infer<typeof vHistoryView>;

/** Which index a list is read by, and the members of the filter that are then still to be compared row by row. */
export type Plan<By extends string, Member extends string> = { by: By; rest: Member[] };

export type RequestMember = (typeof REQUEST_MEMBERS)[number];
export type EventMember = (typeof EVENT_MEMBERS)[number];
export type RequestBy =
  "playbookAndOutcome" | "decider" | "requester" | "stage" | "outcome" | "version" | "playbook" | "all";
export type EventBy = "group" | "person" | "kind" | "version" | "playbook" | "all";

const REQUEST_MEMBERS = ["playbook", "version", "stage", "group", "outcome", "requester", "decider"] as const;
const EVENT_MEMBERS = ["playbook", "version", "stage", "group", "kind", "person"] as const;

/** Which members an index has, the one that finds fewest rows first. `version` stands for its playbook as well. */
const REQUEST_SETS: readonly (readonly [RequestBy, readonly RequestMember[]])[] = [
  ["decider", ["decider"]],
  ["requester", ["requester"]],
  ["stage", ["stage"]],
  ["playbookAndOutcome", ["playbook", "outcome"]],
  ["version", ["version", "playbook"]],
  ["outcome", ["outcome"]],
  ["playbook", ["playbook"]],
];
const EVENT_SETS: readonly (readonly [EventBy, readonly EventMember[]])[] = [
  ["group", ["group"]],
  ["person", ["person"]],
  ["version", ["version", "playbook"]],
  ["kind", ["kind"]],
  ["playbook", ["playbook"]],
];

/** How requests of a filter without text are read. Where `rest` is empty the index alone answers: a named filter set. */
export function requestPlan(filter: RequestFilter): Plan<RequestBy, RequestMember> {
  const { by, rest } = planOf(filter, REQUEST_MEMBERS, REQUEST_SETS);
  // Rejections stand together under one kind of state; which of them a deadline made is seen row by row.
  const splits = filter.outcome === "rejected" || filter.outcome === "expired";
  return { by, rest: splits && !rest.includes("outcome") ? [...rest, "outcome"] : rest };
}

/** How events of a filter without text are read. */
export function eventPlan(filter: EventFilter): Plan<EventBy, EventMember> {
  return planOf(filter, EVENT_MEMBERS, EVENT_SETS);
}

function planOf<By extends string, Member extends string>(
  filter: { [M in Member]?: unknown },
  members: readonly Member[],
  sets: readonly (readonly [By, readonly Member[]])[],
): Plan<By | "all", Member> {
  const asked = members.filter((member) => filter[member] !== undefined);
  const found = sets.find(([, has]) => has.every((member) => asked.includes(member)));
  if (found === undefined) return { by: "all", rest: asked };
  const [by, has] = found;
  return { by, rest: asked.filter((member) => !has.includes(member)) };
}

/** A filter with its time as numbers that always bound: ms since 1970, `until` excluded. */
export function timeOf({ since, until }: { since?: number; until?: number }): { since: number; until: number } {
  return { since: since ?? 0, until: until ?? Number.MAX_SAFE_INTEGER };
}
