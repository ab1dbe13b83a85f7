import { describe, expect, it } from "vitest";
import type { NewJob } from "./job-writes.ts";
import { range, scan, TestStore } from "./test-store.ts";

const system = { isSystem: true };
const FIVE_YEARS = 5 * 366 * 24 * 3_600_000;

function jobAt(atMs: number, more: Partial<NewJob> = {}): NewJob {
  return { componentPath: "", path: "m.js:f", udfType: "mutation", args: { x: 1 }, atMs, ...more };
}

function dueJobs({ store }: TestStore, nowMs: number, limit = 10) {
  return store.jobs.due(nowMs, limit).map((due) => store.jobs.toRun(due));
}

describe("scheduled jobs", () => {
  it("S40: a job is a document and a row, both from the commit on", () => {
    const test = new TestStore();
    const txn = test.begin();
    const id = txn.schedule(
      0,
      jobAt(test.nowMs - 5, { componentPath: "workflow", udfType: "action", parent: undefined }),
    );
    const row = {
      ns: 0,
      id,
      componentPath: "workflow",
      path: "m.js:f",
      udfType: "action",
      phase: "pending",
      nextTs: test.nowMs,
      attempts: 0,
      parent: null,
    };
    expect(txn.job(0, id)).toEqual(row);
    expect(txn.jobsChanged).toBe(true);
    expect(test.store.jobs.nextDueMs()).toBeNull();
    test.commit(txn);
    test.reopen();
    expect(dueJobs(test, test.nowMs)).toEqual([{ ...row, args: { x: 1 } }]);
    expect(test.read().get(0, id, system)).toEqual({
      _id: id,
      _creationTime: expect.any(Number),
      name: "m.js:f",
      args: [{ x: 1 }],
      scheduledTime: test.nowMs - 5,
      state: { kind: "pending" },
    });
    expect(test.read().query(0, range("_scheduled_functions.by_creation_time")).collect()).toHaveLength(1);
  });

  it("S40: arguments may come wrapped in an array and are counted", () => {
    const txn = new TestStore().begin();
    const id = txn.schedule(0, jobAt(txn.nowMs, { args: [{ x: 1 }] }));
    expect(txn.get(0, id, system)?.["args"]).toEqual([{ x: 1 }]);
    expect(txn.metrics.used("scheduledFunctionArgsBytes")).toBe(2 + 2 + 9);
    expect(txn.metrics.used("documentsWritten")).toBe(0);
  });

  it("S41: more than five years away is refused, to either side", () => {
    const txn = new TestStore().begin();
    expect(() => txn.schedule(0, jobAt(txn.nowMs + FIVE_YEARS + 1))).toThrow("more than 5 years in the future");
    expect(() => txn.schedule(0, jobAt(txn.nowMs - FIVE_YEARS - 1))).toThrow("more than 5 years in the past");
    expect(() => txn.schedule(0, jobAt(NaN))).toThrow("more than 5 years");
    txn.schedule(0, jobAt(txn.nowMs + FIVE_YEARS));
  });

  it("S43: due jobs come by time, then in the order they were scheduled; the next due time is the earliest", () => {
    const test = new TestStore();
    const now = test.nowMs;
    const [late, b, a, c] = test.mutate((txn) =>
      [now + 50, now + 10, now + 5, now + 10].map((at) => txn.schedule(0, jobAt(at))),
    );
    expect(test.store.jobs.nextDueMs()).toBe(now + 5);
    expect(dueJobs(test, now + 10).map((j) => j.id)).toEqual([a, b, c]);
    expect(dueJobs(test, now + 10, 2).map((j) => j.id)).toEqual([a, b]);
    test.mutate((txn) => txn.retryJob(0, a!, now + 99));
    expect(dueJobs(test, now + 100).map((j) => [j.id, j.attempts])).toEqual([
      [b, 0],
      [c, 0],
      [late, 0],
      [a, 1],
    ]);
  });

  it("S42: cancelling ends pending and running jobs and leaves completed ones", () => {
    const test = new TestStore();
    const [pending, running, done] = test.mutate((txn) =>
      [1, 2, 3].map((n) => txn.schedule(0, jobAt(test.nowMs + n, { udfType: "action" }))),
    );
    test.mutate((txn) => {
      txn.setJobState(0, running!, { kind: "inProgress" });
      txn.setJobState(0, done!, { kind: "failed", error: "Uncaught Error: boom" });
    });
    expect(test.store.jobs.inProgress().map((j) => j.id)).toEqual([running]);
    test.nowMs += 1000;
    test.mutate((txn) => {
      for (const id of [pending!, running!, done!]) txn.cancelJob(0, id);
    });
    const states = [pending!, running!, done!].map((id) => test.read().get(0, id, system));
    expect(states).toMatchObject([
      { state: { kind: "canceled" }, completedTime: test.nowMs },
      { state: { kind: "canceled" }, completedTime: test.nowMs },
      { state: { kind: "failed", error: "Uncaught Error: boom" }, completedTime: test.nowMs - 1000 },
    ]);
    expect(test.store.jobs.nextDueMs()).toBeNull();
    expect(test.store.jobs.completedBefore(test.nowMs, 10).map((j) => j.id)).toEqual([done]);
    test.mutate((txn) => txn.removeJob(0, done!));
    expect(test.store.jobs.completedBefore(test.nowMs + 1, 1)).toHaveLength(1);
    expect(test.read().query(0, scan("_scheduled_functions")).collect()).toHaveLength(2);
  });

  it("S42: a mutation that cancels itself goes on", () => {
    const test = new TestStore();
    const id = test.mutate((txn) => txn.schedule(0, jobAt(test.nowMs)));
    test.mutate((txn) => {
      txn.setJobState(0, id, { kind: "inProgress" });
      txn.cancelJob(0, id);
      expect(txn.get(0, id, system)).toMatchObject({ state: { kind: "inProgress" } });
      txn.setJobState(0, id, { kind: "success" });
    });
    expect(test.read().get(0, id, system)).toMatchObject({ state: { kind: "success" }, completedTime: test.nowMs });
  });

  it("S42: ids that are not of a job of this component are refused", () => {
    const test = new TestStore();
    const ns = test.store.catalog.ensureNamespace("child");
    const [doc, job] = test.mutate((txn) => [txn.insert(0, "t", {}), txn.schedule(0, jobAt(test.nowMs))]);
    const txn = test.begin();
    expect(() => txn.cancelJob(0, doc!)).toThrow("is not the ID of a scheduled function");
    expect(() => txn.cancelJob(0, "nonsense")).toThrow("is not the ID of a scheduled function");
    expect(() => txn.cancelJob(ns, job!)).toThrow("Cancel on nonexistent scheduled function ID");
    txn.removeJob(0, job!);
    expect(() => txn.cancelJob(0, job!)).toThrow("Cancel on nonexistent scheduled function ID");
    expect(() => txn.setJobState(0, job!, { kind: "success" })).toThrow("There is no scheduled function");
  });

  it("S44: what a canceled job schedules is canceled from the start, in any component", () => {
    const test = new TestStore();
    const ns = test.store.catalog.ensureNamespace("child");
    const parent = test.mutate((txn) => txn.schedule(0, jobAt(test.nowMs, { udfType: "action" })));
    const before = test.mutate((txn) => txn.schedule(ns, jobAt(test.nowMs, { parent })));
    test.mutate((txn) => txn.cancelJob(0, parent));
    const after = test.mutate((txn) => txn.schedule(ns, jobAt(test.nowMs, { parent })));
    expect(test.read().get(ns, before, system)).toMatchObject({ state: { kind: "pending" } });
    expect(test.read().get(ns, after, system)).toMatchObject({
      state: { kind: "canceled" },
      completedTime: test.nowMs,
    });
    expect(dueJobs(test, test.nowMs).map((j) => j.id)).toEqual([before]);
  });
});
