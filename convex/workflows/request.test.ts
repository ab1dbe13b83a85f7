import { describe, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api";
import { MAX_ROUNDS } from "../shared/limits";
import {
  ALL,
  bodyOf,
  demoDesk,
  openTask,
  pageOf,
  quietWithFakeTimers,
  refusal,
  seat,
  settle,
  submitted,
  type Desk,
} from "../testing/desk.helper";

quietWithFakeTimers();

async function cast(desk: Desk) {
  return {
    requester: await seat(desk, "requester"),
    reviewer: await seat(desk, "reviewer"),
    manager: await seat(desk, "manager"),
  };
}

describe("a request's life", () => {
  it("is drafted, approved, and performed into the outbox once", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester);

    const inReview = await pageOf(requester, requestId);
    expect(inReview.state.kind).toBe("inReview");
    expect(inReview.triage).toMatchObject({ category: "billing" });
    expect(inReview.draft).toMatchObject({
      revision: 1,
      action: { resolution: "refund", refundAmountCents: 900 },
      model: { provider: "template" },
    });
    expect(inReview.draft?.evidence.every(({ found }) => found)).toBe(true);

    const decided = await reviewer.mutation(api.decisions.decide, {
      ...(await openTask(reviewer, requestId)),
      verdict: { kind: "approve" },
    });
    expect(decided).toEqual({ outcome: "approved", undoUntil: null });
    await settle(desk);

    const done = await pageOf(requester, requestId);
    expect(done.state.kind).toBe("completed");
    const { page } = await requester.query(api.outbox.list, ALL);
    expect(page).toHaveLength(1);
    const message = await requester.query(api.outbox.get, { messageId: page[0]?.messageId ?? "" });
    expect(message?.action).toEqual(inReview.draft?.action);
    expect(message?.digest).toBe(inReview.draft?.digest);
    expect(done.timeline.map(({ kind }) => kind)).toEqual([
      "submitted",
      "triaged",
      "drafted",
      "taskOpened",
      "voted",
      "decided",
      "performing",
      "performed",
    ]);
    expect(done.usage.map(({ agent, provider }) => [agent, provider])).toEqual([
      ["Triage", "template"],
      ["Drafting", "template"],
    ]);
    expect(done.usage.every(({ inputTokens, outputTokens }) => inputTokens > 0 && outputTokens > 0)).toBe(true);
  });

  it("ends with a rejection and its reason, and performs nothing", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester);
    await reviewer.mutation(api.decisions.decide, {
      ...(await openTask(reviewer, requestId)),
      verdict: { kind: "reject", reason: "  The tone is wrong.  " },
    });
    await settle(desk);
    const { state, executions } = await pageOf(requester, requestId);
    expect(state).toMatchObject({
      kind: "rejected",
      by: { kind: "person", name: reviewer.name, reason: "The tone is wrong." },
    });
    expect(executions).toEqual([]);
    expect((await requester.query(api.outbox.list, ALL)).page).toEqual([]);
  });

  it("goes another round with the feedback in the next draft, and waits for a decision on that draft", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester);
    const first = await openTask(reviewer, requestId);
    await reviewer.mutation(api.decisions.decide, {
      ...first,
      verdict: { kind: "requestChanges", feedback: "Make it shorter and mention that we are closed on Monday" },
    });
    expect((await pageOf(requester, requestId)).state).toMatchObject({
      kind: "changesRequested",
      by: reviewer.name,
      feedback: "Make it shorter and mention that we are closed on Monday",
    });
    await settle(desk);

    const second = await pageOf(reviewer, requestId);
    expect(second.state.kind).toBe("inReview");
    const [newer, older] = second.drafts;
    expect(newer).toMatchObject({ revision: 2 });
    expect(bodyOf(newer)).toContain("We are closed on Monday.");
    expect(bodyOf(newer).length).toBeLessThan(bodyOf(older).length);
    expect(newer?.digest).not.toBe(older?.digest);

    const late = await refusal(reviewer.mutation(api.decisions.decide, { ...first, verdict: { kind: "approve" } }));
    expect(late).toMatchObject({ code: "alreadyDecided", winner: reviewer.name, outcome: "changesRequested" });
    expect((await pageOf(reviewer, requestId)).state.kind).toBe("inReview");
  });

  it("keeps earlier rounds' feedback, and ends as rejected when the rounds run out", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester);
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      await reviewer.mutation(api.decisions.decide, {
        ...(await openTask(reviewer, requestId)),
        verdict: { kind: "requestChanges", feedback: `Mention point number ${round}` },
      });
      await settle(desk);
    }
    const { state, drafts, timeline } = await pageOf(requester, requestId);
    expect(state).toMatchObject({ kind: "rejected", by: { kind: "rounds" } });
    expect(drafts).toHaveLength(MAX_ROUNDS);
    for (let round = 1; round < MAX_ROUNDS; round += 1) expect(bodyOf(drafts[0])).toContain(`point number ${round}`);
    expect(timeline.at(-1)).toMatchObject({ kind: "roundsEnded", actor: { kind: "desk" } });
  });

  it("is rejected by its deadline, once, and a decision afterwards is told so", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester, undefined, { decideWithinMs: 60_000 });
    const task = await openTask(reviewer, requestId);
    await vi.advanceTimersByTimeAsync(60_000);
    await settle(desk);

    const { state, timeline, task: closed } = await pageOf(requester, requestId);
    expect(state).toMatchObject({ kind: "rejected", by: { kind: "deadline" } });
    expect(closed?.outcome).toMatchObject({ kind: "expired", by: null });
    expect(timeline.filter(({ kind }) => kind === "expired")).toHaveLength(1);
    const late = await refusal(reviewer.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }));
    expect(late).toMatchObject({ code: "alreadyDecided", winner: "The deadline", outcome: "rejected" });
    expect((await reviewer.query(api.tasks.inbox, { ...ALL, queue: "done" })).page).toMatchObject([
      { outcome: "expired" },
    ]);
  });

  it("is not rejected by a deadline that comes after the decision", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester, undefined, { decideWithinMs: 60_000 });
    const task = await openTask(reviewer, requestId);
    await reviewer.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } });
    // As if a sweep had taken the review on before the decision.
    const reviewId = await desk.run(async (ctx) => (await ctx.db.query("reviews").first())?._id);
    if (reviewId !== undefined) await desk.mutation(internal.reviews.alone, { reviewId });
    await vi.advanceTimersByTimeAsync(60_000);
    await settle(desk);
    const { state, timeline } = await pageOf(requester, requestId);
    expect(state.kind).toBe("completed");
    expect(timeline.map(({ kind }) => kind)).not.toContain("expired");
  });
});

describe("stopping a request", () => {
  it("can be withdrawn while agents are at work, and nothing goes on", async () => {
    const desk = await demoDesk();
    const { requester } = await cast(desk);
    const { requestId } = await requester.mutation(api.requests.submit, {
      playbook: "customerReply",
      input: { from: "a@example.com", subject: "Hello", message: "Hello?" },
      submissionKey: "k",
    });
    await requester.mutation(api.requests.withdraw, { requestId });
    await settle(desk);
    const { state, drafts, may } = await pageOf(requester, requestId);
    expect(state).toMatchObject({ kind: "withdrawn", by: requester.name });
    expect(drafts).toEqual([]);
    expect(may).toMatchObject({ decide: false, withdraw: false, cancel: false, retry: false });
  });

  it("withdrawn in review: the task closes and a decision is told", async () => {
    const desk = await demoDesk();
    const { requester, reviewer } = await cast(desk);
    const requestId = await submitted(desk, requester);
    const task = await openTask(reviewer, requestId);
    await requester.mutation(api.requests.withdraw, { requestId });
    await requester.mutation(api.requests.withdraw, { requestId });
    const late = await refusal(reviewer.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }));
    expect(late).toMatchObject({ code: "alreadyWithdrawn", winner: requester.name, outcome: "withdrawn" });
    await settle(desk);
    const { timeline, executions } = await pageOf(requester, requestId);
    expect(timeline.filter(({ kind }) => kind === "withdrawn")).toHaveLength(1);
    expect(executions).toEqual([]);
    expect((await reviewer.query(api.tasks.inbox, { ...ALL, queue: "open" })).page).toEqual([]);
  });

  it("can be canceled by an operator only, and not after it has ended", async () => {
    const desk = await demoDesk();
    const { requester, reviewer, manager } = await cast(desk);
    const requestId = await submitted(desk, requester);
    expect(await refusal(reviewer.mutation(api.requests.cancel, { requestId }))).toMatchObject({ code: "notAllowed" });
    expect(await refusal(requester.mutation(api.requests.cancel, { requestId }))).toMatchObject({ code: "notAllowed" });
    await manager.mutation(api.requests.cancel, { requestId });
    expect((await pageOf(requester, requestId)).state).toMatchObject({ kind: "canceled", by: manager.name });
    expect(await refusal(requester.mutation(api.requests.withdraw, { requestId }))).toMatchObject({
      code: "alreadyFinished",
    });
    expect(await refusal(manager.mutation(api.requests.retry, { requestId }))).toMatchObject({
      code: "alreadyFinished",
    });
  });
});
