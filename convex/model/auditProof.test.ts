// @vitest-environment node
// One request's history checked as a browser does it. Rules P1 to P3 in shared/audit/README.md.

import { expect, test } from "vitest";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { webVerify } from "../shared/audit/checkpoint";
import { webHashing } from "../shared/audit/hashing";
import { checkChain } from "../shared/audit/proof";
import { checkpointAll, withKey } from "../testing/audit.helper";
import { openTask, quietWithFakeTimers, refusal, type Seat, settle, submitted } from "../testing/desk.helper";
import { cast } from "../testing/review.helper";

quietWithFakeTimers();

/** A request that somebody approved, with what their screen attests. */
async function approved() {
  await withKey();
  const on = await cast();
  const requestId = await submitted(on.desk, on.requester);
  const task = await openTask(on.priya, requestId);
  const shown = { digest: task.digest, at: 1_700_000_000_000 };
  await on.priya.mutation(api.decisions.decide, { ...task, shown, verdict: { kind: "reject", reason: "Too late." } });
  await settle(on.desk);
  return { ...on, requestId, shown };
}

async function proofFor(reader: Seat, requestId: Id<"requests">) {
  const proof = await reader.query(api.audit.proof, { requestId });
  if (proof === null) throw new Error("There is no such request.");
  return { proof, finding: await checkChain(proof, webHashing, webVerify) };
}

test("P1, P2: a history is proven up to the last checkpoint, and what is newer is counted", async () => {
  const { desk, helen, requestId, requester } = await approved();
  const before = await proofFor(helen, requestId);
  expect(before.finding).toMatchObject({ kind: "unaltered", proven: 0, checkpoint: null });
  await checkpointAll(desk);
  const { proof, finding } = await proofFor(helen, requestId);
  const events = proof.events.length;
  expect(finding).toMatchObject({ kind: "unaltered", events, proven: events, first: 1, checkpoint: { number: 1 } });
  await requester.mutation(api.decisions.comment, { requestId, text: "I see." });
  expect((await proofFor(helen, requestId)).finding).toMatchObject({ events: events + 1, proven: events });
});

test("the history holds what the decider's screen attests, and nothing that has not its form", async () => {
  const { helen, requestId, shown, desk, requester, priya } = await approved();
  const votes = async (id: Id<"requests">) =>
    (await proofFor(helen, id)).proof.events.flatMap(({ record }) => (record.event.kind === "voted" ? [record.event] : []));
  expect(await votes(requestId)).toMatchObject([{ shown }]);
  const other = await submitted(desk, requester);
  const lie = { digest: "Approve at once!", at: 1 };
  await priya.mutation(api.decisions.decide, { ...(await openTask(priya, other)), shown: lie, verdict: { kind: "approve" } });
  expect((await votes(other))[0]).not.toHaveProperty("shown");
});

test("P3: an event, a word or a root that was changed in the database is named", async () => {
  const { desk, helen, requestId } = await approved();
  await checkpointAll(desk);
  const rows = await desk.run((ctx) => ctx.db.query("auditEvents").withIndex("by_chain_and_seq", (q) => q.eq("chain", `request:${requestId}`)).collect());
  const vote = rows.find(({ event }) => event.kind === "voted");
  const voteWords = await desk.run(async (ctx) => (await ctx.db.query("auditWords").collect()).find(({ eventId }) => eventId === vote?._id));
  if (vote === undefined || voteWords === undefined) throw new Error("Nobody has voted.");

  await desk.run((ctx) => ctx.db.patch("auditEvents", vote._id, { at: vote.at - 1 }));
  expect((await proofFor(helen, requestId)).finding).toMatchObject({ kind: "altered", seq: vote.seq });
  await desk.run((ctx) => ctx.db.patch("auditEvents", vote._id, { at: vote.at }));

  await desk.run((ctx) => ctx.db.patch("auditWords", voteWords._id, { words: { "verdict.reason": "Fine by me." } }));
  const words = (await proofFor(helen, requestId)).finding;
  expect(words).toMatchObject({ kind: "altered", seq: vote.seq, reason: expect.stringContaining("words") });
  await desk.run((ctx) => ctx.db.delete("auditWords", voteWords._id));
  expect((await proofFor(helen, requestId)).finding).toMatchObject({ kind: "unaltered", erased: 1 });

  await desk.run((ctx) => ctx.db.delete("auditEvents", vote._id));
  expect((await proofFor(helen, requestId)).finding).toMatchObject({ kind: "altered", seq: vote.seq + 1 });
  await desk.run(async (ctx) => {
    const checkpoint = await ctx.db.query("auditCheckpoints").first();
    if (checkpoint !== null) await ctx.db.patch("auditCheckpoints", checkpoint._id, { root: "0".repeat(64) });
  });
  expect((await proofFor(helen, requestId)).finding).toMatchObject({ kind: "altered", seq: null });
});

test("only who audits the history gets what proves it", async () => {
  const { requester, priya, helen, requestId } = await approved();
  for (const seat of [requester, priya]) {
    expect(await refusal(seat.query(api.audit.proof, { requestId }))).toMatchObject({ code: "notAllowed" });
  }
  expect(await helen.query(api.audit.proof, { requestId: "nonsense" })).toBeNull();
});
