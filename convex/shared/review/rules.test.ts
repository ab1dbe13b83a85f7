import { describe, expect, it } from "vitest";
import type { Directory } from "../policy/quorum";
import type { Quorum, Stage } from "../policy/types";
import type { Role } from "../roles";
import { office } from "../time/time.helper";
import { CONFLICT_CODES, conflictText } from "./conflicts";
import type { Around, ReviewEntry, ReviewEvent, Stepped } from "./events";
import { ADMINS_KEY, nextMoment, type Open, type Review } from "./state";
import { type Asked, begin, step } from "./step";
import { tooFewText } from "./tally";

const NINE = Date.UTC(2027, 2, 1, 9);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const UNDO_MS = 10 * SECOND;

const one: Quorum = { kind: "count", count: 1 };
const two: Quorum = { kind: "count", count: 2 };
const person = (personId: string) => ({ kind: "person", personId }) as const;

/** Ann and Ben within an hour, one of them, under four eyes; who does not decide has rejected. */
function stageOf(change: Partial<Stage> = {}): Stage {
  return {
    key: "first",
    name: "First",
    candidates: [person("ann"), person("ben")],
    quorum: one,
    rejections: 1,
    fourEyes: { requester: true, editor: true, oncePerRequest: false },
    deadline: { kind: "elapsed", minutes: 60 },
    atDeadline: "reject",
    escalateTo: null,
    reminders: [],
    ladder: [],
    ...change,
  };
}

const second = stageOf({ key: "second", name: "Second", candidates: [person("cleo")] });
const OPEN_EYES = { requester: false, editor: false, oncePerRequest: false };

type World = { gone?: string[]; away?: Record<string, string | null>; admins?: string[]; undoMs?: number };

function aroundAt(now: number, { gone = [], away = {}, admins = ["boss"], undoMs = UNDO_MS }: World = {}): Around {
  const here = (ids: string[]) => ids.filter((id) => !gone.includes(id));
  const directory: Directory = {
    people: new Set(here(["rita", "ann", "ben", "cleo", "dan", "boss"])),
    groups: new Map([
      ["legal", here(["ann"])],
      ["press", here(["ben", "cleo"])],
    ]),
    roles: new Map<Role, string[]>([["admin", here(admins)]]),
  };
  const actorFor = (id: string) => (id in away ? (away[id] ?? null) : id);
  return { now, directory, undoMs, calendar: office("UTC"), actorFor };
}

/** A review that is driven by hand: each event comes a second after the one before. */
class Desk {
  state: Review;
  effects: Stepped["effects"];
  world: World = {};
  now = NINE;

  constructor(plan: Stage[], stages: Stage[] = plan, world: World = {}) {
    const asked: Asked = { requesterId: "rita", revision: 1, digest: "d1", plan, stages };
    this.world = world;
    ({ state: this.state, effects: this.effects } = begin(asked, aroundAt(NINE, world)));
  }

  get open(): Open {
    if (this.state.kind !== "open") throw new Error(`The review is ${this.state.kind}.`);
    return this.state;
  }

  /** The outcome as "approved by ann"; what made it where nobody did. */
  get outcome(): string | null {
    if (this.state.kind === "open") return null;
    const { kind, by } = this.state.outcome;
    return `${kind} by ${by.kind === "person" ? by.personId : by.kind}`;
  }

  get entries(): ReviewEntry[] {
    return this.effects.flatMap((effect) => (effect.kind === "audit" ? [effect.entry] : []));
  }

  get told(): string[] {
    return this.effects.flatMap((effect) => (effect.kind === "tell" ? [effect.outcome.kind] : []));
  }

  /** Does an event; answers the conflict's code, or null. */
  does(event: ReviewEvent, afterMs = SECOND): string | null {
    this.now += afterMs;
    const result = step(this.state, event, aroundAt(this.now, this.world));
    if ("conflict" in result) return result.conflict;
    this.state = result.state;
    this.effects = result.effects;
    return null;
  }

  seen(): { task: number; seen: { revision: number; digest: string } } {
    const { revision, digest } = this.state.round;
    return {
      task: this.state.kind === "open" ? this.state.task.number : this.state.round.closed.length,
      seen: { revision, digest },
    };
  }

  approve(personId: string, change: Partial<Extract<ReviewEvent, { kind: "vote" }>> = {}): string | null {
    return this.does({ kind: "vote", personId, ...this.seen(), verdict: { kind: "approve" }, ...change });
  }

  reject(personId: string, reason = "Too long."): string | null {
    return this.approve(personId, { verdict: { kind: "reject", reason } });
  }

  sendBack(personId: string): string | null {
    return this.approve(personId, { verdict: { kind: "requestChanges", feedback: "Shorter." } });
  }

  edit(personId: string, plan: Stage[], digest = "d2"): string | null {
    const revision = this.state.round.revision + 1;
    return this.does({ kind: "edit", personId, ...this.seen(), to: { revision, digest }, plan });
  }

  undo(personId: string, afterMs = SECOND): string | null {
    return this.does({ kind: "undo", personId }, afterMs);
  }

  delegate(personId: string, toId: string): string | null {
    return this.does({ kind: "delegate", personId, task: this.open.task.number, toId });
  }

  escalate(personId: string): string | null {
    return this.does({ kind: "escalate", personId, task: this.open.task.number, reason: "Not mine." });
  }

  climb(rung: number, afterMs = SECOND): string | null {
    return this.does({ kind: "climb", task: this.open.task.number, step: rung }, afterMs);
  }

  withdraw(personId = "rita"): string | null {
    return this.does({ kind: "withdraw", personId });
  }

  revoke(personId: string, performing = false): string | null {
    return this.does({ kind: "revoke", personId, reason: "Wrong price.", performing });
  }

  changePeople(world: World): string | null {
    this.world = world;
    return this.does({ kind: "peopleChanged" });
  }

  expire(afterMs = HOUR): string | null {
    return this.does({ kind: "expire" }, afterMs);
  }

  release(): string | null {
    return this.does({ kind: "release" }, UNDO_MS);
  }
}

const deskOf = (change: Partial<Stage> = {}, world: World = {}) => new Desk([stageOf(change)], undefined, world);

describe("votes", () => {
  it("rule 1: the first outcome wins, and who comes later is told who won with what", () => {
    const desk = deskOf();
    expect(desk.approve("ann")).toBeNull();
    const late: ReviewEvent = {
      kind: "vote",
      personId: "ben",
      ...desk.seen(),
      verdict: { kind: "reject", reason: "No." },
    };
    expect(step(desk.state, late, aroundAt(desk.now))).toEqual({
      conflict: "alreadyDecided",
      won: { by: person("ann"), outcome: "approved", at: NINE + SECOND },
    });
    expect(desk.withdraw()).toBeNull();
    expect(step(desk.state, late, aroundAt(desk.now))).toMatchObject({
      conflict: "alreadyWithdrawn",
      won: { by: person("rita"), outcome: "withdrawn" },
    });
  });

  it("rule 2: a vote for a task that is over never decides the next, and is told how that ended", () => {
    const desk = new Desk([stageOf(), stageOf({ key: "second" })]);
    desk.approve("ann");
    const again: ReviewEvent = {
      kind: "vote",
      personId: "ben",
      task: 0,
      seen: desk.seen().seen,
      verdict: { kind: "approve" },
    };
    expect(step(desk.state, again, aroundAt(desk.now))).toEqual({
      conflict: "taskClosed",
      won: { by: person("ann"), outcome: "approved", at: NINE + SECOND },
    });
  });

  it.each([
    { revision: 0, digest: "d1" },
    { revision: 1, digest: "d0" },
  ])("rule 2: a vote for the draft %j is stale and told the current one", (seen) => {
    const desk = deskOf();
    const event: ReviewEvent = { kind: "vote", personId: "ann", task: 0, seen, verdict: { kind: "approve" } };
    expect(step(desk.state, event, aroundAt(NINE))).toEqual({
      conflict: "staleDraft",
      won: null,
      current: { revision: 1, digest: "d1" },
    });
  });

  it("rule 3: only who is asked may vote, and under four eyes the requester does nothing", () => {
    const desk = deskOf({ candidates: [person("ann"), person("rita")] });
    expect(desk.approve("dan")).toBe("notAsked");
    for (const act of [desk.approve("rita"), desk.reject("rita"), desk.sendBack("rita"), desk.edit("rita", [])]) {
      expect(act).toBe("ownRequest");
    }
    expect(deskOf({ candidates: [person("rita")], fourEyes: OPEN_EYES }).approve("rita")).toBeNull();
  });

  it("rule 3: who approved an earlier stage may object in the next, but not approve", () => {
    const once = { ...OPEN_EYES, oncePerRequest: true };
    const desk = new Desk([stageOf(), stageOf({ key: "second", fourEyes: once })]);
    desk.approve("ann");
    expect(desk.approve("ann")).toBe("approvedEarlier");
    expect(desk.reject("ann")).toBeNull();
    expect(desk.outcome).toBe("rejected by ann");
  });

  it("rule 4: the same verdict again changes nothing, also after it won, and is stale after an edit", () => {
    const desk = deskOf({ quorum: two, candidates: ["ann", "ben", "cleo"].map(person) });
    desk.approve("ann");
    const before = desk.state;
    expect(desk.approve("ann")).toBeNull();
    expect(desk.state).toBe(before);
    expect(desk.effects).toEqual([]);
    const old = desk.seen();
    desk.approve("ben");
    expect(desk.approve("ben")).toBeNull();
    expect(desk.effects).toEqual([]);
    desk.undo("ben");
    desk.edit("cleo", []);
    expect(desk.approve("ann", old)).toBe("staleDraft");
  });

  it("rule 5: an objection takes the place of an approval, never the other way round", () => {
    const desk = deskOf({ quorum: two, rejections: 2, candidates: ["ann", "ben", "cleo", "dan"].map(person) });
    desk.approve("ann");
    expect(desk.reject("ann")).toBeNull();
    expect(desk.approve("ann")).toBeNull(); // a repetition of the first call
    expect(desk.effects).toEqual([]);
    expect(desk.reject("ann", "Another reason.")).toBe("alreadyVoted");
    expect(desk.reject("ben")).toBeNull();
    expect(desk.outcome).toBe("rejected by ben");
    const other = deskOf({ quorum: two, rejections: 2, candidates: ["ann", "ben", "cleo"].map(person) });
    other.reject("ann");
    expect(other.approve("ann")).toBe("alreadyVoted");
    expect(other.sendBack("ann")).toBeNull();
  });

  it("rule 6: a quorum opens the next stage, whose time counts from then; after the last it is approved", () => {
    const desk = new Desk([stageOf({ quorum: two }), second]);
    desk.approve("ann");
    expect(desk.open.task.stage.key).toBe("first");
    desk.approve("ben");
    expect(desk.open.task).toMatchObject({ number: 1, place: 1, dueAt: desk.now + HOUR });
    expect(desk.effects.map((effect) => (effect.kind === "audit" ? effect.entry.kind : effect.kind))).toEqual([
      "voted",
      "cancelDeadline",
      "stagePassed",
      "taskOpened",
      "planDeadline",
    ]);
    desk.approve("cleo");
    expect(desk.outcome).toBe("approved by cleo");
  });

  it("rule 6: a stage that approved in place of another is not asked again", () => {
    const desk = new Desk([stageOf({ escalateTo: "second" }), stageOf({ key: "third" }), second]);
    desk.escalate("ann");
    desk.approve("cleo");
    expect(desk.open.task.stage.key).toBe("third");
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
  });

  it("rule 6: for a new revision it is asked again", () => {
    const plan = [stageOf({ escalateTo: "second" }), stageOf({ key: "third" }), second];
    const desk = new Desk(plan);
    desk.escalate("ann");
    desk.approve("cleo");
    desk.edit("ann", plan);
    desk.approve("ben");
    desk.approve("ben");
    expect(desk.open.task.stage.key).toBe("second");
  });

  it("rule 6: one from each of several groups takes different people", () => {
    const groupIds = ["legal", "press"];
    const desk = deskOf({ candidates: ["ann", "ben", "cleo"].map(person), quorum: { kind: "oneFromEach", groupIds } });
    desk.approve("ben");
    desk.approve("cleo");
    expect(desk.state.kind).toBe("open");
    desk.approve("ann");
    expect(desk.outcome).toBe("approved by ann");
  });

  it("rule 7: as many rejections as the stage names reject", () => {
    const desk = deskOf({ rejections: 2, candidates: ["ann", "ben", "cleo"].map(person) });
    desk.reject("ann");
    expect(desk.state.kind).toBe("open");
    desk.reject("ben");
    expect(desk.state).toMatchObject({
      kind: "decided",
      outcome: { kind: "rejected", by: person("ben"), reason: "Too long." },
    });
  });

  it("rule 8: a request for changes decides at once", () => {
    const desk = deskOf({ quorum: two, rejections: 2 });
    desk.sendBack("ben");
    expect(desk.state).toMatchObject({ kind: "decided", outcome: { kind: "changesRequested", feedback: "Shorter." } });
  });
});

describe("edits", () => {
  it("rule 9: an edit makes earlier votes count no more, and must change something", () => {
    const desk = deskOf({ quorum: two, candidates: ["ann", "ben", "cleo"].map(person) });
    desk.approve("ann");
    expect(desk.edit("ben", [], "d1")).toBe("nothingChanged");
    expect(desk.edit("ben", [])).toBeNull();
    expect(desk.state.round).toMatchObject({ revision: 2, digest: "d2", editorId: "ben" });
    desk.approve("cleo");
    expect(desk.state.kind).toBe("open");
    desk.approve("ann");
    expect(desk.outcome).toBe("approved by ann");
  });

  it("rule 9: who approved an earlier stage of an older draft may approve the new one anywhere", () => {
    const once = { ...OPEN_EYES, oncePerRequest: true };
    const plan = [stageOf(), stageOf({ key: "second", fourEyes: once })];
    const desk = new Desk(plan);
    desk.approve("ann");
    desk.edit("ann", plan);
    desk.approve("ben");
    expect(desk.approve("ben")).toBe("approvedEarlier");
    expect(desk.approve("ann")).toBeNull();
    expect(desk.outcome).toBe("approved by ann");
  });

  it("rule 10: the task of the first stage keeps its deadline; a later one begins again with the first", () => {
    const plan = [stageOf(), stageOf({ key: "second", candidates: [person("cleo"), person("dan")] })];
    const desk = new Desk(plan);
    const { dueAt } = desk.open.task;
    desk.edit("ann", plan);
    expect(desk.open.task).toMatchObject({ number: 0, dueAt });
    desk.approve("ben");
    desk.edit("cleo", plan, "d3");
    expect(desk.open.task).toMatchObject({ number: 2, place: 0, dueAt: desk.now + HOUR });
    expect(desk.approve("ben")).toBeNull();
    expect(desk.open.task.stage.key).toBe("second");
  });

  it("rule 10: an edit may bring further stages, and never takes the question away", () => {
    const desk = new Desk([stageOf()], [stageOf(), second]);
    desk.edit("ann", [stageOf(), second]);
    desk.approve("ben");
    expect(desk.open.task.stage.key).toBe("second");
    const other = deskOf();
    other.edit("ann", []);
    expect(other.open.round.plan).toHaveLength(1);
  });

  it("rule 11: under four eyes somebody else must approve the edit; else it is an approval, too", () => {
    const desk = deskOf();
    desk.edit("ann", []);
    expect(desk.approve("ann")).toBe("ownEdit");
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
    const open = deskOf({ fourEyes: OPEN_EYES });
    open.edit("ann", []);
    expect(open.state).toMatchObject({
      kind: "decided",
      outcome: { kind: "approved", by: person("ann"), digest: "d2" },
    });
  });

  it("rule 12: undoing an edit that decided brings back the draft before it", () => {
    const desk = deskOf({ fourEyes: OPEN_EYES });
    const before = desk.state;
    desk.edit("ann", []);
    desk.undo("ann");
    expect(desk.state).toEqual(before);
  });
});

describe("time", () => {
  it("rule 13: one ms early the deadline is refused, and at its instant everything else", () => {
    const desk = deskOf();
    expect(desk.expire(HOUR - 1)).toBe("notDue");
    desk.now += 1 - SECOND;
    expect(desk.approve("ann")).toBe("deadlinePassed");
    desk.now -= SECOND;
    expect(desk.withdraw()).toBe("deadlinePassed");
    expect(desk.expire(0)).toBeNull();
    expect(desk.outcome).toBe("rejected by deadline");
  });

  it("rule 14: what was decided in time stays in time when it is released later", () => {
    const desk = deskOf();
    desk.now = NINE + HOUR - SECOND - 1;
    desk.approve("ann");
    expect(desk.expire(SECOND)).toBe("alreadyDecided");
    expect(desk.release()).toBeNull();
    expect(desk.state).toMatchObject({ kind: "released", outcome: { kind: "approved", at: NINE + HOUR - 1 } });
  });

  it("rule 15: at the deadline a stage rejects, passes or is handed over", () => {
    const ends = (atDeadline: Stage["atDeadline"]) => {
      const desk = new Desk([stageOf({ atDeadline }), second]);
      desk.expire();
      return desk.state.kind === "open" ? desk.open.task.stage.key : desk.outcome;
    };
    expect(ends("reject")).toBe("rejected by deadline");
    expect(ends("approve")).toBe("second");
    expect(ends("escalate")).toBe(ADMINS_KEY);
    const last = deskOf({ atDeadline: "approve" });
    last.expire();
    expect(last.outcome).toBe("approved by deadline");
  });

  it("rule 16: what no person decided, and everything without a window, is told at once", () => {
    const desk = deskOf();
    desk.expire();
    expect(desk.told).toEqual(["rejected"]);
    expect(desk.undo("ann")).toBe("undoOver");
    const without = deskOf({}, { undoMs: 0 });
    without.approve("ann");
    expect(without.told).toEqual(["approved"]);
  });

  it("rule 17: undo is for who decided, inside the window, and brings the review back as it was", () => {
    const desk = deskOf({ quorum: two });
    expect(desk.undo("ann")).toBe("nothingToUndo");
    desk.approve("ann");
    const before = desk.state;
    desk.approve("ben");
    expect(desk.undo("ann")).toBe("notYourDecision");
    expect(desk.undo("ben", 0)).toBeNull();
    expect(desk.state).toEqual(before);
    expect(desk.effects.map(({ kind }) => kind)).toEqual(["cancelRelease", "audit", "planDeadline"]);
    expect(desk.entries[0]).toMatchObject({ kind: "undone", personId: "ben", outcome: { kind: "approved" } });
    desk.approve("ben");
    expect(desk.undo("ben", UNDO_MS)).toBe("undoOver");
  });

  it("rule 18: if the deadline passed meanwhile it decides at once, and people are counted anew", () => {
    const desk = deskOf();
    desk.now = NINE + HOUR - SECOND - 1;
    desk.approve("ann");
    desk.undo("ann");
    expect(desk.outcome).toBe("rejected by deadline");
    expect(desk.told).toEqual(["rejected"]);
    const left = deskOf({ quorum: two });
    left.approve("ann");
    left.approve("ben");
    expect(left.changePeople({ gone: ["ann"] })).toBeNull();
    expect(left.state.kind).toBe("decided");
    expect(left.undo("ann")).toBe("notYourDecision");
    left.undo("ben");
    expect(left.open.task.stage.key).toBe(ADMINS_KEY);
  });

  it("rule 19: released when the window has run out, never before, once", () => {
    const desk = deskOf();
    expect(desk.release()).toBe("nothingToRelease");
    desk.approve("ann");
    expect(desk.does({ kind: "release" }, UNDO_MS - 1)).toBe("notDue");
    expect(desk.does({ kind: "release" }, 1)).toBeNull();
    expect(desk.told).toEqual(["approved"]);
    expect(desk.release()).toBe("alreadyDecided");
    expect(desk.undo("ann")).toBe("undoOver");
    expect(desk.changePeople({})).toBe("alreadyDecided");
  });

  it("rule 20: the requester may withdraw while it waits, and inside the window wins over the decision", () => {
    const desk = deskOf();
    expect(desk.withdraw("ann")).toBe("notRequester");
    desk.approve("ann");
    expect(desk.withdraw()).toBeNull();
    expect(desk.outcome).toBe("withdrawn by rita");
    expect(desk.told).toEqual(["withdrawn"]);
    const late = deskOf();
    late.approve("ann");
    late.now += UNDO_MS - SECOND;
    expect(late.withdraw()).toBe("alreadyDecided");
  });

  it("rule 21: an admin revokes an approval inside the window: it is rejected", () => {
    const desk = deskOf();
    expect(desk.revoke("boss")).toBe("nothingToRevoke");
    desk.approve("ann");
    expect(desk.revoke("ben")).toBe("notAdmin");
    expect(desk.revoke("boss")).toBeNull();
    expect(desk.outcome).toBe("rejected by revocation");
    expect(desk.told).toEqual(["rejected"]);
    expect(desk.revoke("boss")).toBe("nothingToRevoke");
  });

  it("rule 22: a released approval can be revoked until it is being performed, and is not told twice", () => {
    const desk = deskOf({}, { undoMs: 0 });
    desk.approve("ann");
    expect(desk.revoke("boss", true)).toBe("alreadyPerforming");
    expect(desk.revoke("boss")).toBeNull();
    expect(desk.state.kind).toBe("revoked");
    expect(desk.told).toEqual([]);
    expect(desk.revoke("boss")).toBe("alreadyRevoked");
    expect(desk.approve("ben")).toBe("alreadyRevoked");
  });
});

describe("who is asked", () => {
  it("rule 23: who hands over their part no longer decides, and the deadline stays", () => {
    const desk = deskOf({ quorum: two });
    const { dueAt } = desk.open.task;
    expect(desk.delegate("ann", "ann")).toBe("delegateSelf");
    expect(desk.delegate("ann", "ben")).toBe("delegateAsked");
    expect(desk.delegate("ann", "rita")).toBe("delegateExcluded");
    expect(desk.delegate("ann", "nobody")).toBe("delegateAway");
    expect(desk.delegate("dan", "cleo")).toBe("notAsked");
    expect(desk.delegate("ann", "dan")).toBeNull();
    expect(desk.open.task.dueAt).toBe(dueAt);
    expect(desk.approve("ann")).toBe("handedOver");
    expect(desk.approve("dan")).toBeNull();
    expect(desk.delegate("dan", "cleo")).toBe("nothingToHandOver");
    expect(desk.delegate("ben", "ann")).toBe("delegateAsked"); // it would come to dan, who has voted
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
  });

  it("rule 23: what was handed to somebody who is removed comes back", () => {
    const desk = deskOf({ quorum: two });
    desk.delegate("ann", "dan");
    desk.changePeople({ gone: ["dan"] });
    expect(desk.open.task.number).toBe(0);
    expect(desk.approve("ann")).toBeNull();
  });

  it("rule 23: a delegate stands for the other's group", () => {
    const groupIds = ["legal", "press"];
    const desk = deskOf({ candidates: ["ann", "ben"].map(person), quorum: { kind: "oneFromEach", groupIds } });
    desk.delegate("ann", "dan");
    desk.approve("dan");
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
  });

  it("rule 23: who voted for somebody away keeps that part when they come back", () => {
    const desk = deskOf({ quorum: two }, { away: { ann: "dan" } });
    expect(desk.approve("ann")).toBe("handedOver");
    desk.approve("dan");
    expect(desk.entries[0]).toMatchObject({ kind: "voted", personId: "dan", insteadOf: ["ann"] });
    desk.changePeople({});
    expect(desk.approve("ann")).toBe("handedOver");
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
  });

  it("rule 24: an escalation goes to the stage named, then to the admins, and stands for the same place", () => {
    const desk = new Desk(
      [stageOf({ escalateTo: "second" }), stageOf({ key: "third" })],
      [stageOf(), stageOf({ key: "third" }), second],
    );
    expect(desk.escalate("dan")).toBe("notAsked");
    desk.escalate("ann");
    expect(desk.entries[0]).toMatchObject({ kind: "escalated", reason: { kind: "person", personId: "ann" } });
    expect(desk.open.task).toMatchObject({ place: 0, stage: { key: "second" }, dueAt: desk.now + HOUR });
    desk.escalate("cleo");
    expect(desk.open.task.stage.key).toBe(ADMINS_KEY);
    expect(desk.escalate("boss")).toBe("nobodyToEscalateTo");
    desk.approve("boss");
    expect(desk.open.task).toMatchObject({ place: 1, stage: { key: "third" } });
  });

  it("rule 24: a circle of escalations ends with the admins, and with the deadline", () => {
    const first = stageOf({ escalateTo: "second", atDeadline: "escalate" });
    const back = { ...second, escalateTo: "first", atDeadline: "escalate" } as const;
    const desk = new Desk([first], [first, back]);
    const keys = [0, 1, 2].map(() => {
      desk.expire();
      return desk.state.kind === "open" ? desk.open.task.stage.key : desk.outcome;
    });
    expect(keys).toEqual(["second", ADMINS_KEY, "rejected by deadline"]);
  });

  it("rule 25: a step of the ladder joins when it is due, never early, and only once", () => {
    const ladder = [{ after: { kind: "elapsed", minutes: 30 } as const, who: [person("dan")] }];
    const desk = deskOf({ ladder });
    expect(desk.approve("dan")).toBe("notAsked");
    expect(desk.climb(1)).toBe("noSuchStep");
    expect(desk.climb(0)).toBe("notDue");
    desk.now = NINE;
    expect(desk.climb(0, HOUR / 2)).toBeNull();
    expect(desk.entries).toEqual([{ kind: "joined", task: 0, step: 0, reason: null }]);
    expect(desk.climb(0)).toBeNull();
    expect(desk.effects).toEqual([]);
    expect(desk.approve("dan")).toBeNull();
  });

  it("rule 26: a stage that cannot reach its quorum when it opens escalates at once and says why", () => {
    const desk = deskOf({ quorum: two, candidates: ["ann", "rita"].map(person) });
    expect(desk.open.task).toMatchObject({ number: 1, stage: { key: ADMINS_KEY } });
    const escalated = desk.entries.find((entry) => entry.kind === "escalated");
    expect(escalated?.reason).toEqual({ kind: "tooFew", needed: 2, left: 1, because: ["requester"] });
  });

  it("rule 26: too few left later: the ladder joins early if that helps, else it escalates", () => {
    const ladder = [{ after: { kind: "elapsed", minutes: 30 } as const, who: [person("dan")] }];
    const desk = deskOf({ quorum: two, ladder });
    desk.approve("ann");
    desk.changePeople({ away: { ben: null } });
    expect(desk.entries).toMatchObject([
      { kind: "joined", step: 0, reason: { needed: 2, left: 1, because: ["absent"] } },
    ]);
    expect(desk.open.task.number).toBe(0);
    expect(desk.climb(0)).toBeNull();
    expect(desk.effects).toEqual([]);
    desk.changePeople({ away: { ben: null }, gone: ["dan"] });
    expect(desk.open.task.stage.key).toBe(ADMINS_KEY);
  });

  it("rule 26: with nobody to escalate to the request is rejected with the reason", () => {
    const desk = deskOf({}, { away: { ann: null, ben: null }, admins: [] });
    expect(desk.state).toMatchObject({
      kind: "released",
      outcome: { kind: "rejected", by: { kind: "nobodyLeft", reason: { kind: "tooFew" } } },
    });
    expect(desk.told).toEqual(["rejected"]);
    const editor = deskOf({ candidates: [person("ann")] }, { admins: [] });
    editor.edit("ann", []);
    expect(editor.state).toMatchObject({ kind: "released", outcome: { by: { kind: "nobodyLeft" } } });
  });

  it("rule 26: who rejected does not approve any more, so a quorum can get out of reach by a vote", () => {
    const desk = deskOf({ quorum: two, rejections: 2 });
    desk.reject("ann");
    expect(desk.open.task.stage.key).toBe(ADMINS_KEY);
    const escalated = desk.entries.find((entry) => entry.kind === "escalated");
    expect(escalated?.reason).toEqual({ kind: "tooFew", needed: 2, left: 1, because: ["rejected"] });
  });

  it("rule 27: who has voted and then is away has voted all the same", () => {
    const desk = deskOf({ quorum: two });
    desk.approve("ann");
    desk.changePeople({ away: { ann: "dan" } });
    expect(desk.approve("dan")).toBe("notAsked");
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
  });

  it("rule 27: a vote of somebody removed counts no more", () => {
    const desk = deskOf({ quorum: two, candidates: ["ann", "ben", "cleo"].map(person) });
    desk.approve("ann");
    desk.changePeople({ gone: ["ann"] });
    desk.approve("ben");
    expect(desk.state.kind).toBe("open");
    desk.approve("cleo");
    expect(desk.outcome).toBe("approved by cleo");
  });

  it("rule 27: if everybody who is left has approved, the stage has passed", () => {
    const desk = deskOf({ quorum: { kind: "all" } });
    desk.approve("ann");
    desk.changePeople({ gone: ["ben"] });
    expect(desk.outcome).toBe("approved by peopleChanged");
    expect(desk.told).toEqual(["approved"]);
  });

  it("rule 27: people of the ladder may decide, and all need not wait for them", () => {
    const ladder = [{ after: { kind: "elapsed", minutes: 30 } as const, who: [person("dan")] }];
    const desk = deskOf({ quorum: { kind: "all" }, ladder });
    desk.climb(0, HOUR / 2);
    desk.approve("ann");
    desk.approve("ben");
    expect(desk.outcome).toBe("approved by ben");
  });
});

describe("effects", () => {
  it("rule 28: a decision cancels the deadline and plans the release; the release tells", () => {
    const desk = deskOf();
    expect(desk.effects).toEqual([
      { kind: "audit", entry: { kind: "taskOpened", task: 0, stageKey: "first", revision: 1, dueAt: NINE + HOUR } },
      { kind: "planDeadline", task: 0, at: NINE + HOUR },
    ]);
    desk.approve("ann");
    expect(desk.effects.map(({ kind }) => kind)).toEqual(["audit", "cancelDeadline", "audit", "releaseAt"]);
    expect(nextMoment(desk.state)).toEqual({ at: desk.now + UNDO_MS, event: "release" });
    desk.release();
    expect(desk.effects.map(({ kind }) => kind)).toEqual(["tell"]);
    expect(nextMoment(desk.state)).toBeNull();
  });
});

it("every conflict says what happened, what became of it and what next", () => {
  for (const code of CONFLICT_CODES) expect(conflictText(code)).toMatch(/^[A-Z].+\.( [A-Z].+\.)+$/);
});

it("too few people left reads as a sentence", () => {
  expect(tooFewText({ kind: "tooFew", needed: 2, left: 1, because: ["absent", "editor"] })).toBe(
    "The quorum can no longer be reached: 2 must approve and only 1 can; somebody is away and nobody acts for them; who edited the draft cannot approve it.",
  );
  expect(tooFewText({ kind: "tooFew", needed: 2, left: 2, because: ["gone"] })).toMatch(/no different person is left/);
});

it("what a caller cannot mean is an error", () => {
  expect(() => new Desk([])).toThrow(/at least one stage/);
  const desk = deskOf({ escalateTo: "unknown" });
  expect(() => desk.escalate("ann")).toThrow(/"unknown"/);
  const to = { revision: 1, digest: "d2" };
  expect(() => deskOf().does({ kind: "edit", personId: "ann", ...desk.seen(), to, plan: [] })).toThrow(
    /does not follow/,
  );
});
