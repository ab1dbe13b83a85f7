import { describe, expect, it } from "vitest";
import type { Stage } from "../policy/types";
import { Desk, deskOf, HOUR, NINE, second, SECOND, stageOf, two, UNDO_MS } from "./desk.helper";
import { ADMINS_KEY, nextMoment } from "./state";

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
