import fc from "fast-check";
import { expect, it } from "vitest";
import type { Stage } from "../policy/types";
import { conflictText } from "./conflicts";
import type { Effect, ReviewEntry, ReviewEvent } from "./events";
import { lifeEvent, lifeOf, next } from "./life";
import { account, type Desk, type Line, type World, written } from "./model.helper";
import {
  aDesk,
  anAway,
  aPlan,
  aroundIn,
  eventOf,
  KINDS,
  PEOPLE,
  type Plan,
  START,
  worldAfter,
} from "./sequences.helper";
import { ADMINS_KEY, type Decided, nextMoment, type Review } from "./state";
import { begin, step } from "./step";

/** What the model says about a review, read from its state. */
function read(review: Review): ReturnType<typeof account> {
  const { kind, round } = review;
  const last = review.kind === "open" ? review.task : null;
  const outcome = review.kind === "open" ? null : review.outcome;
  const { by } = outcome ?? { by: null };
  const names = {
    deadline: "deadline",
    peopleChanged: "people",
    nobodyLeft: "nobody",
    revocation: "revocation",
  } as const;
  return {
    kind,
    task: last?.number ?? outcome?.task ?? -1,
    stage: last?.stage.key ?? "",
    due: last?.dueAt ?? null,
    revision: round.revision,
    outcome: by === null ? null : `${outcome?.kind} by ${by.kind === "person" ? by.personId : names[by.kind]}`,
    releaseAt: review.kind === "decided" ? review.releaseAt : null,
  };
}

/** Timers as the effects set and cancel them. */
type Timers = { deadline: { task: number; at: number } | null; release: number | null };

function ring(timers: Timers, effects: readonly Effect[], event: ReviewEvent["kind"] | "begin"): Timers {
  let { deadline, release } = timers;
  if (event === "release") release = null;
  for (const effect of effects) {
    switch (effect.kind) {
      case "planDeadline":
        if (deadline !== null) throw new Error("A deadline was planned beside another.");
        deadline = { task: effect.task, at: effect.at };
        break;
      case "cancelDeadline":
        if (deadline?.task !== effect.task) throw new Error("A deadline was cancelled that was not planned.");
        deadline = null;
        break;
      case "releaseAt":
        release = effect.at;
        break;
      case "cancelRelease":
        if (release === null) throw new Error("A release was cancelled that was not planned.");
        release = null;
        break;
    }
  }
  return { deadline, release };
}

function must(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what);
}

/** The value, and everything in it, made such that changing it throws. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const entriesOf = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "audit" ? [effect.entry] : []));

/** How often the sequences reached what they are for. */
const reached = new Map<string, number>();
const count = (what: string) => reached.set(what, (reached.get(what) ?? 0) + 1);

/** Runs one sequence against the rules and the model, and checks what must always hold. */
function run(desk: Desk, away: World["away"], plans: readonly Plan[]): void {
  const start: World = { now: START, active: PEOPLE, away };
  const opened = begin(
    { requesterId: desk.requester, revision: 1, digest: "d1", plan: desk.plan, stages: desk.stages },
    aroundIn(start, desk),
  );
  let review = opened.state;
  let world = start;
  let history: Line[] = [];
  let timers = ring({ deadline: null, release: null }, opened.effects, "begin");
  let told = 0;
  let lateEvents = 0;
  let settledIn = world;
  const watch = new FourEyesWatch(desk);
  const check = (effects: readonly Effect[], line: Line | null, before: Review | null) => {
    told += effects.filter(({ kind }) => kind === "tell").length;
    must(told <= 1, "Two outcomes were told.");
    const isOver = review.kind === "released" || review.kind === "revoked";
    must(isOver ? told === 1 : told === 0, "Released is when the workflow was told.");
    const isNew =
      review.kind !== "open" && (before === null || before.kind === "open" || !same(before.outcome, review.outcome));
    const decided = entriesOf(effects).filter(({ kind }) => kind === "decided").length;
    must(decided === (isNew ? 1 : 0), `An outcome has one entry "decided", not ${decided}.`);
    const moment = nextMoment(review);
    must((moment === null) === isOver, "What is not over has a next moment.");
    const planned = timers.deadline?.at ?? timers.release;
    must(timers.deadline === null || timers.release === null, "A deadline and a release are planned together.");
    must((planned ?? null) === (moment?.at ?? null), `Planned is ${planned}, and the next moment ${moment?.at}.`);
    for (const entry of entriesOf(effects)) watch.read(entry, review);
    const model = account(desk, start, history);
    const got = read(review);
    const expected = review.kind === "open" ? model : { ...model, stage: "" };
    must(
      same(got, expected),
      `After ${JSON.stringify(line)}:\n got   ${JSON.stringify(got)}\n model ${JSON.stringify(expected)}`,
    );
  };
  check(opened.effects, null, null);

  for (const [index, plan] of plans.entries()) {
    world = worldAfter(plan, world, review, desk);
    const around = aroundIn(world, desk);
    const event = eventOf(plan, review, index + 2, around);
    const line = { world, event };
    const before = review;
    const result = step(frozen(before), event, around);
    const more = written(desk, start, history, line);
    const refused = "conflict" in result;
    must(
      refused === (more === null),
      `${JSON.stringify(line)} is ${refused ? `refused (${result.conflict})` : "accepted"}, and the model says otherwise.`,
    );
    count(`${event.kind} ${refused ? "refused" : "accepted"}`);
    if (before.kind === "released" || before.kind === "revoked") lateEvents += 1;
    if (lateEvents > 4) return;
    if (refused) {
      must(conflictText(result.conflict).length > 0, "A conflict has a text.");
      if (before.kind !== "open" && (event.kind === "vote" || event.kind === "edit")) {
        must(result.won !== null && result.won.by.kind !== undefined, "Who comes late is told who won.");
      }
      continue;
    }
    history = more ?? history;
    review = result.state;
    timers = ring(timers, result.effects, event.kind);
    if (before.kind === "released")
      must(review === before || review.kind === "revoked", "Something happened after the release.");
    must(before.kind !== "revoked" || review === before, "Something happened after the revocation.");
    if (result.effects.length === 0)
      must(review === before || same(review, before), "A step without effects changed the state.");
    const life = lifeEvent(before, review);
    must(
      life === null || same(next(lifeOf(before), life), { to: lifeOf(review) }),
      `The life of a request has no ${life}.`,
    );
    check(result.effects, line, before);
    if (event.kind === "undo" && before.kind === "decided") checkUndo(before, review, world, settledIn);
    if (review.kind === "open" && (result.effects.length > 0 || event.kind === "peopleChanged")) settledIn = world;
    if (review.kind !== "open")
      count(read(review).outcome?.replace(/ by (?!deadline|people|nobody|revocation).*/, " by a person") ?? "");
  }
  must(same(JSON.parse(JSON.stringify(review)), review), "The state is plain JSON.");
}

/** Reads the history for votes that four eyes should have kept out. */
class FourEyesWatch {
  readonly #desk: Desk;
  readonly #stageOf = new Map<number, Stage>();
  #passed: { revision: number; approverIds: string[] }[] = [];
  #escalatedFrom = "";

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  read(entry: ReviewEntry, { round }: Review): void {
    switch (entry.kind) {
      case "escalated":
        if (entry.fromKey !== ADMINS_KEY) this.#escalatedFrom = entry.fromKey;
        return;
      case "taskOpened": {
        // The admins decide under the four eyes of the stage that asked them.
        const key = entry.stageKey === ADMINS_KEY ? this.#escalatedFrom : entry.stageKey;
        const stage = this.#desk.stages.find((one) => one.key === key);
        if (stage !== undefined) this.#stageOf.set(entry.task, stage);
        return;
      }
      case "stagePassed":
        this.#passed.push({ revision: round.revision, approverIds: entry.approverIds });
        return;
      case "voted": {
        const { personId, revision } = entry;
        const eyes = this.#stageOf.get(entry.task)?.fourEyes;
        must(eyes !== undefined, "A vote is about a task that was opened.");
        must(!(eyes.requester && personId === this.#desk.requester), "The requester voted under four eyes.");
        if (entry.verdict.kind !== "approve") return;
        must(!(eyes.editor && personId === round.editorId), "The editor approved under four eyes.");
        const earlier = this.#passed.some((one) => one.revision === revision && one.approverIds.includes(personId));
        must(!(eyes.oncePerRequest && earlier), "Somebody approved twice where each may once.");
      }
    }
  }
}

/** `settledIn`: the people there were when the state before the decision came about. */
function checkUndo(decided: Decided, after: Review, world: World, settledIn: World): void {
  const isAsItWas = same(world.active, settledIn.active) && same(world.away, settledIn.away);
  if (!isAsItWas || world.now >= decided.before.task.dueAt) return;
  expect(after).toEqual(decided.before);
  count("undone as it was");
}

/** Sequences of up to 25 events each. */
const RUNS = 10_000;
const OUTCOMES = [
  "approved by a person",
  "approved by deadline",
  "rejected by a person",
  "rejected by deadline",
  "rejected by nobody",
  "rejected by revocation",
  "changesRequested by a person",
  "withdrawn by a person",
];

it(`rules 1 to 28: ${RUNS} random sequences come to what the model recounts from their history`, () => {
  const sequence = fc.tuple(aDesk, anAway, fc.array(aPlan, { minLength: 1, maxLength: 25 }));
  fc.assert(
    fc.property(sequence, ([desk, away, plans]) => run(desk, away, plans)),
    { numRuns: RUNS },
  );
  const kinds = [...new Set(KINDS)].flatMap((kind) => [`${kind} accepted`, `${kind} refused`]);
  for (const what of [...kinds, ...OUTCOMES, "undone as it was"]) expect(reached.get(what), what).toBeGreaterThan(20);
}, 180_000);
