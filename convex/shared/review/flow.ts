// How a review goes on: tasks open, pass, escalate, and one outcome ends it.

import { dueAt } from "../time/deadline";
import type { Stage } from "../policy/types";
import type { Verdict } from "../records";
import type { Around, Effect, Stepped } from "./events";
import {
  adminsFor,
  ADMINS_KEY,
  type By,
  type ClosedTask,
  type EscalationReason,
  type Open,
  type Outcome,
  type Round,
} from "./state";
import { tally } from "./tally";

/** The person's act that votes are counted after, and what undo would bring back. */
export type Act = { personId: string; verdict: Verdict; before: Open };

/**
 * Counts the open task's votes and lets what follows happen: it ends, passes, lets its ladder join, escalates, or goes
 * on waiting. `act` is null when nobody voted: what ends the review then cannot be undone.
 */
export function settle(open: Open, act: Act | null, around: Around): Stepped {
  const count = tally(open, around);
  switch (count.kind) {
    case "waiting":
      return { state: open, effects: [] };
    case "rejected": {
      const own = act?.verdict.kind === "reject" ? act : null;
      const by: By = own === null ? { kind: "peopleChanged" } : { kind: "person", personId: own.personId };
      const reason = own?.verdict.kind === "reject" ? own.verdict.reason : null;
      return end(open, { ...about(open, around), kind: "rejected", by, reason }, own, around);
    }
    case "reached": {
      const own = act?.verdict.kind === "approve" ? act : null;
      const by =
        own === null ? ({ kind: "peopleChanged" } as const) : ({ kind: "person", personId: own.personId } as const);
      return pass(open, by, count.approverIds, own, around);
    }
    case "unreachable": {
      const steps = stepsThatHelp(open, around);
      return steps === null ? handOver(open, count.why, around) : join(open, steps, count.why, around);
    }
    default:
      return count satisfies never;
  }
}

/** The open task with `steps` of its ladder, and what follows; `reason` is null when they come in their time. */
export function join(open: Open, steps: number, reason: EscalationReason | null, around: Around): Stepped {
  const { number, ladderSteps } = open.task;
  const joined = Array.from({ length: steps - ladderSteps }, (_, i) =>
    audit({ kind: "joined", task: number, step: ladderSteps + i, reason }),
  );
  return followedBy(joined, settle({ ...open, task: { ...open.task, ladderSteps: steps } }, null, around));
}

/** The least number of steps of the ladder with which the task can end, or null when none helps. */
function stepsThatHelp(open: Open, around: Around): number | null {
  const { ladderSteps, stage } = open.task;
  for (let steps = ladderSteps + 1; steps <= stage.ladder.length; steps += 1) {
    if (tally(open, around, steps).kind !== "unreachable") return steps;
  }
  return null;
}

/** Opens a stage for a place of the plan. Its deadline counts from now. */
export function openStage(round: Round, stage: Stage, place: number, tookOverFrom: string[], around: Around): Stepped {
  const { now, calendar } = around;
  const number = round.closed.length;
  const due = dueAt(now, stage.deadline, calendar);
  const task = { number, place, stage, tookOverFrom, openedAt: now, dueAt: due, ladderSteps: 0, handedOver: [] };
  const effects: Effect[] = [
    audit({ kind: "taskOpened", task: number, stageKey: stage.key, revision: round.revision, dueAt: due }),
    { kind: "planDeadline", task: number, at: due },
  ];
  return followedBy(effects, settle({ kind: "open", round, task }, null, around));
}

type Passer = Extract<ClosedTask, { end: "approved" }>["by"];

/** The open stage approves: the plan's next stage opens, or the request is approved. */
export function pass(open: Open, by: Passer, approverIds: string[], act: Act | null, around: Around): Stepped {
  const { round, task } = open;
  const closed = close(open, { end: "approved", by, approverIds }, around);
  const isPassed = ({ key }: Stage) =>
    closed.closed.some((one) => one.end === "approved" && one.stageKey === key && one.revision === round.revision);
  const place = round.plan.findIndex((stage, i) => i > task.place && !isPassed(stage));
  const stage = round.plan[place];
  if (stage === undefined) return end(open, { ...about(open, around), kind: "approved", by }, act, around);
  const effects: Effect[] = [
    { kind: "cancelDeadline", task: task.number },
    audit({
      kind: "stagePassed",
      task: task.number,
      stageKey: task.stage.key,
      approverIds,
      byDeadline: by.kind === "deadline",
    }),
  ];
  return followedBy(effects, openStage(closed, stage, place, [], around));
}

/** Another stage takes over; where there is none, the request is rejected and says why. */
export function handOver(open: Open, reason: EscalationReason, around: Around): Stepped {
  const { number, place, stage, tookOverFrom } = open.task;
  const target = takesOver(open);
  if (target === null) {
    const by: By = { kind: "nobodyLeft", reason };
    return end(open, { ...about(open, around), kind: "rejected", by, reason: null }, null, around);
  }
  const effects: Effect[] = [
    { kind: "cancelDeadline", task: number },
    audit({ kind: "escalated", task: number, fromKey: stage.key, toKey: target.key, reason }),
  ];
  const round = close(open, { end: "escalated", toKey: target.key, reason }, around);
  return followedBy(effects, openStage(round, target, place, [...tookOverFrom, stage.key], around));
}

/** What takes over from the open stage: the one it names; the admins where it names none or a circle would begin. */
function takesOver({ round, task }: Open): Stage | null {
  const { stage, tookOverFrom } = task;
  if (stage.key === ADMINS_KEY) return null;
  const { escalateTo } = stage;
  if (escalateTo === null || escalateTo === stage.key || tookOverFrom.includes(escalateTo)) return adminsFor(stage);
  const target = round.stages.find(({ key }) => key === escalateTo);
  if (target === undefined)
    throw new Error(`The review does not know the stage "${escalateTo}" that takes over from "${stage.key}".`);
  return target;
}

/** The review's outcome: a person's waits for the undo window to pass, any other is told at once. */
export function end(open: Open, outcome: Outcome, act: Act | null, around: Around): Stepped {
  const { round, task } = open;
  const decided: Effect[] = [{ kind: "cancelDeadline", task: task.number }, audit({ kind: "decided", outcome })];
  if (act === null || around.undoMs <= 0) {
    return { state: { kind: "released", round, outcome }, effects: [...decided, { kind: "tell", outcome }] };
  }
  const releaseAt = around.now + around.undoMs;
  return {
    state: { kind: "decided", round, outcome, releaseAt, before: act.before },
    effects: [...decided, { kind: "releaseAt", at: releaseAt }],
  };
}

type HowClosed<T> = T extends ClosedTask ? Omit<T, "number" | "stageKey" | "revision" | "at"> : never;

/** The round with the open task among the closed ones. */
export function close({ round, task }: Open, how: HowClosed<ClosedTask>, { now }: Around): Round {
  const closed: ClosedTask = {
    number: task.number,
    stageKey: task.stage.key,
    revision: round.revision,
    at: now,
    ...how,
  };
  return { ...round, closed: [...round.closed, closed] };
}

/** What every outcome of the open task says. */
export function about({ round, task }: Open, { now }: Around): Pick<Outcome, "task" | "revision" | "digest" | "at"> {
  return { task: task.number, revision: round.revision, digest: round.digest, at: now };
}

/** One entry of the history as an effect. */
export function audit(entry: Extract<Effect, { kind: "audit" }>["entry"]): Effect {
  return { kind: "audit", entry };
}

/** `effects` first, then what a further step came to. */
export function followedBy(effects: Effect[], { state, effects: further }: Stepped): Stepped {
  return { state, effects: [...effects, ...further] };
}
