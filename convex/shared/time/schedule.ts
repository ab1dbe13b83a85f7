// When a task reminds, escalates and expires. `planSchedule` says it once, when the task opens; `dueNow` says at each
// look at the clock what has come due, and hands back how far that went. Whoever looks stores that with the task, so
// that a restart, a second look or a clock that jumps neither repeats nor loses anything.

import { v, type GenericValidator, type Infer } from "convex/values";
import { type Calendar, type Duration, vDuration } from "./calendar";
import { momentAfter, momentBefore } from "./deadline";

/** A reminder goes out so long before the deadline, or so long after the task opened. */
export const vReminder = v.union(
  v.object({ kind: v.literal("beforeDeadline"), duration: vDuration }),
  v.object({ kind: v.literal("afterOpening"), duration: vDuration }),
);
export type Reminder = Infer<typeof vReminder>;

/** One step of an escalation ladder: without an outcome so long after opening, the task goes to `who` as well. */
export type LadderStep<Who> = { after: Duration; who: Who };

/** The validator of a ladder step, for the validator of its candidates. */
export function vLadderStep<Who extends GenericValidator>(who: Who) {
  return v.object({ after: vDuration, who });
}

/** `reminder` and `step` count from 0 in the policy's lists; `at` is in ms since 1970. */
export type Moment<Who> =
  | { kind: "remind"; at: number; reminder: number }
  | { kind: "escalate"; at: number; step: number; who: Who }
  | { kind: "expire"; at: number };

/**
 * Every planned moment of a task that opened at `openedAt` and is due at `dueAt` (ms since 1970), in order; at the same
 * instant escalations come before reminders, so that a reminder reaches who has just joined. The last moment is the one
 * "expire", at `dueAt`. Reminders and steps that would lie before the opening, or at the deadline or later, are left
 * out. A step never comes before the one above it in the ladder: where elapsed and business time would cross, it waits.
 */
export function planSchedule<Who>(task: {
  openedAt: number;
  dueAt: number;
  reminders: readonly Reminder[];
  ladder: readonly LadderStep<Who>[];
  calendar: Calendar;
}): Moment<Who>[] {
  const { openedAt, dueAt, calendar } = task;
  const moments: Moment<Who>[] = [];
  let earliest = openedAt;
  for (const [step, { after, who }] of task.ladder.entries()) {
    const at = momentAfter(openedAt, after, dueAt, calendar);
    if (at === null) break;
    earliest = Math.max(earliest, at);
    moments.push({ kind: "escalate", at: earliest, step, who });
  }
  for (const [reminder, { kind, duration }] of task.reminders.entries()) {
    const at =
      kind === "beforeDeadline"
        ? momentBefore(dueAt, duration, openedAt, calendar)
        : momentAfter(openedAt, duration, dueAt, calendar);
    if (at !== null) moments.push({ kind: "remind", at, reminder });
  }
  // The sort is stable: what has the same instant keeps the order in which it was added.
  const inside = moments.filter(({ at }) => at >= openedAt && at < dueAt).sort((a, b) => a.at - b.at);
  return [...inside, { kind: "expire", at: dueAt }];
}

/**
 * How far a plan has been worked off: the instant (ms since 1970) of the latest reminder sent, and of the latest
 * escalation or expiry; null before the first. Two, because a snooze holds back reminders and nothing else.
 */
export const vDoneThrough = v.object({
  reminders: v.union(v.number(), v.null()),
  steps: v.union(v.number(), v.null()),
});
export type DoneThrough = Infer<typeof vDoneThrough>;

export const NOTHING_DONE: DoneThrough = { reminders: null, steps: null };

/**
 * What is due at `nowMs`, in the order in which to do it, and how far the plan is then worked off (to be stored in the
 * same transaction). `snoozedUntil` is in ms since 1970, null when nobody snoozed.
 * - Nothing comes before its instant, and nothing twice, however the clock jumps.
 * - Missed reminders come as one, the latest of them. Missed escalations all come, in their order.
 * - Until `snoozedUntil` reminders wait; then they come as one. Escalations and the deadline do not wait.
 * - At the deadline reminders are void; the expiry comes last, and after it nothing.
 */
export function dueNow<Who>(
  plan: readonly Moment<Who>[],
  nowMs: number,
  doneThrough: DoneThrough,
  snoozedUntil: number | null = null,
): { due: Moment<Who>[]; doneThrough: DoneThrough } {
  const steps = plan.filter((moment) => isStep(moment) && moment.at <= nowMs && isOpen(moment, doneThrough));
  const snoozed = snoozedUntil !== null && nowMs < snoozedUntil;
  const reminder =
    snoozed || isOver(plan, nowMs, doneThrough)
      ? undefined
      : plan.findLast((moment) => !isStep(moment) && moment.at <= nowMs && isOpen(moment, doneThrough));
  return {
    due: plan.filter((moment) => moment === reminder || steps.includes(moment)),
    doneThrough: { reminders: reminder?.at ?? doneThrough.reminders, steps: steps.at(-1)?.at ?? doneThrough.steps },
  };
}

/**
 * When to look at the plan again (ms since 1970): the next instant at which `dueNow` has something, or null when the
 * task has expired. An instant in the past means now.
 */
export function nextLook<Who>(
  plan: readonly Moment<Who>[],
  doneThrough: DoneThrough,
  snoozedUntil: number | null = null,
): number | null {
  const looks = plan
    .filter((moment) => isOpen(moment, doneThrough))
    .map((moment) => (isStep(moment) ? moment.at : Math.max(moment.at, snoozedUntil ?? moment.at)));
  const expiry = plan.find((moment) => moment.kind === "expire");
  return expiry === undefined || !isOpen(expiry, doneThrough) ? null : Math.min(...looks);
}

/** `until` is in ms since 1970; `cut` says that it was moved to the deadline. */
export type Snooze = { kind: "snoozed"; until: number; cut: boolean } | { kind: "refused"; reason: string };

/**
 * Snoozing a task that is due at `dueAt` until `untilMs` (ms since 1970), at `nowMs`. The deadline stays: a snooze
 * beyond it ends with it. Refused when it would already be over, or the deadline has passed.
 */
export function snooze(untilMs: number, nowMs: number, dueAt: number): Snooze {
  if (dueAt <= nowMs) return { kind: "refused", reason: "The deadline has passed, so there is nothing to snooze." };
  if (!(untilMs > nowMs)) return { kind: "refused", reason: "The end of the snooze must lie in the future." };
  return { kind: "snoozed", until: Math.min(untilMs, dueAt), cut: untilMs > dueAt };
}

function isStep<Who>(moment: Moment<Who>): boolean {
  return moment.kind !== "remind";
}

/** Whether a moment has not been done yet. */
function isOpen<Who>(moment: Moment<Who>, { reminders, steps }: DoneThrough): boolean {
  return moment.at > ((isStep(moment) ? steps : reminders) ?? Number.NEGATIVE_INFINITY);
}

/** Whether the task has expired, now or (by a clock that has since been set back) before. */
function isOver<Who>(plan: readonly Moment<Who>[], nowMs: number, doneThrough: DoneThrough): boolean {
  return plan.some((moment) => moment.kind === "expire" && (moment.at <= nowMs || !isOpen(moment, doneThrough)));
}
