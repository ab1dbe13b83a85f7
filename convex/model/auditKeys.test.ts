// @vitest-environment node
// The keys that sign the history. Rules C1 and K3 in shared/audit/README.md.

import { expect, test, vi } from "vitest";
import { internal } from "../_generated/api";
import { check, checkpointAll, exported, newKey, withKey } from "../testing/audit.helper";
import { quietWithFakeTimers, setVariable } from "../testing/desk.helper";
import { cast } from "../testing/review.helper";

quietWithFakeTimers();

test("C1, K3: a key and the next one that it vouches for have each a chain that says so, and the old one's holder can check both", async () => {
  const first = await withKey();
  const { desk } = await cast();
  vi.advanceTimersByTime(3_000);
  await checkpointAll(desk);
  await checkpointAll(desk);

  const next = newKey();
  await setVariable("AUDIT_SIGNING_KEY_NEXT", next.pkcs8);
  const { keyId, publicKey } = await desk.mutation(internal.checkpoints.vouchForNextKey, {});
  expect(publicKey).toBe(next.publicKey);
  await desk.mutation(internal.checkpoints.vouchForNextKey, {});
  await setVariable("AUDIT_SIGNING_KEY", next.pkcs8);
  vi.advanceTimersByTime(3_000);
  await checkpointAll(desk);

  const rows = await desk.run((ctx) => ctx.db.query("auditEvents").collect());
  const added = rows.filter(({ event }) => event.kind === "keyAdded");
  const [old] = added;
  if (old?.event.kind !== "keyAdded") throw new Error("No key was written down.");
  expect(added).toMatchObject([
    { chain: `key:${old.event.keyId}`, seq: 1, event: { publicKey: first.publicKey, vouchedBy: null } },
    { chain: `key:${keyId}`, seq: 1, event: { publicKey: next.publicKey, vouchedBy: old.event.keyId } },
  ]);
  const text = await exported(desk);
  for (const trusted of [first.publicKey, next.publicKey]) {
    expect(await check([text], trusted)).toMatchObject({ events: rows.length, proven: rows.length, whole: true });
  }
  expect(await check([text], newKey().publicKey)).toHaveProperty("reason");
});
