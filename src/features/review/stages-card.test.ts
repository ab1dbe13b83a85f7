import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { StagesCard } from "./stages-card";
import type { RequestPage, Stage } from "./types";

const stage = (over: Partial<Stage>): Stage => ({
  name: "Review",
  status: "open",
  asks: ["Reviewers"],
  quorum: "One of them approves",
  votes: [],
  by: null,
  note: null,
  endedAt: null,
  dueAt: null,
  ...over,
});

function card(stages: Stage[], timeline: Partial<RequestPage["timeline"][number]>[] = []): string {
  const page = { stages, timeline, request: { policy: { name: "Refund", version: 3 } } } as unknown as RequestPage;
  return renderToStaticMarkup(createElement(StagesCard, { page })).replace(/<[^>]*>/g, "·");
}

describe("StagesCard", () => {
  it("shows each stage in order with its status as a word, and whom it asks", () => {
    const html = card([
      stage({ status: "approved", by: "Priya Raman", endedAt: 1 }),
      stage({ name: "Second approval", asks: ["Finance", "Managers"] }),
      stage({ name: "Legal", status: "ahead", asks: ["Legal"], quorum: "All of them approve" }),
    ]);
    expect(html).toMatch(/Approved·* by Priya Raman.*asked Reviewers.*Waiting.*asks Finance, Managers\. One of them/);
    expect(html).toMatch(/Still ahead.*asks Legal\. All of them approve/);
    expect(html).toContain("1 of 3 approved");
  });

  it("does not count a stage that has another in its place", () => {
    const escalated = stage({ status: "escalated", by: "Tom Hallberg", note: "It needs a lawyer.", endedAt: 1 });
    const html = card([escalated, stage({ name: "Admins", asks: ["Admins"] })]);
    expect(html).not.toMatch(/\d of \d approved/);
    expect(html).toContain("It needs a lawyer.");
  });

  it("names who voted while the stage waits for more", () => {
    const html = card([stage({ votes: [{ by: "David Chen", verdict: { kind: "approve" }, at: 1 }] })]);
    expect(html).toContain("David Chen approved");
  });

  it("says which rule approved where no person was asked", () => {
    const text = "approved draft 1 by the rule “Small refunds”, without a person";
    expect(card([], [{ kind: "autoApproved", text }])).toContain("Approved draft 1 by the rule “Small refunds”");
  });

  it("is not there before the first review", () => {
    expect(card([])).toBe("");
  });
});
