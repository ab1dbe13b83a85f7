// Fifty contradicting decisions, the deadline and a withdrawal at the same moment, over connections of their own.

import { type ConvexClient } from "convex/browser";
import { expect, it } from "vitest";
import { signInAs } from "../bench/people.ts";
import { api } from "../convex/_generated/api.js";
import { deskErrorOf } from "../convex/shared/errors.ts";
import { DEADLINE_MIN_MS } from "../convex/shared/limits.ts";
import { pageWhen, type RequestPage } from "./by-program.ts";
import { startPrepared } from "./prepared.ts";

const DECISIONS = 50;
/** Requests are submitted so far apart that each has its moment for itself. */
const APART_MS = 250;
/** The calls are sent so long before the deadline, or after it, ms. */
const AROUND_MS = [-1_500, -120, -60, -30, 0, 20];
const VERDICTS = [
  { kind: "approve" },
  { kind: "reject", reason: "Too generous." },
  { kind: "requestChanges", feedback: "Shorter." },
] as const;
/** Events that end the review of a draft: exactly one of them may be in its history. */
const ENDS = ["decided", "expired", "withdrawn"];
const LOST = ["alreadyDecided", "deadlinePassed", "alreadyWithdrawn", "taskClosed", "alreadyFinished", "alreadyPerforming"];

/** Defines the test with `repeats` races. */
export function races(repeats: number): void {
  it(`rule 1: ${DECISIONS} contradicting decisions, the deadline and a withdrawal at once, ${repeats} times: one outcome`, async () => {
    const desk = await startPrepared({ env: { UNDO_WINDOW_MS: "0" } });
    const url = `http://127.0.0.1:${desk.port + 1}`;
    const connections: ConvexClient[] = [];
    try {
      const requester = await (await signInAs(url, "requester", 0)).connect();
      const people = await Promise.all([0, 1, 2].map((which) => signInAs(url, "reviewer", which)));
      const open = Array.from({ length: DECISIONS }, (_, i) => people[i % people.length]?.connect());
      const reviewers = (await Promise.all(open)).filter((one) => one !== undefined);
      connections.push(requester, ...reviewers);
      const running: Promise<string>[] = [];
      for (let race = 0; race < repeats; race++) {
        running.push(runRace(race, requester, reviewers));
        await new Promise((r) => setTimeout(r, APART_MS));
      }
      // They do race: now the deadline wins, now somebody else.
      const outcomes = new Set(await Promise.all(running));
      expect(outcomes).toContain("expired");
      expect(outcomes.size).toBeGreaterThan(1);
    } finally {
      for (const connection of connections) await connection.close();
      await desk.kill();
    }
  }, 120_000 + repeats * 1_000);
}

/** One race; answers the event that ended it. */
async function runRace(race: number, requester: ConvexClient, reviewers: ConvexClient[]): Promise<string> {
  const { requestId } = await requester.mutation(api.requests.submit, {
    playbook: "customerReply",
    input: { from: "dana@example.com", subject: `Race ${race}`, message: "Do you repair old sensors?" },
    decideWithinMs: DEADLINE_MIN_MS,
    submissionKey: `race-${race}`,
  });
  const { task, draft } = await pageWhen(requester, requestId, ({ state }) => state.kind === "inReview");
  if (task === null || draft === null) throw new Error(`Race ${race} has no task.`);
  const seen = { taskId: task.taskId, revision: draft.revision, digest: draft.digest };
  await until(task.dueAt + (AROUND_MS[race % AROUND_MS.length] ?? 0));

  const verdictOf = (i: number) => VERDICTS[(i + race) % VERDICTS.length] ?? VERDICTS[0];
  const decisions = reviewers.map((reviewer, i) =>
    reviewer.mutation(api.decisions.decide, { ...seen, verdict: verdictOf(i) }),
  );
  const withdrawal = requester.mutation(api.requests.withdraw, { requestId });
  const [results, [withdrawn]] = await Promise.all([Promise.allSettled(decisions), Promise.allSettled([withdrawal])]);
  // The sweep of the deadline comes at the end of its second.
  await until(Math.ceil(task.dueAt / 1_000) * 1_000 + 100);
  const { timeline, executions, decisions: votes } = await pageWhen(requester, requestId, ({ timeline: events }) =>
    events.some(({ kind }) => ENDS.includes(kind)),
  );
  const ends = timeline.filter(({ kind }) => ENDS.includes(kind));
  const context = `race ${race}: ${ends.map(({ text }) => text).join("; ")}`;
  const [end, after] = ends;
  if (end === undefined) throw new Error(context);
  // A request that was sent back goes on, and then its requester may withdraw it.
  if (after !== undefined) expect([end.text, after.kind], context).toEqual(["sent the draft back", "withdrawn"]);
  expect(ends.length, context).toBeLessThanOrEqual(2);
  const first = votes.filter(({ revision }) => revision === draft.revision);
  expect(first, context).toHaveLength(end.kind === "decided" ? 1 : 0);
  const won = first[0]?.verdict.kind;
  for (const [i, result] of results.entries()) {
    // Only calls that say what the winner said are answered: those of the same person, again and again.
    if (result.status === "fulfilled") expect(verdictOf(i).kind, context).toBe(won);
    else expect(deskErrorOf(result.reason), `${context}: ${String(result.reason)}`).toMatchObject(loserOf(end));
  }
  if (end.kind === "withdrawn") expect(withdrawn.status, context).toBe("fulfilled");
  else if (withdrawn.status === "rejected") expect(deskErrorOf(withdrawn.reason), context).toMatchObject(loserOf(end));
  expect(executions.length, context).toBeLessThanOrEqual(won === "approve" ? 1 : 0);
  return end.kind === "decided" ? `${won}` : end.kind;
}

/** What everybody who lost must be told: that it is over, and who won. */
function loserOf(end: RequestPage["timeline"][number]) {
  const winner = end.kind === "expired" ? "The deadline" : end.actor.name;
  return { code: expect.toBeOneOf(LOST), winner };
}

async function until(at: number): Promise<void> {
  await new Promise((r) => setTimeout(r, Math.max(0, at - Date.now())));
}
