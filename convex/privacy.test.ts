// @vitest-environment node
// Erasing a person, or a customer, from the desk. Rules R1 to R4 in shared/audit/README.md.

import { expect, test, vi } from "vitest";
import { api, internal } from "./_generated/api";
import { check, checkpointAll, exported, withKey } from "./testing/audit.helper";
import { DANA, type Desk, openTask, pageOf, quietWithFakeTimers, refusal, settle, submitted } from "./testing/desk.helper";
import { approve, cast } from "./testing/review.helper";

quietWithFakeTimers();

const REASON = "She wrote this from Lisbon in tears.";

/** A request that was rejected with a reason, one that was performed, one that waits, and one of somebody else. */
async function lived() {
  await withKey();
  const on = await cast();
  const { desk, requester, priya } = on;
  const rejected = await submitted(desk, requester);
  const verdict = { kind: "reject", reason: REASON } as const;
  await priya.mutation(api.decisions.decide, { ...(await openTask(priya, rejected)), verdict });
  const performed = await submitted(desk, requester);
  await approve(priya, performed);
  await settle(desk);
  const waiting = await submitted(desk, requester);
  return { ...on, rejected, performed, waiting };
}

/** Everything that the desk stores, as one text. */
async function stored(desk: Desk): Promise<string> {
  return await desk.run(async (ctx) => {
    const rows: unknown[] = [];
    for (const table of ["requests", "drafts", "tasks", "decisions", "reviews", "executions", "outboxMessages", "requestWords", "auditWords", "auditBlockWords", "auditEvents", "people", "users", "erasures"] as const) {
      rows.push(await ctx.db.query(table).collect());
    }
    return JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
  });
}

const erasing = { confirm: "erase" } as const;

test("R1, R3: a customer's words are gone everywhere, but not from a request that is under way", async () => {
  const { desk, samira, helen, rejected, performed, waiting } = await lived();
  await checkpointAll(desk);
  await samira.mutation(api.privacy.erase, { ...erasing, subject: { kind: "address", address: " Dana.Whitfield@Example.com" } });
  await settle(desk);
  expect(await helen.query(api.privacy.erasures, {})).toMatchObject([{ requests: 2, waiting: 1, by: "Samira Nasser", doneAt: expect.any(Number) }]);
  for (const requestId of [rejected, performed]) {
    const page = await pageOf(helen, requestId);
    expect(page.request).toMatchObject({ from: "[erased]", subject: "[erased]", message: "[erased]" });
    expect(JSON.stringify(page)).not.toContain(REASON);
    expect(JSON.stringify(page)).not.toMatch(/dana|whitfield/i);
    expect(page.timeline.at(-1)).toMatchObject({ kind: "contentErased", actor: { name: "Samira Nasser" } });
  }
  expect((await pageOf(helen, waiting)).request.from).toBe(DANA.from);
  // Once it is over it can be erased as well.
  await helen.mutation(api.requests.cancel, { requestId: waiting });
  await settle(desk);
  await samira.mutation(api.privacy.erase, { ...erasing, subject: { kind: "address", address: "dana.whitfield@example.com" } });
  await settle(desk);
  expect(await stored(desk)).not.toMatch(/dana|whitfield/i);
});

test("R2: every export and proof is right after an erasure, and counts what was erased", async () => {
  const { desk, samira } = await lived();
  await checkpointAll(desk);
  expect(await check([await exported(desk)])).toMatchObject({ erased: 0 });
  await samira.mutation(api.privacy.erase, { ...erasing, subject: { kind: "address", address: "dana.whitfield@example.com" } });
  await settle(desk);
  vi.advanceTimersByTime(3_000);
  const text = await exported(desk);
  const report = await check([text]);
  expect(report).toMatchObject({ complete: true, pending: 0 });
  expect(report).toHaveProperty("erased");
  expect("erased" in report && report.erased).toBeGreaterThan(0);
  expect(text).not.toMatch(/lisbon/i);
  expect(text).toContain('"kind":"erased"');
});

test("R1: a person's name, address and writings are gone, and what they did is still told of them", async () => {
  const { desk, samira, helen, priya, rejected } = await lived();
  await desk.run((ctx) => ctx.db.patch("people", priya.id, { email: "priya@fernhill.example" }));
  expect(await refusal(samira.mutation(api.privacy.erase, { ...erasing, subject: { kind: "person", personId: priya.id } }))).toMatchObject({ code: "eraseActive" });
  await samira.mutation(api.people.remove, { personId: priya.id });
  await samira.mutation(api.privacy.erase, { ...erasing, subject: { kind: "person", personId: priya.id } });
  await settle(desk);
  const text = await stored(desk);
  expect(text).not.toContain(REASON);
  expect(text).not.toMatch(/priya raman|priya@fernhill/i);
  const page = await pageOf(helen, rejected);
  expect(page.decisions[0]).toMatchObject({ by: expect.stringMatching(/^Erased person /), verdict: { kind: "reject", reason: "[erased]" } });
  expect(page.request.from).toBe(DANA.from); // the customer's content is the customer's
  vi.advanceTimersByTime(3_000);
  expect(await check([await exported(desk)])).toMatchObject({ complete: true });
});

test("R3: nobody but an admin erases, nobody themselves, and only where it was confirmed", async () => {
  const { desk, samira, helen, priya } = await lived();
  const subject = { kind: "person", personId: samira.id } as const;
  expect(await refusal(samira.mutation(api.privacy.erase, { ...erasing, subject }))).toMatchObject({ code: "eraseSelf" });
  for (const seat of [helen, priya]) {
    expect(await refusal(seat.mutation(api.privacy.erase, { ...erasing, subject }))).toMatchObject({ code: "notAllowed" });
  }
  expect(await refusal(samira.mutation(api.privacy.erase, { ...erasing, subject: { kind: "address", address: "dana" } }))).toMatchObject({ code: "fromInvalid" });
  const unconfirmed = { subject, confirm: "yes" } as unknown as { subject: typeof subject; confirm: "erase" };
  await expect(samira.mutation(api.privacy.erase, unconfirmed)).rejects.toThrow(/validat/i);
  await desk.mutation(internal.checkpoints.make, {});
});
