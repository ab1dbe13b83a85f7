// The review once more, for the tests: told from its whole history each time, with nothing kept between two events.
// An undo is not a state brought back but a line struck out. Deliberately simple, and written apart from the rules.

import type { Stage, Who } from "../policy/types";
import type { ReviewEvent } from "./events";

/** Who is there at a moment (`away`: to whom their absence leads, null for nobody). */
export type World = { now: number; active: string[]; away: Record<string, string | null> };
export type Desk = {
  requester: string;
  plan: Stage[];
  stages: Stage[];
  undoMs: number;
  groups: Record<string, string[]>;
  roles: Record<string, string[]>;
};
export type Line = { world: World; event: ReviewEvent };

type Telling = {
  desk: Desk;
  revision: number;
  digest: string;
  editor: string | null;
  plan: Stage[];
  opened: number;
  task: { number: number; place: number; stage: Stage; chain: string[]; from: number; due: number; steps: number };
  handed: Record<string, string>;
  /** What each person says in this task about this draft, and for which seats. */
  ballots: Map<string, { verdict: string; seats: string[] }>;
  slips: Set<string>;
  passed: string[];
  passers: string[];
  result: { kind: string; by: string; toldAt: number; told: boolean } | null;
  revoked: boolean;
};

const MINUTE = 60_000;

/** What a history comes to, for comparison; `accepted` says whether one more line is possible. */
export function account(desk: Desk, start: World, history: Line[]) {
  const story = tellAll(desk, start, history);
  const { task, result } = story;
  return {
    kind: story.revoked ? "revoked" : result === null ? "open" : result.told ? "released" : "decided",
    task: task.number,
    stage: task.stage.key,
    due: result === null ? task.due : null,
    revision: story.revision,
    outcome: result === null ? null : `${result.kind} by ${result.by}`,
    releaseAt: result === null || result.told ? null : result.toldAt,
  };
}

/** The history with one more line, or null when that is refused. */
export function written(desk: Desk, start: World, history: Line[], line: Line): Line[] | null {
  const story = tellAll(desk, start, history);
  const { event, world } = line;
  const { result, task } = story;
  const inTime = result === null && world.now < task.due;
  const inWindow = result !== null && !result.told && world.now < result.toldAt;
  const asked = (id: string, task_: number) =>
    inTime &&
    task_ === task.number &&
    seats(story, world, task.steps).some(([, actor]) => actor === id) &&
    mayObject(story, id);
  const current = (seen: { revision: number; digest: string }) =>
    seen.revision === story.revision && seen.digest === story.digest;
  const more = [...history, line];
  switch (event.kind) {
    case "vote": {
      if (current(event.seen) && story.slips.has(slip(event, story))) return history;
      if (!asked(event.personId, event.task) || !current(event.seen)) return null;
      if (event.verdict.kind === "approve" && !mayApprove(story, event.personId)) return null;
      const before = story.ballots.get(event.personId)?.verdict;
      return before === "reject" && event.verdict.kind !== "requestChanges" ? null : more;
    }
    case "edit":
      if (current(event.to) && story.editor === event.personId) return history;
      return asked(event.personId, event.task) && current(event.seen) && event.to.digest !== story.digest ? more : null;
    case "undo": {
      const own = inWindow && result.by === event.personId && world.active.includes(event.personId);
      return own ? [...history.slice(0, -1), line] : null;
    }
    case "release":
      return result !== null && !result.told && world.now >= result.toldAt ? more : null;
    case "expire":
      return result === null && world.now >= task.due ? more : null;
    case "delegate": {
      if (!asked(event.personId, event.task) || story.ballots.has(event.personId)) return null;
      if (event.toId === event.personId || !world.active.includes(event.toId)) return null;
      const acting = seats(story, world, task.steps).map(([, actor]) => actor);
      const after = tellAll(desk, start, history);
      after.handed[event.personId] = event.toId;
      const actor = actorIn(after, world, event.personId);
      if (actor === null || acting.includes(actor) || !mayApprove(after, actor)) return null;
      return standing(after, world, task.steps) === "stuck" ? null : more;
    }
    case "escalate": {
      if (!asked(event.personId, event.task)) return null;
      return tellAll(desk, start, more).result === null ? more : null;
    }
    case "climb": {
      if (!inTime || event.task !== task.number || task.stage.ladder[event.step] === undefined) return null;
      if (event.step < task.steps) return history;
      const waits = task.stage.ladder.slice(0, event.step + 1).map(({ after }) => after.minutes * MINUTE);
      const at = task.from + Math.max(...waits);
      return at < task.due && at <= world.now ? more : null;
    }
    case "withdraw":
      return event.personId === desk.requester && (inTime || inWindow) ? more : null;
    case "cancel":
      return inTime || inWindow ? more : null;
    case "peopleChanged":
      if (result === null) return inTime ? more : null;
      return result.told ? null : history;
    case "revoke": {
      const admin = world.active.includes(event.personId) && (desk.roles["admin"] ?? []).includes(event.personId);
      if (!admin || story.revoked || result?.kind !== "approved") return null;
      return result.told && event.performing ? null : more;
    }
  }
}

function tellAll(desk: Desk, start: World, history: Line[]): Telling {
  const first = desk.plan[0] as Stage;
  const story: Telling = {
    desk,
    revision: 1,
    digest: "d1",
    editor: null,
    plan: desk.plan,
    opened: 0,
    task: { number: -1, place: 0, stage: first, chain: [], from: 0, due: 0, steps: 0 },
    handed: {},
    ballots: new Map(),
    slips: new Set(),
    passed: [],
    passers: [],
    result: null,
    revoked: false,
  };
  ask(story, first, 0, [], start);
  look(story, start);
  for (const line of history) tell(story, line);
  return story;
}

function tell(story: Telling, { world, event }: Line): void {
  const { task } = story;
  switch (event.kind) {
    case "vote":
      say(story, world, event.personId, event.verdict.kind, slip(event, story));
      return;
    case "edit": {
      const stays = task.place === 0 && story.plan[0]?.key === (event.plan[0] ?? story.plan[0])?.key;
      if (event.plan.length > 0) story.plan = event.plan;
      story.editor = event.personId;
      story.revision = event.to.revision;
      story.digest = event.to.digest;
      story.ballots.clear();
      story.passed = [];
      story.passers = [];
      if (!stays) ask(story, story.plan[0] as Stage, 0, [], world);
      look(story, world);
      const asked = seats(story, world, story.task.steps).some(([, actor]) => actor === event.personId);
      if (story.result !== null || !asked || !mayApprove(story, event.personId)) return;
      const verdict = { kind: "approve" } as const;
      const given = slip({ personId: event.personId, task: story.task.number, verdict }, story);
      say(story, world, event.personId, "approve", given);
      return;
    }
    case "undo":
      return world.now >= task.due ? deadline(story, world) : look(story, world);
    case "release":
      if (story.result !== null) story.result.told = true;
      return;
    case "expire":
      return deadline(story, world);
    case "delegate":
      story.handed[event.personId] = event.toId;
      return look(story, world);
    case "escalate":
      takeOver(story, world);
      return look(story, world);
    case "climb":
      task.steps = event.step + 1;
      return look(story, world);
    case "withdraw":
    case "cancel":
      story.result = {
        kind: event.kind === "cancel" ? "canceled" : "withdrawn",
        by: event.personId,
        toldAt: world.now,
        told: true,
      };
      return;
    case "peopleChanged":
      return look(story, world);
    case "revoke":
      if (story.result?.told === true) story.revoked = true;
      else story.result = { kind: "rejected", by: "revocation", toldAt: world.now, told: true };
  }
}

function say(story: Telling, world: World, person: string, verdict: string, given: string): void {
  const own = seats(story, world, story.task.steps).filter(([, actor]) => actor === person);
  story.ballots.set(person, { verdict, seats: own.map(([seat]) => seat) });
  story.slips.add(given);
  if (verdict === "requestChanges") finish(story, world, "changesRequested", person);
  else look(story, world, { person, verdict });
}

function look(story: Telling, world: World, voice?: { person: string; verdict: string }): void {
  let by = voice;
  while (story.result === null) {
    const { task } = story;
    const now = standing(story, world, task.steps);
    if (now === "waits") return;
    if (now === "rejected") finish(story, world, "rejected", by?.verdict === "reject" ? by.person : "people");
    else if (now === "approved") {
      const yes = seats(story, world, task.steps).map(([, actor]) => actor);
      const counted = yes.flatMap((id) =>
        id !== null && mayApprove(story, id) && story.ballots.get(id)?.verdict === "approve" ? [id] : [],
      );
      goOn(story, world, by?.verdict === "approve" ? by.person : "people", counted);
    } else {
      const more = task.stage.ladder.map((_, i) => i + 1).filter((steps) => steps > task.steps);
      const helps = more.find((steps) => standing(story, world, steps) !== "stuck");
      if (helps === undefined) takeOver(story, world);
      else task.steps = helps;
    }
    by = undefined;
  }
}

function deadline(story: Telling, world: World): void {
  const { atDeadline } = story.task.stage;
  if (atDeadline === "reject") finish(story, world, "rejected", "deadline");
  else if (atDeadline === "approve") goOn(story, world, "deadline", []);
  else takeOver(story, world);
  look(story, world);
}

function goOn(story: Telling, world: World, by: string, counted: string[]): void {
  story.passed.push(story.task.stage.key);
  story.passers.push(...counted);
  const left = story.plan.map((stage, place) => ({ stage, place })).slice(story.task.place + 1);
  const next = left.find(({ stage }) => !story.passed.includes(stage.key));
  if (next === undefined) finish(story, world, "approved", by);
  else ask(story, next.stage, next.place, [], world);
}

function takeOver(story: Telling, world: World): void {
  const { stage, chain, place } = story.task;
  if (stage.name === "Admins") {
    story.result = { kind: "rejected", by: "nobody", toldAt: world.now, told: true };
    return;
  }
  const key = stage.escalateTo;
  const circle = key === null || [...chain, stage.key].includes(key);
  const named = story.desk.stages.find((one) => one.key === key);
  ask(story, circle || named === undefined ? adminsInPlaceOf(stage) : named, place, [...chain, stage.key], world);
}

function ask(story: Telling, stage: Stage, place: number, chain: string[], { now }: World): void {
  const due = now + stage.deadline.minutes * MINUTE;
  story.task = { number: story.opened, place, stage, chain, from: now, due, steps: 0 };
  story.opened += 1;
  story.handed = {};
  story.ballots.clear();
}

function finish(story: Telling, { now }: World, kind: string, by: string): void {
  const undoMs = ["deadline", "people", "nobody"].includes(by) ? 0 : story.desk.undoMs;
  story.result = { kind, by, toldAt: now + undoMs, told: undoMs === 0 };
}

function adminsInPlaceOf(stage: Stage): Stage {
  const admins: Who[] = [{ kind: "role", role: "admin" }];
  const asks = { candidates: admins, quorum: { kind: "count", count: 1 }, rejections: 1, ladder: [] } as const;
  return { ...stage, ...asks, ladder: [], key: "", name: "Admins", atDeadline: "reject", escalateTo: null };
}

/** Each person the stage names, with who acts for them. */
function seats(story: Telling, world: World, steps: number): [string, string | null][] {
  const { stage } = story.task;
  const who = [...stage.candidates, ...stage.ladder.slice(0, steps).flatMap((step) => step.who)];
  const named = new Set(who.flatMap((one) => membersOf(story.desk, one)));
  return world.active.filter((id) => named.has(id)).map((id) => [id, actorIn(story, world, id)]);
}

function membersOf(desk: Desk, who: Who): string[] {
  if (who.kind === "person") return [who.personId];
  return (who.kind === "group" ? desk.groups[who.groupId] : desk.roles[who.role]) ?? [];
}

function actorIn({ ballots, handed }: Telling, world: World, seat: string): string | null {
  for (const [voter, ballot] of ballots) if (ballot.seats.includes(seat) && world.active.includes(voter)) return voter;
  let id = seat;
  for (let hops = 0; hops < 20; hops += 1) {
    if (ballots.has(id) && world.active.includes(id)) return id;
    const to = handed[id];
    if (to !== undefined && world.active.includes(to)) {
      id = to;
      continue;
    }
    const end = endOfAbsences(id, world);
    if (end === null || end === id) return end;
    id = end;
  }
  return null;
}

/** Whoever is reached by following absences; null for nobody, and in a circle. */
function endOfAbsences(id: string, { active, away }: World): string | null {
  let at: string | null = id;
  for (let hops = 0; hops < 10 && at !== null; hops += 1) {
    if (!active.includes(at)) return null;
    if (!(at in away)) return at;
    at = away[at] ?? null;
  }
  return null;
}

function mayObject({ desk, task }: Telling, id: string): boolean {
  return !(task.stage.fourEyes.requester && id === desk.requester);
}

function mayApprove(story: Telling, id: string): boolean {
  const { fourEyes } = story.task.stage;
  if (fourEyes.editor && id === story.editor) return false;
  if (fourEyes.oncePerRequest && story.passers.includes(id)) return false;
  return mayObject(story, id);
}

function standing(story: Telling, world: World, steps: number): "rejected" | "approved" | "waits" | "stuck" {
  const { stage } = story.task;
  const actors = (count: number) =>
    [...new Set(seats(story, world, count).map(([, actor]) => actor))].filter((id) => id !== null);
  const says = (id: string) => story.ballots.get(id)?.verdict;
  const here = actors(steps);
  const no = here.filter((id) => says(id) === "reject" && mayObject(story, id));
  if (no.length >= stage.rejections) return "rejected";
  const may = here.filter((id) => mayApprove(story, id));
  const own = actors(0).filter((id) => mayApprove(story, id));
  const enough = (ids: string[]) => suffices(story, world, steps, ids, own.length > 0 ? own : may);
  if (enough(may.filter((id) => says(id) === "approve"))) return "approved";
  return enough(may.filter((id) => says(id) !== "reject")) ? "waits" : "stuck";
}

function suffices(story: Telling, world: World, steps: number, ids: string[], all: string[]): boolean {
  const { quorum } = story.task.stage;
  if (quorum.kind === "count") return ids.length >= quorum.count;
  if (quorum.kind === "all") return all.length > 0 && all.every((id) => ids.includes(id));
  const seated = seats(story, world, steps);
  const stands = (groupId: string) =>
    seated.filter(([seat]) => story.desk.groups[groupId]?.includes(seat)).map(([, actor]) => actor);
  const fill = ([group, ...rest]: string[], used: string[]): boolean =>
    group === undefined ||
    stands(group).some((id) => id !== null && ids.includes(id) && !used.includes(id) && fill(rest, [...used, id]));
  return fill(quorum.groupIds, []);
}

function slip(
  { personId, task, verdict }: { personId: string; task: number; verdict: unknown },
  story: Telling,
): string {
  return JSON.stringify([personId, task, verdict, story.revision, story.digest]);
}
