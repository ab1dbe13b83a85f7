import { expect, it } from "vitest";
import { can, ENDS, LIFE_EVENTS, LIFE_KINDS, LIFE_TEXTS, type LifeKind, next } from "./life";

it("every event in every state leads somewhere or is a named conflict with a text for people", () => {
  for (const kind of LIFE_KINDS) {
    for (const event of LIFE_EVENTS) {
      const step = next(kind, event);
      if ("to" in step) expect(LIFE_KINDS).toContain(step.to);
      else expect(LIFE_TEXTS[step.conflict]).toMatch(/^[A-Z].+\. [A-Z].+\.$/);
      expect(can(kind, event)).toBe("to" in step);
    }
  }
});

it("nothing follows an end", () => {
  for (const kind of ENDS) {
    for (const event of LIFE_EVENTS) expect(next(kind, event)).toEqual({ conflict: "alreadyFinished" });
  }
});

it("every state that is no end has a way on, and from each an end can be reached", () => {
  for (const kind of LIFE_KINDS.filter((candidate) => !ENDS.includes(candidate))) {
    const found = new Set<LifeKind>([kind]);
    for (const from of found) {
      for (const event of LIFE_EVENTS) {
        const step = next(from, event);
        if ("to" in step) found.add(step.to);
      }
    }
    expect(
      LIFE_EVENTS.some((event) => can(kind, event)),
      kind,
    ).toBe(true);
    expect(
      ENDS.some((end) => found.has(end)),
      kind,
    ).toBe(true);
  }
});

it("the undo window lies between review and outcome: nothing is performed from it, and only it can be undone", () => {
  expect(next("inReview", "decide")).toEqual({ to: "decided" });
  expect(LIFE_KINDS.filter((kind) => can(kind, "undo"))).toEqual(["decided"]);
  expect(LIFE_KINDS.filter((kind) => can(kind, "startPerforming"))).toEqual(["approved"]);
  expect(next("decided", "startPerforming")).toEqual({ conflict: "notApproved" });
  for (const event of ["approve", "reject", "requestChanges", "withdraw"] as const)
    expect(can("decided", event)).toBe(true);
});

it("an approval can be revoked until it is performed, and what is being performed cannot be stopped", () => {
  expect(next("approved", "revoke")).toEqual({ to: "rejected" });
  for (const event of ["revoke", "withdraw", "cancel", "undo"] as const) {
    expect(next("performing", event)).toEqual({ conflict: "alreadyPerforming" });
  }
});

it.each([
  ["drafting", "undo", "notDecided"],
  ["drafting", "requestChanges", "notInReview"],
  ["inReview", "beginReview", "alreadyInReview"],
  ["inReview", "fail", "nothingRuns"],
  ["inReview", "revoke", "notApproved"],
  ["decided", "decide", "alreadyDecided"],
  ["decided", "perform", "notPerforming"],
  ["changesRequested", "undo", "alreadyDecided"],
  ["approved", "withdraw", "alreadyDecided"],
  ["approved", "startRound", "notSentBack"],
  ["approved", "retryPerforming", "notFailed"],
  ["failed", "approve", "hasFailed"],
] as const)("in %s the event %s is the conflict %s", (from, event, conflict) => {
  expect(next(from, event)).toEqual({ conflict });
});
