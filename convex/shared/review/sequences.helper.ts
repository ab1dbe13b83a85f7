// Random policies, people, clocks and events for the property test of the review.

import fc from "fast-check";
import type { Directory } from "../policy/quorum";
import type { Quorum, Stage, Who } from "../policy/types";
import type { Verdict } from "../records";
import type { Role } from "../roles";
import { type Absence, resolveDelegate } from "../time/absence";
import { office } from "../time/time.helper";
import type { Around, ReviewEvent } from "./events";
import type { Desk, World } from "./model.helper";
import { candidatesOf, standingVotes } from "./seats";
import { nextMoment, type Review } from "./state";

export const PEOPLE = ["requester", "ann", "ben", "cleo", "dan", "boss"];
const KEYS = ["s0", "s1", "s2", "s3"] as const;
const CALENDAR = office("UTC");
export const START = Date.UTC(2027, 2, 1, 9);

const aPerson = fc.constantFrom(...PEOPLE);
const aWho: fc.Arbitrary<Who> = fc.oneof(
  { weight: 3, arbitrary: aPerson.map((personId): Who => ({ kind: "person", personId })) },
  { weight: 3, arbitrary: fc.constantFrom("g1", "g2").map((groupId): Who => ({ kind: "group", groupId })) },
  { weight: 1, arbitrary: fc.constant<Who>({ kind: "role", role: "reviewer" }) },
);
const aQuorum: fc.Arbitrary<Quorum> = fc.constantFrom<Quorum>(
  { kind: "count", count: 1 },
  { kind: "count", count: 1 },
  { kind: "count", count: 2 },
  { kind: "all" },
  { kind: "oneFromEach", groupIds: ["g1", "g2"] },
);
const minutes = (max: number) =>
  fc.integer({ min: 1, max }).map((count) => ({ kind: "elapsed" as const, minutes: count }));

const aStage = (key: string): fc.Arbitrary<Stage> =>
  fc.record({
    key: fc.constant(key),
    name: fc.constant(`Stage ${key}`),
    candidates: fc.array(aWho, { minLength: 1, maxLength: 3 }),
    quorum: aQuorum,
    rejections: fc.constantFrom(1, 1, 2),
    fourEyes: fc.record({ requester: fc.boolean(), editor: fc.boolean(), oncePerRequest: fc.boolean() }),
    deadline: minutes(6),
    atDeadline: fc.constantFrom("reject", "escalate", "approve"),
    escalateTo: fc.constantFrom(null, ...KEYS), // circles, too: the rules must not follow them
    reminders: fc.constant([]),
    ladder: fc.array(fc.record({ after: minutes(3), who: fc.array(aWho, { minLength: 1, maxLength: 2 }) }), {
      maxLength: 2,
    }),
  });

export const aDesk: fc.Arbitrary<Desk> = fc
  .record({
    stages: fc.tuple(...KEYS.map(aStage)),
    planned: fc.integer({ min: 1, max: 3 }),
    g1: fc.uniqueArray(aPerson, { minLength: 1, maxLength: 3 }),
    g2: fc.uniqueArray(aPerson, { minLength: 1, maxLength: 3 }),
    reviewer: fc.uniqueArray(aPerson, { minLength: 1, maxLength: 4 }),
    undoMs: fc.constantFrom(0, 20_000, 20_000, 60_000),
  })
  .map(({ stages, planned, g1, g2, reviewer, undoMs }) => ({
    requester: "requester",
    plan: stages.slice(0, planned),
    stages,
    undoMs,
    groups: { g1, g2 },
    roles: { reviewer, admin: ["boss"] },
  }));

/** Who is away from the start, and to whom that leads; the last in a circle. */
export const anAway = fc.constantFrom<World["away"]>(
  {},
  {},
  { ann: "dan" },
  { ann: "dan", requester: "ben" },
  { ben: "cleo", cleo: "boss" },
  { ann: "ben", ben: "ann", dan: null },
);

const APPROVE: Verdict = { kind: "approve" };
const VERDICTS: Verdict[] = [
  ...Array.from({ length: 7 }, () => APPROVE),
  { kind: "reject", reason: "No." },
  { kind: "reject", reason: "Never." },
  { kind: "requestChanges", feedback: "Shorter." },
];

/** What is done next, not yet knowing where the review will stand: `slip` makes some of it stale. */
export type Plan = {
  kind: ReviewEvent["kind"];
  who: number;
  other: number;
  slip: number;
  clock: number;
  people: number;
};
export const KINDS: ReviewEvent["kind"][] = [
  ...Array.from({ length: 9 }, () => "vote" as const),
  "edit",
  "edit",
  "undo",
  "undo",
  "undo",
  "release",
  "expire",
  "expire",
  "delegate",
  "delegate",
  "escalate",
  "climb",
  "withdraw",
  "cancel",
  "peopleChanged",
  "peopleChanged",
  "revoke",
];
const number = fc.nat({ max: 59 });
export const aPlan = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: number,
  other: number,
  slip: number,
  clock: number,
  people: number,
});

const JUMPS = [0, 0, 0, 0, 0, 1_000, 1_000, 1_000, 5_000, 5_000, 20_000, 30_000, 60_000, 90_000, 240_000, -30_000];

/** The world after the clock went on, or jumped (also to just around the next moment), and people came or went. */
export function worldAfter(plan: Plan, world: World, review: Review, desk: Desk): World {
  const { clock, people, who, other } = plan;
  const kind = kindIn(plan, review);
  const moment = nextMoment(review);
  const jumps = JUMPS[clock % JUMPS.length] ?? 0;
  const toMoment = moment !== null && (kind === "expire" || kind === "release" ? clock % 3 !== 0 : clock % 20 === 0);
  const waited = kind === "climb" && clock % 2 === 0 ? 60_000 : jumps;
  const now = toMoment ? moment.at + ((clock % 5) - 1) : world.now + waited;
  if (kind === "peopleChanged" ? people % 6 === 0 : people !== 0) return { ...world, now };
  const waitedFor =
    review.kind === "open" && kind === "peopleChanged" && other % 2 === 0
      ? candidatesOf(review, aroundIn(world, desk)).filter((one) => !standingVotes(review).has(one))
      : [];
  const from = waitedFor.length > 0 ? waitedFor : PEOPLE;
  const id = from[who % from.length] ?? "ann";
  if (people % 3 === 0) return { ...world, now, active: world.active.filter((one) => one !== id) };
  if (people % 3 === 1) return { ...world, now, active: PEOPLE, away: {} };
  const delegate = PEOPLE[other % (PEOPLE.length + 2)] ?? null;
  return { ...world, now, away: { ...world.away, [id]: delegate === id ? null : delegate } };
}

/** What is likely to be possible where the review stands; the rest must be refused. */
function kindIn({ kind, slip }: Plan, review: Review): ReviewEvent["kind"] {
  if (review.kind === "decided" && slip % 2 === 0)
    return (["undo", "undo", "release", "revoke"] as const)[(slip / 2) % 4] ?? kind;
  return review.kind === "released" && slip % 3 === 0 ? "revoke" : kind;
}

/** The event itself, where the review stands now. Mostly somebody who is asked acts; `revision` numbers new drafts. */
export function eventOf(plan: Plan, review: Review, revision: number, around: Around): ReviewEvent {
  const { who, other, slip } = plan;
  const kind = kindIn(plan, review);
  const { round } = review;
  const decider = review.kind === "decided" && review.outcome.by.kind === "person" ? review.outcome.by.personId : "ann";
  const asked = review.kind === "open" && slip % 4 !== 0 ? candidatesOf(review, around) : [];
  const people = asked.length > 0 ? asked : PEOPLE;
  const personId = people[who % people.length] ?? "ann";
  const open = review.kind === "open" ? review.task.number : review.kind === "decided" ? review.before.task.number : 0;
  const task = slip % 30 === 1 ? open - 1 : open;
  const digest = slip % 30 === 2 ? "another" : round.digest;
  const seen = { revision: slip % 30 === 3 ? round.revision - 1 : round.revision, digest };
  switch (kind) {
    case "vote":
      return { kind, personId, task, seen, verdict: VERDICTS[other % VERDICTS.length] ?? APPROVE };
    case "edit": {
      const [, ...rest] = round.plan;
      const planned = other % 4 === 0 ? [] : other % 4 === 1 ? rest : round.plan;
      const to = slip % 30 === 4 ? round.digest : `d${revision}`;
      return { kind, personId, task, seen, to: { revision, digest: to }, plan: planned };
    }
    case "undo":
      return { kind, personId: who % 5 === 0 ? "cleo" : decider };
    case "delegate":
      return { kind, personId, task, toId: PEOPLE[other % PEOPLE.length] ?? "ann" };
    case "escalate":
      return { kind, personId, task, reason: "I cannot judge this." };
    case "climb":
      return { kind, task, step: slip % 20 === 5 ? 2 : other % 2 };
    case "withdraw":
      return { kind, personId: slip % 3 === 0 ? "requester" : personId };
    case "cancel":
      return { kind, personId };
    case "revoke":
      return { kind, personId: who % 5 === 0 ? "cleo" : "boss", reason: "Wrong price.", performing: other % 3 === 0 };
    default:
      return { kind };
  }
}

export function aroundIn(world: World, desk: Desk): Around {
  const present = (ids: readonly string[]) => ids.filter((id) => world.active.includes(id));
  const lists = <Key extends string>(of: Record<string, string[]>) =>
    new Map(Object.entries(of).map(([key, ids]) => [key as Key, present(ids)]));
  const directory: Directory = {
    people: new Set(world.active),
    groups: lists(desk.groups),
    roles: lists<Role>(desk.roles),
  };
  const absences: Absence[] = Object.entries(world.away).map(([personId, delegateId]) => ({
    personId,
    from: Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
    delegateId,
  }));
  const actorFor = (personId: string) => {
    const found = resolveDelegate(personId, world.now, absences, (id) => world.active.includes(id));
    return found.kind === "present" ? found.personId : null;
  };
  return { now: world.now, directory, undoMs: desk.undoMs, calendar: CALENDAR, actorFor };
}
