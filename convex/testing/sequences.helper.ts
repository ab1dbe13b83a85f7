// Random sequences of what people and time do to requests, against the desk's functions. Many requests of one desk are
// under way at once, so that sweeps, batches and people meet several of them. Before each step the rules
// (`shared/review/step`) are asked what must come of the stored review; afterwards what is stored must be that, and
// the rows that stand for it must fit.

import { expect, vi } from "vitest";
import { api } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { requestChain } from "../shared/audit/chain";
import type { Directory } from "../shared/policy/quorum";
import type { Policy } from "../shared/policy/types";
import { deskErrorOf } from "../shared/errors";
import type { Around, ReviewEvent } from "../shared/review/events";
import { ENDS, lifeOf } from "../shared/review/life";
import { step } from "../shared/review/step";
import { vRole } from "../shared/roles";
import { digestOf } from "../shared/digest";
import { isActive } from "../model/directory";
import { versionInForce } from "../model/policies";
import { run } from "../model/requests";
import { lastReviewOf } from "../model/reviews";
import { taskRowOf } from "../model/tasks";
import { createThread } from "../model/threads";
import { type Desk, settle, type Seat, setVariable } from "./desk.helper";
import { ANYTIME, type Cast, inForce, policy, stage } from "./review.helper";

const MINUTE = 60_000;
const WINDOWS = [0, 20_000] as const;
/** Events that end a review, of which each review has one more than it has undos. */
const ENDINGS = ["decided", "expired", "revoked", "withdrawn", "canceled"];

/** Policies the sequences run under: quorums, stages, four eyes, outcomes at the deadline, a ladder. */
function policies({ helen }: Cast): Policy[] {
  const managers = [{ kind: "role", role: "manager" }] as const;
  const second = stage({ key: "second", name: "Second", candidates: [...managers], atDeadline: "escalate" });
  const open = { requester: true, editor: false, oncePerRequest: false };
  return [
    policy([stage()]),
    policy([stage({ quorum: { kind: "count", count: 2 }, rejections: 2 }), second]),
    policy([stage({ fourEyes: open, atDeadline: "approve" }), second]),
    policy([stage({ atDeadline: "escalate", escalateTo: "second" }), second], { otherwise: ["review"] }),
    policy([
      stage({
        candidates: [{ kind: "person", personId: helen.id }],
        ladder: [{ after: { kind: "elapsed", minutes: 10 }, who: [{ kind: "role", role: "reviewer" }] }],
      }),
    ]),
  ];
}

type World = Cast & { people: Seat[]; directory: Directory; random: (n: number) => number; undoMs: number };

/** Runs `requests` sequences of about `steps` steps each on one desk. Throws with what was broken. */
export async function runSequences(
  cast: Cast,
  random: (n: number) => number,
  requests: number,
  steps: number,
): Promise<void> {
  const { desk, requester } = cast;
  const undoMs = WINDOWS[random(WINDOWS.length)] ?? 0;
  await setVariable("UNDO_WINDOW_MS", String(undoMs));
  const all = policies(cast);
  const chosen = all[random(all.length)];
  if (chosen !== undefined) await inForce(desk, { ...chosen, calendar: ANYTIME });
  const ids: Id<"requests">[] = [];
  for (let i = 0; i < requests; i++) ids.push(await drafted(desk, requester, i));
  await goOn(desk);
  const { priya, tom, aiko, helen, samira } = cast;
  const people = [priya, tom, aiko, helen, samira, requester];
  const world: World = { ...cast, people, directory: await directoryOf(desk), random, undoMs };
  for (let i = 0; i < requests * steps; i++) {
    // Long waits end most of what is open, so they come late.
    if (random(25) === 0) await timePasses(world, ids, 2 * i < requests * steps ? SHORT : LONG);
    else await act(world, ids[random(ids.length)], random(requests));
  }
  await vi.advanceTimersByTimeAsync(4 * 60 * MINUTE);
  await settle(desk);
  for (const requestId of ids) await check(desk, requestId);
}

/** A request whose first draft is about to be reviewed, as if it had been submitted and its agents had worked. */
async function drafted(desk: Desk, requester: Seat, i: number): Promise<Id<"requests">> {
  return await desk.run(async (plain) => {
    const ctx = plain as MutationCtx;
    const { playbook, input, submissionKey } = submission(i);
    const action = {
      to: input.from,
      subject: "Re: Repairs",
      body: "Dear Dana,\n\nwe do.",
      resolution: "answer",
    } as const;
    const requestId = await ctx.db.insert("requests", {
      playbook,
      input,
      submissionKey,
      requesterId: requester.id,
      policyVersionId: (await versionInForce(ctx, playbook))._id,
      threadId: await createThread(ctx, input.subject),
      asked: [],
      revision: 1,
      rounds: 1,
      state: { kind: "drafting", step: "draft", at: Date.now() },
    });
    await ctx.db.insert("drafts", {
      requestId,
      revision: 1,
      action,
      connector: "outbox",
      digest: await digestOf({ playbook, connector: "outbox", action }),
      summary: "Repairs are done.",
      reasoning: "The message asks for them.",
      evidence: [],
      model: { provider: "template", model: "template" },
    });
    await run(ctx, requestId, "review");
    return requestId;
  });
}

/** Lets what is due run, for a second. */
async function goOn(desk: Desk): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await vi.advanceTimersByTimeAsync(250);
    await desk.finishInProgressScheduledFunctions();
  }
}

function submission(i: number) {
  return {
    playbook: "customerReply",
    input: { from: "dana@example.com", subject: `Request ${i}`, message: "Do you repair old sensors?" },
    submissionKey: `sequence-${i}`,
  };
}

const SHORT = [1_000, 5_000, 21_000];
const LONG = [5_000, 21_000, 11 * MINUTE, 61 * MINUTE];

async function timePasses({ desk, random }: World, ids: Id<"requests">[], jumps: readonly number[]): Promise<void> {
  await vi.advanceTimersByTimeAsync(jumps[random(jumps.length)] ?? 0);
  await goOn(desk);
  const requestId = ids[random(ids.length)];
  if (requestId !== undefined) await check(desk, requestId);
}

/** One step: an event by somebody, or the same submission again, a retry, a cancellation. */
async function act(world: World, requestId: Id<"requests"> | undefined, which: number): Promise<void> {
  if (requestId === undefined) return;
  const { desk, random, requester } = world;
  if (random(30) === 0) {
    const submit = () => requester.mutation(api.requests.submit, submission(which));
    const [first, second] = await Promise.all([submit(), submit()]);
    expect(second).toEqual(first);
    return;
  }
  const { request, review } = await stored(desk, requestId);
  if (review === null) return;
  const { state } = review;
  const person = world.people[random(world.people.length)] ?? requester;
  const wish = wishOf(world, request, review, person);
  if (wish === null) return;
  const expected = wish.event === null ? null : step(state, wish.event, aroundAt(world));
  const error = await wish.call().then(
    () => null,
    (caught: unknown) => deskErrorOf(caught) ?? { code: "crash", message: String(caught) },
  );
  const after = await stored(desk, requestId);
  const what = `${person.name} ${wish.event?.kind ?? "…"} in ${state.kind}`;
  if (error !== null) {
    expect(after.review?.state, `${what}: refused (${error.code}), so nothing changes`).toEqual(state);
    expect(error.code, what).not.toBe("crash");
    // Rule P2: whom the rules let act can see what they act on.
    if (error.code === "notFound" && expected !== null) expect(expected, what).toHaveProperty("conflict");
    if (expected !== null && !GATED.includes(error.code)) {
      expect("conflict" in expected ? expected.conflict : "nothing wrong", what).toBe(error.code);
    }
  } else if (expected !== null) {
    expect("conflict" in expected ? expected.conflict : null, what).toBeNull();
    if ("state" in expected) expect(after.review?.state, what).toEqual(expected.state);
  }
  await check(desk, requestId);
}

/** What somebody tries; `event` is what the rules are asked, null where only what must always hold is checked. */
type Wish = { event: ReviewEvent | null; call: () => Promise<unknown> };

/** Refusals that come before the rules are asked: of roles. */
const GATED = ["notAllowed", "notFound"];

/** What somebody tries; null when there is nothing to try. */
function wishOf(world: World, request: Doc<"requests">, review: Doc<"reviews">, person: Seat): Wish | null {
  const { desk, random, people, requester } = world;
  const { state } = review;
  const { round } = state;
  const open = state.kind === "open" ? state : state.kind === "decided" ? state.before : null;
  const task = open?.task.number ?? Math.max(0, round.closed.length - 1);
  const slip = random(20);
  const seen = {
    revision: slip === 1 ? round.revision - 1 : round.revision,
    digest: slip === 2 ? "0".repeat(64) : round.digest,
  };
  const { id: personId } = person;
  const requestId = request._id;
  const toId = (people[random(people.length)] ?? requester).id;
  const taskId = () => rowId(desk, review._id, task);
  switch (random(12)) {
    case 0:
    case 1:
      return {
        event: { kind: "undo", personId },
        call: () => person.mutation(api.decisions.undo, { requestId }),
      };
    case 2:
      return {
        event: { kind: "delegate", personId, task, toId },
        call: async () => person.mutation(api.decisions.delegate, { taskId: await taskId(), toId }),
      };
    case 3: {
      const reason = "Not mine.";
      return {
        event: { kind: "escalate", personId, task, reason },
        call: async () => person.mutation(api.decisions.escalate, { taskId: await taskId(), reason }),
      };
    }
    case 4:
      if (open === null) return null;
      return {
        event: { kind: "withdraw", personId },
        call: () => person.mutation(api.requests.withdraw, { requestId }),
      };
    case 5: {
      if (request.state.kind === "rejected") return null;
      const performing = request.state.kind !== "approved" && request.state.kind !== "decided";
      const reason = "Wrong price.";
      return {
        event: { kind: "revoke", personId, reason, performing },
        call: () => person.mutation(api.decisions.revoke, { requestId, reason }),
      };
    }
    case 6: {
      const body = `Dear Dana,\n\nwe do. (${random(1_000)})`;
      return { event: null, call: async () => edit(person, requestId, await taskId(), seen, body) };
    }
    case 7:
      if (random(6) > 0) return null;
      return { event: null, call: () => person.mutation(api.requests.cancel, { requestId }) };
    default: {
      const verdicts = [
        { kind: "approve" },
        { kind: "approve" },
        { kind: "approve" },
        { kind: "reject", reason: "No." },
        { kind: "requestChanges", feedback: "Shorter." },
      ] as const;
      const verdict = verdicts[random(verdicts.length)] ?? verdicts[0];
      return {
        event: { kind: "vote", personId, task, seen, verdict },
        call: async () => person.mutation(api.decisions.decide, { taskId: await taskId(), ...seen, verdict }),
      };
    }
  }
}

async function edit(
  person: Seat,
  requestId: Id<"requests">,
  taskId: Id<"tasks">,
  seen: { revision: number; digest: string },
  body: string,
): Promise<void> {
  const page = await person.query(api.requests.get, { requestId });
  const action = page?.draft?.action;
  if (action === undefined || !("resolution" in action)) return;
  await person.mutation(api.decisions.edit, { taskId, ...seen, action: { ...action, body } });
}

async function rowId(desk: Desk, reviewId: Id<"reviews">, number: number): Promise<Id<"tasks">> {
  return await desk.run(async (ctx) => (await taskRowOf(ctx, reviewId, number))._id);
}

/** A request with its newest review, as they are stored. */
async function stored(desk: Desk, requestId: Id<"requests">) {
  return await desk.run(async (ctx) => {
    const request = await ctx.db.get("requests", requestId);
    if (request === null) throw new Error(`Request ${requestId} is gone.`);
    return { request, review: await lastReviewOf(ctx, requestId) };
  });
}

/** Everybody is here, and nobody is away: the directory as the rules get it. */
async function directoryOf(desk: Desk): Promise<Directory> {
  const people = await desk.run(async (ctx) => (await ctx.db.query("people").collect()).filter(isActive));
  const roles = vRole.members.map(({ value: role }) => {
    return [role, people.flatMap(({ _id, roles: has }) => (has.includes(role) ? [_id] : []))] as const;
  });
  return { people: new Set(people.map(({ _id }) => _id)), groups: new Map(), roles: new Map(roles) };
}

function aroundAt({ directory, undoMs }: World): Around {
  return {
    now: Date.now(),
    directory,
    undoMs,
    calendar: ANYTIME,
    actorFor: (id) => (directory.people.has(id) ? id : null),
  };
}

/** What must hold of a request at every moment. */
async function check(desk: Desk, requestId: Id<"requests">): Promise<void> {
  const { request, review } = await stored(desk, requestId);
  const now = Date.now();
  const { tasks, events, executions, messages, decisions, drafts, sweeps } = await rowsOf(desk, requestId);
  const { kind } = request.state;
  // At most one task waits, and exactly while the review is open; its row is the review's task.
  const waiting = tasks.filter(({ state }) => state.kind === "open");
  if (review?.state.kind === "open") {
    const { task, round } = review.state;
    expect(waiting).toMatchObject([
      { number: task.number, revision: round.revision, digest: round.digest, dueAt: task.dueAt },
    ]);
    expect(review.timer.kind).toBe("due");
    expect(review.timer.at).toBeLessThanOrEqual(task.dueAt);
    expect(sweeps, "a sweep is planned").toContain(Math.ceil(review.timer.at / 1_000) * 1_000);
    expect(now, "nobody waits after the deadline's second").toBeLessThan(task.dueAt + 1_500);
  } else expect(waiting).toEqual([]);
  if (review?.state.kind === "decided") expect(now).toBeLessThan(review.state.releaseAt + 1_000);
  // While a review decides, the request stands where the review says.
  const family = review === null ? null : lifeOf(review.state);
  if (kind === "inReview" || kind === "decided") expect(family).toBe(kind);
  // A vote is a decision, and an end is told once.
  const votes = review?.state.round.votes.length ?? 0;
  expect(decisions.filter(({ undoneAt }) => undoneAt === undefined).length).toBeGreaterThanOrEqual(votes);
  const ends = events.filter((event) => ENDINGS.includes(event.kind)).length;
  const undos = events.filter((event) => event.kind === "undone").length;
  const reviews = drafts.filter(({ editedBy }) => editedBy === undefined).length;
  expect(ends - undos, "one end for each review, one more when an outcome is overruled").toBeLessThanOrEqual(
    2 * reviews,
  );
  // Nothing is performed but what was approved, and once.
  expect(messages.length).toBeLessThanOrEqual(1);
  expect(executions.length).toBeLessThanOrEqual(1);
  for (const { digest } of [...messages, ...executions]) {
    expect(request.approval?.digest).toBe(digest);
    expect(drafts.find(({ _id }) => _id === request.approval?.draftId)?.digest).toBe(digest);
  }
  if (kind === "completed") expect(messages).toHaveLength(1);
  else if (ENDS.includes(kind)) expect(messages).toEqual([]);
}

async function rowsOf(desk: Desk, requestId: Id<"requests">) {
  return await desk.run(async (ctx) => {
    const of = <Table extends "tasks" | "decisions" | "executions" | "outboxMessages">(table: Table) =>
      ctx.db
        .query(table)
        .withIndex("by_requestId", (q) => q.eq("requestId" as never, requestId as never))
        .collect();
    const events = await ctx.db
      .query("auditEvents")
      .withIndex("by_chain_and_seq", (q) => q.eq("chain", requestChain(requestId)))
      .collect();
    return {
      tasks: await of("tasks"),
      decisions: await of("decisions"),
      events: events.map(({ event }) => event),
      executions: await of("executions"),
      messages: await of("outboxMessages"),
      drafts: await ctx.db
        .query("drafts")
        .withIndex("by_requestId_and_revision", (q) => q.eq("requestId", requestId))
        .collect(),
      sweeps: (await ctx.db.query("sweeps").collect()).map(({ at }) => at),
    };
  });
}
