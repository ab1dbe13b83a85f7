import { describe, expect, it } from "vitest";
import { aroundAt, Desk, deskOf, HOUR, NINE, OPEN_EYES, person, second, SECOND, stageOf, two } from "./desk.helper";
import type { ReviewEvent } from "./events";
import { step } from "./step";

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

describe("questions", () => {
  const asking = (change: Parameters<typeof deskOf>[0] = {}) => {
    const desk = deskOf(change);
    desk.state = { ...desk.open, round: { ...desk.open.round, question: true } };
    return desk;
  };

  it("rule 29: a question can be neither approved nor edited, and stays as it is", () => {
    const desk = asking();
    const before = desk.state;
    expect(desk.approve("ann")).toBe("isQuestion");
    expect(desk.edit("ann", [])).toBe("isQuestion");
    expect(desk.state).toBe(before);
  });

  it("rule 29: an answer decides at once, and who comes later is told that it was answered", () => {
    const desk = asking({ quorum: two });
    expect(desk.sendBack("ann")).toBeNull();
    expect(desk.state).toMatchObject({ kind: "decided", outcome: { kind: "changesRequested", feedback: "Shorter." } });
    const late: ReviewEvent = { kind: "vote", personId: "ben", ...desk.seen(), verdict: { kind: "approve" } };
    expect(step(desk.state, late, aroundAt(desk.now))).toMatchObject({
      conflict: "alreadyDecided",
      won: { by: person("ann"), outcome: "answered" },
    });
  });

  it("rule 29: a question can be rejected, and undone it waits again as a question", () => {
    const desk = asking();
    expect(desk.reject("ann")).toBeNull();
    expect(desk.undo("ann")).toBeNull();
    expect(desk.open.round.question).toBe(true);
    expect(desk.approve("ben")).toBe("isQuestion");
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
