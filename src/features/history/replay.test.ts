import { describe, expect, it } from "vitest";
import { type ReplayStep, stoodAt } from "./replay";

const DIGEST = "d".repeat(64);
let clock = 1_000;

function step(name: string, event: ReplayStep["event"], at = (clock += 1_000)): ReplayStep {
  const actor = { kind: name === "The desk" ? ("desk" as const) : ("person" as const), name };
  return {
    id: `e${at}` as ReplayStep["id"],
    at,
    requestId: null,
    subject: null,
    actor,
    kind: event.kind,
    text: "",
    event,
    client: null,
    hash: "",
  };
}

const submitted = step("Maya", { kind: "submitted", playbook: "refund" });
const drafted = step("The desk", {
  kind: "drafted",
  revision: 1,
  digest: DIGEST,
  model: { provider: "template", model: "t" },
});
const opened = step("The desk", { kind: "taskOpened", stage: "Review", revision: 1, dueAt: 0 });
const commented = step("Tom", { kind: "commented", text: "Looks fine." });
const voted = step("Priya", { kind: "voted", revision: 1, digest: DIGEST, verdict: { kind: "approve" } });
const decided = step("Priya", { kind: "decided", outcome: "approved", revision: 1, digest: DIGEST, why: null });
const undone = step("Priya", { kind: "undone", outcome: "approved", revision: 1 });
const steps = [submitted, drafted, opened, commented, voted, decided, undone];

describe("a replay shows the request as it stood after a step, and nothing that came later", () => {
  it("before the draft", () => {
    expect(stoodAt(steps, 0)).toEqual({
      revision: null,
      stages: [],
      votes: [],
      comments: [],
      sentence: "Being drafted",
    });
  });

  it("while a stage is asked", () => {
    expect(stoodAt(steps, 3)).toMatchObject({
      revision: 1,
      stages: [{ name: "Review", standing: "open" }],
      votes: [],
      comments: [{ by: "Tom", text: "Looks fine." }],
      sentence: "Waits for “Review”",
    });
  });

  it("decided, and taken back", () => {
    expect(stoodAt(steps, 5)).toMatchObject({
      stages: [{ standing: "over" }],
      votes: [{ by: "Priya", undone: false }],
      sentence: "Approved, and can still be undone",
    });
    expect(stoodAt(steps, 6)).toMatchObject({
      stages: [{ standing: "open" }],
      votes: [{ by: "Priya", undone: true }],
      revision: 1,
    });
  });

  it("an edit that approved is taken back with its decision; one of an earlier moment stays", () => {
    const at = (clock += 1_000);
    const edited = step("Priya", { kind: "edited", revision: 2, digest: DIGEST }, at);
    const approved = step(
      "Priya",
      { kind: "decided", outcome: "approved", revision: 2, digest: DIGEST, why: null },
      at,
    );
    const back = step("Priya", { kind: "undone", outcome: "approved", revision: 2 });
    expect(stoodAt([submitted, drafted, opened, edited, approved, back], 5).revision).toBe(1);
    const passedOn = step("Tom", { kind: "edited", revision: 2, digest: DIGEST });
    expect(stoodAt([submitted, drafted, opened, passedOn, decided, undone], 5).revision).toBe(2);
  });

  it("stages that passed, were handed over, or were over with the deadline", () => {
    const passed = step("The desk", { kind: "stagePassed", stage: "Review", byDeadline: false });
    const second = step("The desk", { kind: "taskOpened", stage: "Finance", revision: 1, dueAt: 0 });
    const handed = step("The desk", { kind: "escalated", stage: "Finance", to: "Admins", reason: "Nobody decided." });
    const third = step("The desk", { kind: "taskOpened", stage: "Admins", revision: 1, dueAt: 0 });
    const expired = step("The desk", { kind: "expired", revision: 1 });
    const all = [submitted, drafted, opened, passed, second, handed, third, expired];
    const standing = (index: number) => stoodAt(all, index).stages.map((stage) => `${stage.name} ${stage.standing}`);
    expect(standing(4)).toEqual(["Review passed", "Finance open"]);
    expect(standing(7)).toEqual(["Review passed", "Finance handed over", "Admins over"]);
    expect(stoodAt(all, 7).sentence).toBe("Rejected by the deadline");
  });
});
