import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HORIZON_MS, MINUTE_MS } from "./calendar";
import {
  dueNow,
  type LadderStep,
  type Moment,
  nextLook,
  NOTHING_DONE,
  planSchedule,
  type Reminder,
  snooze,
} from "./schedule";
import { aCalendar, anInstant, at, calendarOf, office, shown } from "./time.helper";

const BERLIN = "Europe/Berlin";
const OPENED = at("2027-03-05T16:00[Europe/Berlin]"); // a Friday
const DUE = at("2027-03-09T12:00[Europe/Berlin]"); // the Tuesday after it

function minutesAfter(minutes: number): number {
  return OPENED + minutes * MINUTE_MS;
}

function plan(reminders: Reminder[], ladder: LadderStep<string>[] = [], dueAt = DUE): Moment<string>[] {
  return planSchedule({ openedAt: OPENED, dueAt, reminders, ladder, calendar: office(BERLIN) });
}

const early: Reminder = { kind: "afterOpening", duration: { kind: "elapsed", minutes: 60 } };
const late: Reminder = { kind: "beforeDeadline", duration: { kind: "elapsed", minutes: 60 } };
const toLead: LadderStep<string> = { after: { kind: "elapsed", minutes: 120 }, who: "lead" };
const toHead: LadderStep<string> = { after: { kind: "elapsed", minutes: 180 }, who: "head" };

describe("planSchedule", () => {
  it("plans reminders and escalations in order and the expiry last", () => {
    expect(plan([late, early], [toLead, toHead])).toEqual([
      { kind: "remind", at: minutesAfter(60), reminder: 1 },
      { kind: "escalate", at: minutesAfter(120), step: 0, who: "lead" },
      { kind: "escalate", at: minutesAfter(180), step: 1, who: "head" },
      { kind: "remind", at: DUE - 60 * MINUTE_MS, reminder: 0 },
      { kind: "expire", at: DUE },
    ]);
  });

  it("business minutes are counted on the calendar, in both directions", () => {
    const moments = plan(
      [{ kind: "beforeDeadline", duration: { kind: "business", minutes: 240 } }],
      [{ after: { kind: "business", minutes: 120 }, who: "lead" }],
    );
    expect(moments.map((moment) => `${moment.kind} ${shown(moment.at, BERLIN)}`)).toEqual([
      "escalate 2027-03-08T09:30:00+01:00",
      "remind 2027-03-08T16:30:00+01:00",
      "expire 2027-03-09T12:00:00+01:00",
    ]);
  });

  it("what would lie at the deadline, after it, or before the opening is left out", () => {
    const atDeadline = { kind: "elapsed", minutes: (DUE - OPENED) / MINUTE_MS } as const;
    const beyond = { kind: "elapsed", minutes: atDeadline.minutes + 1 } as const;
    const never = { kind: "business", minutes: 500_000 } as const;
    for (const duration of [atDeadline, beyond, never]) {
      const moments = plan([{ kind: "afterOpening", duration }], [{ after: duration, who: "lead" }]);
      expect(moments).toEqual([{ kind: "expire", at: DUE }]);
    }
    expect(plan([{ kind: "beforeDeadline", duration: beyond }])).toHaveLength(1);
    expect(plan([{ kind: "beforeDeadline", duration: never }])).toHaveLength(1);
    expect(plan([{ kind: "beforeDeadline", duration: atDeadline }])[0]).toEqual({
      kind: "remind",
      at: OPENED,
      reminder: 0,
    });
  });

  it("at one instant escalations come first, then reminders, each in the order of the policy", () => {
    const moments = plan(
      [early, { ...early }],
      [
        { ...toLead, after: early.duration },
        { ...toHead, after: early.duration },
      ],
    );
    expect(moments).toEqual([
      { kind: "escalate", at: minutesAfter(60), step: 0, who: "lead" },
      { kind: "escalate", at: minutesAfter(60), step: 1, who: "head" },
      { kind: "remind", at: minutesAfter(60), reminder: 0 },
      { kind: "remind", at: minutesAfter(60), reminder: 1 },
      { kind: "expire", at: DUE },
    ]);
  });

  it("a step of the ladder waits for the one above it where elapsed and business time cross", () => {
    const monday = at("2027-03-08T09:30[Europe/Berlin]");
    const moments = plan([], [{ after: { kind: "business", minutes: 120 }, who: "lead" }, toHead]);
    expect(moments.slice(0, 2)).toEqual([
      { kind: "escalate", at: monday, step: 0, who: "lead" },
      { kind: "escalate", at: monday, step: 1, who: "head" },
    ]);
    const unreachable = { after: { kind: "business", minutes: 500_000 }, who: "lead" } as const;
    expect(plan([], [unreachable, toHead])).toEqual([{ kind: "expire", at: DUE }]);
  });

  it("a calendar without working time leaves business moments out and keeps the deadline", () => {
    const moments = planSchedule({
      openedAt: OPENED,
      dueAt: OPENED + HORIZON_MS,
      reminders: [{ kind: "beforeDeadline", duration: { kind: "business", minutes: 1 } }],
      ladder: [{ after: { kind: "business", minutes: 1 }, who: "lead" }],
      calendar: calendarOf(BERLIN, {}),
    });
    expect(moments).toEqual([{ kind: "expire", at: OPENED + HORIZON_MS }]);
  });

  it("a deadline before the opening still expires, once", () => {
    const moments = plan([early, late], [toLead], OPENED - 1);
    expect(moments).toEqual([{ kind: "expire", at: OPENED - 1 }]);
    expect(dueNow(moments, OPENED, NOTHING_DONE).due).toEqual(moments);
  });
});

describe("dueNow", () => {
  const moments = plan([early, late], [toLead, toHead]);
  const kinds = (due: readonly Moment<string>[]) => due.map(({ kind }) => kind);

  it("nothing is due one ms early, and what is due is due once", () => {
    expect(dueNow(moments, minutesAfter(60) - 1, NOTHING_DONE)).toEqual({ due: [], doneThrough: NOTHING_DONE });
    const first = dueNow(moments, minutesAfter(60), NOTHING_DONE);
    expect(kinds(first.due)).toEqual(["remind"]);
    expect(dueNow(moments, minutesAfter(60), first.doneThrough)).toEqual({ due: [], doneThrough: first.doneThrough });
  });

  it("after a jump forward missed reminders come as one, the latest, and escalations in their order", () => {
    const { due } = dueNow(moments, DUE - 1, NOTHING_DONE);
    expect(due).toEqual([
      { kind: "escalate", at: minutesAfter(120), step: 0, who: "lead" },
      { kind: "escalate", at: minutesAfter(180), step: 1, who: "head" },
      { kind: "remind", at: DUE - 60 * MINUTE_MS, reminder: 1 },
    ]);
  });

  it("at the deadline the expiry wins over missed reminders and comes last", () => {
    const { due, doneThrough } = dueNow(moments, DUE, NOTHING_DONE);
    expect(kinds(due)).toEqual(["escalate", "escalate", "expire"]);
    expect(dueNow(moments, DUE + HORIZON_MS, doneThrough).due).toEqual([]);
  });

  it("after a jump back nothing happens twice, not even reminders that the expiry had voided", () => {
    const halfway = dueNow(moments, minutesAfter(120), NOTHING_DONE).doneThrough;
    for (const now of [0, minutesAfter(60), minutesAfter(179)]) expect(dueNow(moments, now, halfway).due).toEqual([]);
    const over = dueNow(moments, DUE, NOTHING_DONE).doneThrough;
    for (const now of [0, minutesAfter(60), DUE - 1]) expect(dueNow(moments, now, over).due).toEqual([]);
  });

  it("a snooze holds reminders back until it ends, then they come as one; escalations do not wait", () => {
    const until = minutesAfter(150);
    const during = dueNow(moments, minutesAfter(120), NOTHING_DONE, until);
    expect(kinds(during.due)).toEqual(["escalate"]);
    const after = dueNow(moments, until, during.doneThrough, until);
    expect(after.due).toEqual([{ kind: "remind", at: minutesAfter(60), reminder: 0 }]);
  });

  it("a snooze never moves the deadline", () => {
    expect(kinds(dueNow(moments, DUE, NOTHING_DONE, DUE + HORIZON_MS).due)).toContain("expire");
    expect(nextLook([{ kind: "expire", at: DUE }], NOTHING_DONE, DUE + HORIZON_MS)).toBe(DUE);
  });
});

describe("snooze", () => {
  it("ends when asked, or is cut at the deadline", () => {
    expect(snooze(DUE - 1, OPENED, DUE)).toEqual({ kind: "snoozed", until: DUE - 1, cut: false });
    expect(snooze(DUE + 1, OPENED, DUE)).toEqual({ kind: "snoozed", until: DUE, cut: true });
  });

  it("is refused when it would be over already, or the deadline has passed", () => {
    for (const until of [OPENED, OPENED - 1, Number.NaN]) {
      expect(snooze(until, OPENED, DUE)).toEqual({ kind: "refused", reason: expect.stringMatching(/in the future/) });
    }
    expect(snooze(DUE + 2, DUE, DUE)).toEqual({
      kind: "refused",
      reason: expect.stringMatching(/deadline has passed/),
    });
  });
});

describe("for every plan and every sequence of clock readings", () => {
  const someDuration = fc.record({
    kind: fc.constantFrom("elapsed" as const, "business" as const),
    minutes: fc.integer({ min: 1, max: 400 }),
  });
  const somePlan = fc
    .record({
      openedAt: anInstant,
      length: fc.integer({ min: 1, max: 500 }),
      reminders: fc.array(
        fc.record({
          kind: fc.constantFrom("beforeDeadline" as const, "afterOpening" as const),
          duration: someDuration,
        }),
        { maxLength: 5 },
      ),
      ladder: fc.array(fc.record({ after: someDuration, who: fc.constant("lead") }), { maxLength: 4 }),
      calendar: aCalendar,
    })
    .map(({ length, ...task }) => ({ ...task, dueAt: task.openedAt + length * MINUTE_MS }));
  const someReadings = fc.array(
    fc.record({ minute: fc.integer({ min: -10, max: 520 }), snooze: fc.option(fc.integer({ min: 0, max: 600 })) }),
    { maxLength: 12 },
  );

  it("the plan is in order, inside the task's time, keeps the ladder's order and expires once, last", () => {
    fc.assert(
      fc.property(somePlan, (task) => {
        const moments = planSchedule(task);
        expect(moments.at(-1)).toEqual({ kind: "expire", at: task.dueAt });
        const inside = moments.slice(0, -1);
        for (const moment of inside) {
          expect(moment.kind).not.toBe("expire");
          expect(moment.at).toBeGreaterThanOrEqual(task.openedAt);
          expect(moment.at).toBeLessThan(task.dueAt);
        }
        expect(inside.map(({ at }) => at)).toEqual(inside.map(({ at }) => at).toSorted((a, b) => a - b));
        const steps = inside.flatMap((moment) => (moment.kind === "escalate" ? [moment.step] : []));
        expect(steps).toEqual(steps.map((_, step) => step));
      }),
      { numRuns: 100 },
    );
  });

  it("each moment comes at most once, never early, reminders never in a snooze, and nothing after the expiry", () => {
    fc.assert(
      fc.property(somePlan, someReadings, (task, readings) => {
        const moments = planSchedule(task);
        const done: Moment<string>[] = [];
        let doneThrough = NOTHING_DONE;
        const look = (nowMs: number, snoozedUntil: number | null) => {
          const expired = done.some(({ kind }) => kind === "expire");
          const next = nextLook(moments, doneThrough, snoozedUntil);
          const result = dueNow(moments, nowMs, doneThrough, snoozedUntil);
          expect(result.due.length > 0).toBe(next !== null && next <= nowMs);
          expect(result.due.filter(({ kind }) => kind === "remind").length).toBeLessThanOrEqual(1);
          for (const moment of result.due) {
            expect(expired).toBe(false);
            expect(moment.at).toBeLessThanOrEqual(nowMs);
            expect(moments).toContain(moment);
            expect(done).not.toContain(moment);
            if (moment.kind === "remind") expect(snoozedUntil === null || snoozedUntil <= nowMs).toBe(true);
            done.push(moment);
          }
          doneThrough = result.doneThrough;
        };
        for (const { minute, snooze } of readings) {
          look(task.openedAt + minute * MINUTE_MS, snooze === null ? null : task.openedAt + snooze * MINUTE_MS);
        }
        look(task.dueAt, null);
        expect(done.filter(({ kind }) => kind !== "remind")).toEqual(moments.filter(({ kind }) => kind !== "remind"));
        expect(nextLook(moments, doneThrough)).toBeNull();
      }),
      { numRuns: 150 },
    );
  });
});
