// The review on the desk: what `shared/review/` decides is stored, told and shown. Rules are cited by their numbers in
// shared/review/README.md.

import { describe, expect, it, vi } from "vitest";
import { api, internal } from "../_generated/api";
import { customerReply } from "../playbooks/policy/customerReply";
import { openTask, pageOf, quietWithFakeTimers, refusal, setVariable, settle, submitted } from "../testing/desk.helper";
import { approve, group, inForce, kinds, policy, reviewing, stage, stages } from "../testing/review.helper";

quietWithFakeTimers();

const MINUTE = 60_000;
const two = stage({ key: "second", name: "Second", candidates: [{ kind: "role", role: "manager" }] });
const REJECT = { kind: "reject", reason: "Too generous." } as const;

/** Lets the clock go on by `ms`, and everything that is due then run. */
async function after(ms: number, desk: Parameters<typeof settle>[0]): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await settle(desk);
}

describe("the undo window", () => {
  const WINDOW = 30_000;

  async function decided() {
    await setVariable("UNDO_WINDOW_MS", String(WINDOW));
    const on = await reviewing(policy([stage()]));
    // `emptyDesk` switches the window off; this test wants it.
    await setVariable("UNDO_WINDOW_MS", String(WINDOW));
    const answer = await approve(on.priya, on.requestId);
    return { ...on, answer };
  }

  it("rule 19: the workflow hears of a decision only when the window is over, once", async () => {
    const { desk, priya, requestId, answer } = await decided();
    expect(answer).toEqual({ outcome: "approved", undoUntil: expect.any(Number) });
    await settle(desk);
    expect((await pageOf(priya, requestId)).state).toMatchObject({
      kind: "decided",
      outcome: "approved",
      by: priya.name,
    });
    await after(WINDOW, desk);
    const { state, executions } = await pageOf(priya, requestId);
    expect([state.kind, executions.length]).toEqual(["completed", 1]);
  });

  it("rule 17: undo restores the task as it was, deadline included, and both stay in the history", async () => {
    const { desk, priya, tom, requestId, task } = await decided();
    const before = (await pageOf(priya, requestId)).task?.dueAt;
    expect(await refusal(tom.mutation(api.decisions.undo, { requestId }))).toMatchObject({ code: "notYourDecision" });
    await priya.mutation(api.decisions.undo, { requestId });
    await after(WINDOW, desk);
    const page = await pageOf(priya, requestId);
    expect(page.state).toMatchObject({ kind: "inReview", dueAt: before });
    expect(page.task).toMatchObject({ taskId: task.taskId, outcome: null });
    expect(page.decisions).toMatchObject([{ by: priya.name, undone: true }]);
    expect((await kinds(priya, requestId)).slice(-3)).toEqual(["voted", "decided", "undone"]);
    expect((await approve(tom, requestId)).outcome).toBe("approved");
  });

  it("rule 18: a deadline that passed in the window decides at the undo", async () => {
    const { desk, priya, requestId } = await decided();
    const { task } = await pageOf(priya, requestId);
    await desk.run(async (ctx) => {
      const review = await ctx.db.query("reviews").first();
      if (review?.state.kind !== "decided" || task === null) throw new Error("not decided");
      const { before } = review.state;
      const due = { ...before, task: { ...before.task, dueAt: Date.now() + 1_000 } };
      await ctx.db.patch("reviews", review._id, { state: { ...review.state, before: due } });
    });
    await vi.advanceTimersByTimeAsync(2_000);
    await priya.mutation(api.decisions.undo, { requestId });
    await settle(desk);
    expect((await pageOf(priya, requestId)).state).toMatchObject({ kind: "rejected", by: { kind: "deadline" } });
  });

  it("rule 14: a decision made in time is in time although it is released after the deadline", async () => {
    await setVariable("UNDO_WINDOW_MS", "0");
    const on = await reviewing(policy([stage()]));
    await setVariable("UNDO_WINDOW_MS", String(WINDOW));
    const { task } = await pageOf(on.priya, on.requestId);
    await vi.advanceTimersByTimeAsync((task?.dueAt ?? 0) - Date.now() - 1_000);
    await approve(on.priya, on.requestId);
    await after(2 * WINDOW, on.desk);
    expect((await pageOf(on.priya, on.requestId)).state.kind).toBe("completed");
  });

  it("rule 20: a withdrawal inside the window wins", async () => {
    const { desk, requester, requestId } = await decided();
    await requester.mutation(api.requests.withdraw, { requestId });
    await after(2 * WINDOW, desk);
    const { state, executions } = await pageOf(requester, requestId);
    expect([state.kind, executions.length]).toEqual(["withdrawn", 0]);
  });

  it("rule 21: an admin revokes inside the window; nobody else can", async () => {
    const { desk, helen, samira, requestId } = await decided();
    const call = { requestId, reason: "Wrong price." };
    expect(await refusal(helen.mutation(api.decisions.revoke, call))).toMatchObject({ code: "notAllowed" });
    await samira.mutation(api.decisions.revoke, call);
    await samira.mutation(api.decisions.revoke, call);
    await after(2 * WINDOW, desk);
    const { state, executions } = await pageOf(samira, requestId);
    expect(state).toMatchObject({
      kind: "rejected",
      by: { kind: "revocation", name: samira.name, reason: "Wrong price." },
    });
    expect(executions).toEqual([]);
  });

  it("the same call again after an undo decides nothing; a new one does", async () => {
    await setVariable("UNDO_WINDOW_MS", "0");
    const { priya, requestId, task } = await reviewing(policy([stage()]));
    await setVariable("UNDO_WINDOW_MS", String(WINDOW));
    const call = { ...task, verdict: { kind: "approve" }, key: "click-1" } as const;
    await priya.mutation(api.decisions.decide, call);
    await priya.mutation(api.decisions.undo, { requestId });
    expect(await priya.mutation(api.decisions.decide, call)).toEqual({ outcome: "waiting", undoUntil: null });
    expect((await pageOf(priya, requestId)).state.kind).toBe("inReview");
    expect(await priya.mutation(api.decisions.decide, { ...call, key: "click-2" })).toMatchObject({
      outcome: "approved",
    });
  });
});

describe("stages and quorums", () => {
  it("rule 6: the next stage opens when one has passed, and its deadline counts from then", async () => {
    const { desk, priya, helen, requestId, task } = await reviewing(policy([stage(), two]));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(await approve(priya, requestId)).toEqual({ outcome: "passed", undoUntil: null });
    expect(await stages(priya, requestId)).toEqual(["Review: approved", "Second: open"]);
    const page = await pageOf(helen, requestId);
    expect(page.task?.dueAt).toBe(Date.now() + 60 * MINUTE);
    expect(await refusal(priya.mutation(api.decisions.decide, { ...task, verdict: REJECT }))).toMatchObject({
      code: "taskClosed",
      winner: priya.name,
    });
    expect((await approve(helen, requestId)).outcome).toBe("approved");
    await settle(desk);
    expect((await pageOf(helen, requestId)).state.kind).toBe("completed");
  });

  it("a quorum of two waits for a second person, and one person counts once", async () => {
    const { desk, priya, tom, requestId } = await reviewing(policy([stage({ quorum: { kind: "count", count: 2 } })]));
    expect(await approve(priya, requestId)).toEqual({ outcome: "waiting", undoUntil: null });
    expect(await approve(priya, requestId)).toEqual({ outcome: "waiting", undoUntil: null });
    expect((await pageOf(priya, requestId)).may).toMatchObject({ decide: true, voted: "approve", delegate: false });
    expect((await approve(tom, requestId)).outcome).toBe("approved");
    await settle(desk);
    const { decisions, stages: shown } = await pageOf(tom, requestId);
    expect(decisions).toHaveLength(2);
    expect(shown[0]?.votes.map(({ by }) => by)).toEqual([priya.name, tom.name]);
  });

  it("one from each of two groups: two of the same group are not enough", async () => {
    const { priya, tom, helen, requestId } = await reviewing(async ({ desk, priya, tom, helen }) => {
      const legal = await group(desk, "Legal", [priya, tom]);
      const press = await group(desk, "Press", [helen]);
      const candidates = [legal, press].map((groupId) => ({ kind: "group", groupId }) as const);
      return policy([stage({ candidates, quorum: { kind: "oneFromEach", groupIds: [legal, press] } })]);
    });
    expect((await approve(priya, requestId)).outcome).toBe("waiting");
    expect((await approve(tom, requestId)).outcome).toBe("waiting");
    expect((await approve(helen, requestId)).outcome).toBe("approved");
  });

  it("a request keeps the policy it began with", async () => {
    const { desk, priya, helen, requester, requestId } = await reviewing(policy([stage()]));
    await inForce(desk, policy([stage({ candidates: [{ kind: "role", role: "admin" }] })]));
    expect((await pageOf(priya, requestId)).may.decide).toBe(true);
    const later = await submitted(desk, requester);
    const page = await pageOf(helen, later);
    expect(page.may).toMatchObject({ decide: false, decideNot: expect.stringContaining("does not ask you") });
    const { request } = await pageOf(priya, requestId);
    expect(page.request.policy.version).toBe(request.policy.version + 1);
  });
});

describe("edits", () => {
  it("rules 9 and 11: an edit is a new draft; under four eyes somebody else approves it, and that is performed", async () => {
    const { desk, priya, tom, requestId, task } = await reviewing(policy([stage()]));
    const { draft } = await pageOf(priya, requestId);
    if (draft === null || !("body" in draft.action)) throw new Error("no reply");
    const action = { ...draft.action, body: "Dear Dana,\n\nwe are on it.\n\nFernhill customer care" };
    expect(await priya.mutation(api.decisions.edit, { ...task, action })).toEqual({
      outcome: "waiting",
      undoUntil: null,
    });
    expect(await priya.mutation(api.decisions.edit, { ...task, action })).toEqual({
      outcome: "waiting",
      undoUntil: null,
    });
    const page = await pageOf(priya, requestId);
    expect(page.draft).toMatchObject({ revision: 2, editedBy: priya.name, action });
    expect(page.may.approveNot).toMatch(/edited this draft/);
    expect(await refusal(approve(priya, requestId))).toMatchObject({ code: "ownEdit" });
    expect(await refusal(tom.mutation(api.decisions.decide, { ...task, verdict: { kind: "approve" } }))).toMatchObject({
      code: "staleDraft",
      currentRevision: 2,
    });
    await approve(tom, requestId);
    await settle(desk);
    const done = await pageOf(tom, requestId);
    expect(done.state.kind).toBe("completed");
    expect(done.executions[0]?.digest).toBe(done.draft?.digest);
    expect((await kinds(tom, requestId)).filter((kind) => kind === "edited")).toHaveLength(1);
  });

  it("without four eyes the edit approves too, and undoing it brings the draft before it back", async () => {
    await setVariable("UNDO_WINDOW_MS", "0");
    const on = await reviewing(
      policy([stage({ fourEyes: { requester: true, editor: false, oncePerRequest: false } })]),
    );
    await setVariable("UNDO_WINDOW_MS", "30000");
    const { draft, may } = await pageOf(on.priya, on.requestId);
    if (draft === null || !("body" in draft.action)) throw new Error("no reply");
    expect(may.editApproves).toBe(true);
    const action = { ...draft.action, body: "Short." };
    expect(await on.priya.mutation(api.decisions.edit, { ...on.task, action })).toMatchObject({ outcome: "approved" });
    await on.priya.mutation(api.decisions.undo, { requestId: on.requestId });
    const page = await pageOf(on.priya, on.requestId);
    expect([page.draft?.revision, page.task?.revision]).toEqual([1, 1]);
    // Rule 9: a number is never used again.
    await on.priya.mutation(api.decisions.edit, { ...on.task, action: { ...action, body: "Shorter." } });
    expect((await pageOf(on.priya, on.requestId)).draft?.revision).toBe(3);
  });

  it("the policy is asked again: an edit that the rules send further opens that stage, too", async () => {
    const { priya, tom, requestId, task } = await reviewing(
      policy([stage(), two], {
        otherwise: ["review"],
        rules: [
          {
            id: "refunds",
            name: "Refunds",
            when: [{ anyOf: [{ kind: "member", field: "action.resolution", op: "isOneOf", values: ["escalate"] }] }],
            leadsTo: { kind: "review", stages: ["review", "second"] },
          },
        ],
      }),
    );
    const { draft } = await pageOf(priya, requestId);
    if (draft === null || !("resolution" in draft.action)) throw new Error("no reply");
    const { refundAmountCents: _, ...rest } = draft.action;
    await priya.mutation(api.decisions.edit, {
      ...task,
      action: { ...rest, resolution: "escalate", escalateTo: "legal" },
    });
    expect((await approve(tom, requestId)).outcome).toBe("passed");
    expect(await stages(priya, requestId)).toEqual(["Review: approved", "Second: open"]);
  });

  it("what cannot be performed is refused, and nothing changes", async () => {
    const { priya, requestId, task } = await reviewing(policy([stage()]));
    const { draft } = await pageOf(priya, requestId);
    if (draft === null || !("body" in draft.action)) throw new Error("no reply");
    const action = { ...draft.action, to: "somebody.else@example.com" };
    expect(await refusal(priya.mutation(api.decisions.edit, { ...task, action }))).toMatchObject({
      code: "actionInvalid",
    });
    expect((await pageOf(priya, requestId)).drafts).toHaveLength(1);
  });
});

describe("who is asked", () => {
  it("rule 23: somebody hands their part to somebody who was not asked", async () => {
    const { priya, helen, requestId, task } = await reviewing(({ priya }) =>
      policy([stage({ candidates: [{ kind: "person", personId: priya.id }] })]),
    );
    expect((await pageOf(helen, requestId)).may.decide).toBe(false);
    await priya.mutation(api.decisions.delegate, { taskId: task.taskId, toId: helen.id });
    expect(await refusal(approve(priya, requestId))).toMatchObject({ code: "handedOver" });
    expect((await approve(helen, requestId)).outcome).toBe("approved");
  });

  it("rule 24: escalating hands the task to the stage that takes over, and else to the admins", async () => {
    const { priya, helen, samira, requestId, task } = await reviewing(
      policy([stage({ escalateTo: "second" }), two], { otherwise: ["review"] }),
    );
    await priya.mutation(api.decisions.escalate, { taskId: task.taskId, reason: "Not mine." });
    expect(await stages(priya, requestId)).toEqual(["Review: escalated", "Second: open"]);
    const { task: taken } = await pageOf(helen, requestId);
    await helen.mutation(api.decisions.escalate, { taskId: taken?.taskId ?? task.taskId, reason: "Nor mine." });
    expect(await stages(priya, requestId)).toEqual(["Review: escalated", "Second: escalated", "Admins: open"]);
    expect((await approve(samira, requestId)).outcome).toBe("approved");
  });

  it("rule 15: at the deadline a stage escalates where the policy says so", async () => {
    const { desk, samira, requestId } = await reviewing(policy([stage({ atDeadline: "escalate" })]));
    await after(61 * MINUTE, desk);
    expect(await stages(samira, requestId)).toEqual(["Review: escalated", "Admins: open"]);
    await after(61 * MINUTE, desk);
    expect((await pageOf(samira, requestId)).state).toMatchObject({ kind: "rejected", by: { kind: "deadline" } });
  });

  it("rule 26: a removed person is not waited for: the stage escalates at once and says why", async () => {
    const { desk, priya, samira, requestId } = await reviewing(({ priya }) =>
      policy([stage({ candidates: [{ kind: "person", personId: priya.id }] })]),
    );
    expect(await refusal(samira.mutation(api.people.remove, { personId: samira.id }))).toMatchObject({
      code: "removeSelf",
    });
    await samira.mutation(api.people.remove, { personId: priya.id });
    await settle(desk);
    expect(await stages(samira, requestId)).toEqual(["Review: escalated", "Admins: open"]);
    expect((await pageOf(samira, requestId)).timeline.find(({ kind }) => kind === "escalated")?.text).toMatch(
      /1 must approve and only 0 can/,
    );
    expect(
      await refusal(priya.query(api.viewer.current, {}).then(() => priya.query(api.requests.get, { requestId }))),
    ).toMatchObject({
      code: "notSignedIn",
    });
  });

  it("who is away is stood in for, along the chain, from when they go until they are back", async () => {
    const { desk, priya, tom, helen, requestId } = await reviewing(({ priya }) =>
      policy([
        stage({ candidates: [{ kind: "person", personId: priya.id }], deadline: { kind: "elapsed", minutes: 600 } }),
      ]),
    );
    const until = Date.now() + 120 * MINUTE;
    await priya.mutation(api.people.setAbsence, { from: Date.now(), until, delegateId: tom.id });
    await tom.mutation(api.people.setAbsence, { from: Date.now() + 30 * MINUTE, until, delegateId: helen.id });
    expect(
      await refusal(helen.mutation(api.people.setAbsence, { from: Date.now(), until, delegateId: priya.id })),
    ).toMatchObject({ code: "absenceInvalid", message: expect.stringContaining("circle") });
    const may = async () =>
      (await Promise.all([priya, tom, helen].map((who) => who.query(api.requests.get, { requestId })))).map(
        (page) => page?.may.decide ?? "unseen",
      );
    expect(await may()).toEqual([false, true, false]);
    const { page } = await tom.query(api.tasks.inbox, { queue: "open", paginationOpts: { cursor: null, numItems: 5 } });
    expect(page[0]?.asksMe, "who stands in finds the task among those that ask them").toBe(true);
    await after(31 * MINUTE, desk);
    expect(await may()).toEqual([false, false, true]);
    await after(120 * MINUTE, desk);
    expect(await may()).toEqual([true, "unseen", false]);
  });

  it("rule 25: a step of the ladder joins when it is due, and reminders are recorded once", async () => {
    const { desk, priya, helen, requestId } = await reviewing(
      policy([
        stage({
          ladder: [{ after: { kind: "elapsed", minutes: 20 }, who: [{ kind: "role", role: "manager" }] }],
          reminders: [{ kind: "beforeDeadline", duration: { kind: "elapsed", minutes: 30 } }],
        }),
      ]),
    );
    expect((await pageOf(helen, requestId)).may.decide).toBe(false);
    await after(21 * MINUTE, desk);
    expect((await pageOf(helen, requestId)).may.decide).toBe(true);
    await after(15 * MINUTE, desk);
    expect((await kinds(priya, requestId)).filter((kind) => kind === "reminded" || kind === "joined")).toEqual([
      "joined",
      "reminded",
    ]);
    expect((await approve(helen, requestId)).outcome).toBe("approved");
  });

  it("a snooze hides a task from one's own inbox, never beyond the deadline, which stays", async () => {
    const { priya, tom, requestId, task } = await reviewing(policy([stage()]));
    const { task: before } = await pageOf(priya, requestId);
    await priya.mutation(api.tasks.snooze, { taskId: task.taskId, until: Date.now() + 24 * 60 * MINUTE });
    const inbox = async (who: typeof priya) =>
      (await who.query(api.tasks.inbox, { queue: "open", paginationOpts: { cursor: null, numItems: 5 } })).page[0];
    expect(await inbox(priya)).toMatchObject({ snoozedUntil: before?.dueAt, dueAt: before?.dueAt, asksMe: true });
    expect(await inbox(tom)).toMatchObject({ snoozedUntil: null });
    await priya.mutation(api.tasks.snooze, { taskId: task.taskId, until: null });
    expect(await inbox(priya)).toMatchObject({ snoozedUntil: null });
  });
});

describe("without a person", () => {
  const auto = policy([stage()], {
    rules: [
      {
        id: "small",
        name: "Small matters",
        when: [],
        leadsTo: { kind: "approve", until: Date.UTC(2100, 0, 1), samplePercent: 0, sampleStages: [] },
      },
    ],
  });

  it("a rule approves, says so in the history, and the action is performed", async () => {
    const { desk, requester, helen } = await reviewing(policy([stage()]));
    await inForce(desk, auto);
    const requestId = await submitted(desk, requester);
    const { state, stages: shown } = await pageOf(helen, requestId);
    expect([state.kind, shown]).toEqual(["completed", []]);
    expect(await kinds(helen, requestId)).toContain("autoApproved");
  });

  it("while the brake is on nothing is performed; what is held is revoked, or goes on when it is off", async () => {
    const { desk, requester, helen, samira, priya } = await reviewing(policy([stage()]));
    await inForce(desk, auto);
    expect(await refusal(helen.mutation(api.brake.stop, { playbook: null, reason: "x" }))).toMatchObject({
      code: "notAllowed",
    });
    expect(await refusal(samira.mutation(api.brake.stop, { playbook: null, reason: " " }))).toMatchObject({
      code: "brakeReason",
    });
    await samira.mutation(api.brake.stop, { playbook: "customerReply", reason: "Wrong prices." });
    await samira.mutation(api.brake.stop, { playbook: null, reason: "Incident." });
    const [first, second] = [await submitted(desk, requester), await submitted(desk, requester)];
    expect((await pageOf(helen, first)).state).toMatchObject({ kind: "approved", held: "Incident." });
    await samira.mutation(api.decisions.revoke, { requestId: first, reason: "Not this one." });
    await samira.mutation(api.brake.goOn, { playbook: null });
    await settle(desk);
    expect((await pageOf(helen, second)).state).toMatchObject({ kind: "approved", held: "Wrong prices." });
    await samira.mutation(api.brake.goOn, { playbook: "customerReply" });
    await settle(desk);
    expect((await pageOf(helen, second)).state.kind).toBe("completed");
    expect((await pageOf(helen, first)).state).toMatchObject({ kind: "rejected", by: { kind: "revocation" } });
    expect((await pageOf(helen, first)).executions).toEqual([]);
    expect(await priya.query(api.brake.list, {})).toEqual([]);
  });

  it("rule 22: an approval that is held by the brake can be revoked, and the workflow ends", async () => {
    const { desk, priya, samira, requestId } = await reviewing(policy([stage()]));
    await samira.mutation(api.brake.stop, { playbook: null, reason: "Incident." });
    await approve(priya, requestId);
    await settle(desk);
    await samira.mutation(api.decisions.revoke, { requestId, reason: "Not now." });
    await samira.mutation(api.brake.goOn, { playbook: null });
    await settle(desk);
    const { state, executions } = await pageOf(samira, requestId);
    expect(state).toMatchObject({ kind: "rejected", by: { kind: "revocation", name: samira.name } });
    expect(executions).toEqual([]);
  });

  it("rule 22: an approval can be revoked before the workflow has heard of it, which then never does", async () => {
    const { desk, priya, samira, requestId } = await reviewing(policy([stage()]));
    await approve(priya, requestId);
    await samira.mutation(api.decisions.revoke, { requestId, reason: "Not now." });
    await settle(desk);
    const { state, executions } = await pageOf(priya, requestId);
    expect(state).toMatchObject({ kind: "rejected", by: { kind: "revocation" } });
    expect(executions).toEqual([]);
    expect(await kinds(priya, requestId)).not.toContain("performing");
  });

  it("rule 19: a workflow that was told goes on in the same transaction, once", async () => {
    const { desk, priya, requestId } = await reviewing(policy([stage()]));
    await approve(priya, requestId);
    expect((await pageOf(priya, requestId)).state.kind).toBe("approved");
    const review = await desk.run(async (ctx) => await ctx.db.query("reviews").first());
    if (review === null) throw new Error("There is no review.");
    await desk.mutation(internal.reviews.tell, { reviewId: review._id });
    expect((await pageOf(priya, requestId)).state.kind).toBe("performing");
    await desk.mutation(internal.reviews.tell, { reviewId: review._id });
    await settle(desk);
    const { state, executions } = await pageOf(priya, requestId);
    expect([state.kind, executions.length]).toEqual(["completed", 1]);
  });

  it("an approval that ran out while it was held performs nothing; a retry asks the reviewers again", async () => {
    const { desk, priya, tom, helen, samira, requestId } = await reviewing(
      policy([stage()], { approvalValid: { kind: "elapsed", minutes: 30 } }),
    );
    await samira.mutation(api.brake.stop, { playbook: null, reason: "Incident." });
    await approve(priya, requestId);
    await after(31 * MINUTE, desk);
    await samira.mutation(api.brake.goOn, { playbook: null });
    await settle(desk);
    const failed = await pageOf(helen, requestId);
    expect(failed.state).toMatchObject({ kind: "failed", step: "perform", reason: expect.stringContaining("ran out") });
    expect(failed.executions).toEqual([]);
    await helen.mutation(api.requests.retry, { requestId });
    await settle(desk);
    expect((await pageOf(helen, requestId)).draft?.revision).toBe(1);
    await approve(tom, requestId);
    await settle(desk);
    expect((await pageOf(helen, requestId)).state.kind).toBe("completed");
  });
});

it("a comment is in the history; an empty one is refused, and strangers cannot", async () => {
  const { requester, priya, requestId, desk } = await reviewing(policy([stage()]));
  await requester.mutation(api.decisions.comment, { requestId, text: " It is urgent. " });
  expect(await refusal(priya.mutation(api.decisions.comment, { requestId, text: " " }))).toMatchObject({
    code: "commentEmpty",
  });
  expect((await pageOf(priya, requestId)).timeline.at(-1)).toMatchObject({
    kind: "commented",
    text: "commented: It is urgent.",
  });
  expect(await refusal(desk.mutation(api.decisions.comment, { requestId, text: "Hi" }))).toMatchObject({
    code: "notSignedIn",
  });
});

it("the first policy of a playbook holds until an admin saves another", async () => {
  expect(customerReply.otherwise).toEqual(["review"]);
  const { requester, priya, requestId } = await reviewing(customerReply);
  const { task } = await openTaskOf(priya, requestId);
  expect(task?.dueAt).toBe(Math.floor(task?.createdAt ?? 0) + 4 * 60 * MINUTE);
  expect((await pageOf(requester, requestId)).request.policy).toEqual({
    name: "Customer reply",
    version: expect.any(Number),
  });
});

async function openTaskOf(reader: Parameters<typeof openTask>[0], requestId: Parameters<typeof openTask>[1]) {
  await openTask(reader, requestId);
  return await pageOf(reader, requestId);
}
