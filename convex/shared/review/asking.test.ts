import { describe, expect, it } from "vitest";
import { Desk, deskOf, HOUR, NINE, person, second, stageOf, two } from "./desk.helper";
import { ADMINS_KEY } from "./state";
import { tooFewText } from "./tally";

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

it("too few people left reads as a sentence", () => {
  expect(tooFewText({ kind: "tooFew", needed: 2, left: 1, because: ["absent", "editor"] })).toBe(
    "The quorum can no longer be reached: 2 must approve and only 1 can; somebody is away and nobody acts for them; who edited the draft cannot approve it.",
  );
  expect(tooFewText({ kind: "tooFew", needed: 2, left: 2, because: ["gone"] })).toMatch(/no different person is left/);
});
