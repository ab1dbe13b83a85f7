import { expect, it } from "vitest";
import { HostRunner } from "../scheduler/host-runner.ts";
import { forgetOldRequests } from "../scheduler/retention.ts";
import { TestStore } from "../storage/test-store.ts";
import { SESSION_REQUEST_RETENTION_MS } from "../values/limits.ts";

it("D7: that a mutation was done is remembered for seven days, and then forgotten however many there are", async () => {
  const test = new TestStore();
  const runner = new HostRunner(test.store);
  const record = (session: string, count: number) =>
    test.mutate((txn) => {
      for (let requestId = 0; requestId < count; requestId++) txn.recordSessionRequest({ session, requestId, result: null, logLines: [] });
    });
  record("old", 1200);
  const doneMs = Number(test.store.db.lastTs() / 1_000_000n);
  await forgetOldRequests(runner, doneMs + SESSION_REQUEST_RETENTION_MS - 60_000, () => false);
  expect(test.store.sessionRequest("old", 1199)).not.toBeNull();
  await forgetOldRequests(runner, doneMs + SESSION_REQUEST_RETENTION_MS + 60_000, () => false);
  expect(test.store.db.sql.prepare("SELECT count(*) AS n FROM session_requests").get()).toEqual({ n: 0 });
});
