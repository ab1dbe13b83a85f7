import { describe, expect, it } from "vitest";
import { eventPlan, requestPlan } from "./filter";
import { LOOKED_MAX, nextLook, SHOWN } from "./pages";

describe("a named filter set is answered by an index alone", () => {
  it.each([
    [{}, "all"],
    [{ since: 1, until: 2 }, "all"],
    [{ playbook: "refund" }, "playbook"],
    [{ outcome: "completed" }, "outcome"],
    [{ playbook: "refund", outcome: "completed" }, "playbookAndOutcome"],
    [{ requester: "a" }, "requester"],
    [{ decider: "a" }, "decider"],
    [{ stage: "Review" }, "stage"],
    [{ playbook: "refund", version: 2 }, "version"],
  ] as const)("requests by %j", (filter, by) => {
    expect(requestPlan(filter)).toEqual({ by, rest: [] });
  });

  it.each([
    [{}, "all"],
    [{ person: "a", since: 1 }, "person"],
    [{ kind: "voted" }, "kind"],
    [{ playbook: "refund" }, "playbook"],
    [{ playbook: "refund", version: 2 }, "version"],
    [{ group: "a" }, "group"],
  ] as const)("events by %j", (filter, by) => {
    expect(eventPlan(filter)).toEqual({ by, rest: [] });
  });
});

describe("any other combination compares what its index leaves", () => {
  it.each([
    [requestPlan({ outcome: "expired" }), { by: "outcome", rest: ["outcome"] }],
    [requestPlan({ playbook: "refund", outcome: "rejected" }), { by: "playbookAndOutcome", rest: ["outcome"] }],
    [requestPlan({ decider: "a", requester: "b" }), { by: "decider", rest: ["requester"] }],
    [requestPlan({ group: "a" }), { by: "all", rest: ["group"] }],
    [requestPlan({ version: 2 }), { by: "all", rest: ["version"] }],
    [eventPlan({ person: "a", kind: "voted" }), { by: "person", rest: ["kind"] }],
    [eventPlan({ stage: "Review" }), { by: "all", rest: ["stage"] }],
  ])("%j", (plan, expected) => {
    expect(plan).toEqual(expected);
  });
});

describe("the next page compares as many rows as find one more page", () => {
  it.each([
    [200, 200, SHOWN],
    [200, 20, 500],
    [200, 1, LOOKED_MAX],
    [200, 0, LOOKED_MAX],
  ])("after %i rows with %i matches: %i", (looked, found, next) => {
    expect(nextLook(looked, found)).toBe(next);
  });
});
