import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FunctionCall } from "../functions/call-types.ts";
import type { NewJob } from "../storage/job-writes.ts";
import { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import { COMPLETED_JOB_RETENTION_MS } from "../values/limits.ts";
import { HostRunner, jobDocument } from "./host-runner.ts";
import { JobScheduler } from "./jobs.ts";
import { forgetOldJobs } from "./retention.ts";

let dir: string;
let store: Store;
let runner: HostRunner;
let jobs: JobScheduler | null;
let reports: string[];
/** Added to the real clock. */
let shiftMs: number;
const now = () => Date.now() + shiftMs;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "jobs-"));
  reports = [];
  shiftMs = 0;
  jobs = null;
  open();
});
afterEach(async () => {
  await jobs?.stop();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function open(): void {
  store = new Store(dir);
  runner = new HostRunner(store, now);
}

const report = (error: unknown, what: string) => void reports.push(`${what}: ${String(error)}`);

async function start(o: { maxActions?: number } = {}): Promise<void> {
  jobs = new JobScheduler({ store, runner, report, now, ...o });
  await jobs.start();
}

async function schedule(path: string, o: Partial<NewJob> = {}): Promise<string> {
  const job: NewJob = { componentPath: "", path, udfType: "mutation", args: {}, atMs: now(), ...o };
  return (await runner.transact((txn) => txn.schedule(0, job))).value;
}

const state = (id: string) => jobDocument(store, id)?.state;
const reaches = (id: string, kind: string) =>
  vi.waitFor(() => expect(state(id)).toMatchObject({ kind }), { timeout: 25_000, interval: 5 });
const cancel = (id: string) => runner.transact((txn) => txn.cancelJob(0, id));
const notes = () => {
  const read = runner.transact((txn) => {
    const cursor = txn.query(0, { source: { type: "FullTableScan", tableName: "notes", order: "asc" }, operators: [] });
    const all = [];
    for (let doc = cursor.next(); doc !== null; doc = cursor.next()) all.push(doc.text);
    return all;
  });
  return read.then(({ value }) => value);
};
/** What a commit fails with when the disk is full. */
const diskFull = () => Object.assign(new UserError("StorageError", "disk full", 503), { name: "StorageError" });
/** A promise and what resolves it. */
function gate(): { opened: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe("mutation jobs", () => {
  it("J1: run once, and their effect and their success are one commit", async () => {
    const seen: unknown[] = [];
    runner.mutations.set("m.js:note", (txn, args) => {
      seen.push(txn.job(0, id)?.phase);
      txn.insert(0, "notes", args);
    });
    const id = await schedule("m.js:note", { args: { text: "a" } });
    const commits: boolean[] = [];
    runner.onCommit(() => commits.push(true));
    await start();
    await reaches(id, "success");
    expect(jobDocument(store, id)).toMatchObject({ completedTime: expect.any(Number), name: "m.js:note" });
    expect([seen, commits.length]).toEqual([["inProgress"], 1]);
    expect(await notes()).toEqual(["a"]);
  });

  it("J1: what a job that throws wrote is gone, and it is not run again", async () => {
    let runs = 0;
    runner.mutations.set("m.js:bad", (txn) => {
      runs++;
      txn.insert(0, "notes", { text: "gone" });
      throw new Error("boom");
    });
    const id = await schedule("m.js:bad");
    await start();
    await reaches(id, "failed");
    expect(state(id)).toEqual({ kind: "failed", error: "Uncaught Error: boom" });
    expect([runs, await notes()]).toEqual([1, []]);
  });

  it("J1: when the server fails to commit, the job comes again and its effect is there once", async () => {
    runner.mutations.set("m.js:note", (txn, args) => void txn.insert(0, "notes", args));
    const id = await schedule("m.js:note", { args: { text: "a" } });
    runner.commitFailures.push(diskFull());
    await start();
    await reaches(id, "success");
    expect(await notes()).toEqual(["a"]);
    expect(reports).toEqual([`running job ${id} (m.js:note): StorageError: disk full`]);
  });

  it("J1, F33: when others keep changing what it reads, the job comes again", async () => {
    runner.mutations.set("m.js:note", (txn, args) => void txn.insert(0, "notes", args));
    const id = await schedule("m.js:note", { args: { text: "a" } });
    const result = { ok: false as const, error: { message: "changed" } };
    vi.spyOn(runner, "mutation").mockResolvedValueOnce({ result, logLines: [], ts: 0n, conflicted: true });
    await start();
    await reaches(id, "success");
    expect(await notes()).toEqual(["a"]);
    expect(reports).toEqual([`running job ${id} (m.js:note): Error: changed`]);
  });

  it("J1: the job survives when not even its delay can be stored", { timeout: 60_000 }, async () => {
    runner.mutations.set("m.js:note", (txn, args) => void txn.insert(0, "notes", args));
    const id = await schedule("m.js:note", { args: { text: "a" } });
    runner.commitFailures.push(diskFull(), diskFull());
    await start();
    await reaches(id, "success");
    expect(await notes()).toEqual(["a"]);
    expect(reports).toHaveLength(2);
  });

  it("J1: a job that was pending when the process ended runs after the next start", async () => {
    const id = await schedule("m.js:note", { args: { text: "a" } });
    store.close();
    open();
    runner.mutations.set("m.js:note", (txn, args) => void txn.insert(0, "notes", args));
    await start();
    await reaches(id, "success");
    expect(await notes()).toEqual(["a"]);
  });

  it("J4: run for nobody, with the id of their job", async () => {
    const calls: FunctionCall[] = [];
    runner.mutations.set("m.js:note", (_txn, _args, call) => void calls.push(call));
    const id = await schedule("m.js:note");
    await start();
    await reaches(id, "success");
    expect(calls[0]!.caller).toMatchObject({ identity: null, admin: false, kind: "scheduler", scheduledJobId: id });
    expect(calls[0]!.includeInternal).toBe(true);
    expect(calls[0]!.caller.requestId).toMatch(/^[0-9a-f]{16}$/);
  });

  it("J5: a function that is not there any more fails the job", async () => {
    const id = await schedule("m.js:missing");
    await start();
    await reaches(id, "failed");
    expect(state(id)).toMatchObject({ error: expect.stringContaining("Could not find function") });
  });

  it("J3: a job scheduled by a job runs at once, and a long chain comes to its end in order", async () => {
    runner.mutations.set("m.js:chain", (txn, { n }) => {
      txn.insert(0, "notes", { text: n! });
      if ((n as number) > 1) {
        const args = { n: (n as number) - 1 };
        txn.schedule(0, { componentPath: "", path: "m.js:chain", udfType: "mutation", args, atMs: txn.nowMs });
      }
    });
    await start();
    await schedule("m.js:chain", { args: { n: 50 } });
    await vi.waitFor(async () => expect(await notes()).toHaveLength(50), { timeout: 25_000 });
    expect(await notes()).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
  });

  it("J3: due jobs run by time, a later one not before it is due", async () => {
    const ranAt: number[] = [];
    runner.mutations.set("m.js:note", (txn, args) => {
      ranAt.push(now());
      txn.insert(0, "notes", args);
    });
    const dueMs = now() + 150;
    const last = await schedule("m.js:note", { args: { text: "late" }, atMs: dueMs });
    for (const text of ["a", "b", "c"]) await schedule("m.js:note", { args: { text } });
    await start();
    await reaches(last, "success");
    expect(await notes()).toEqual(["a", "b", "c", "late"]);
    expect(ranAt.at(-1)).toBeGreaterThanOrEqual(dueMs);
  });

  it("J3: a job scheduled while the scheduler sleeps until a later one is not late", async () => {
    runner.mutations.set("m.js:note", () => {});
    await schedule("m.js:note", { atMs: now() + 3_600_000 });
    await start();
    // If its timer were not set anew, this one would wait an hour, too.
    await reaches(await schedule("m.js:note"), "success");
  });
});

describe("action jobs", () => {
  it("J2: are on disk as begun before they begin, then succeed", async () => {
    const { opened, open: finish } = gate();
    let during: unknown;
    runner.actions.set("a.js:send", async () => {
      during = state(id);
      await opened;
    });
    const id = await schedule("a.js:send", { udfType: "action" });
    await start();
    await vi.waitFor(() => expect(during).toEqual({ kind: "inProgress" }), { timeout: 25_000 });
    finish();
    await reaches(id, "success");
  });

  it("J2: one that throws is failed and not run again", async () => {
    let runs = 0;
    runner.actions.set("a.js:bad", () => {
      runs++;
      throw new Error("no route");
    });
    const id = await schedule("a.js:bad", { udfType: "action" });
    await start();
    await reaches(id, "failed");
    expect([state(id), runs]).toEqual([{ kind: "failed", error: "Uncaught Error: no route" }, 1]);
  });

  it("J2: one that was running when the process ended is failed at the next start, not run again", async () => {
    const never = new Promise<void>(() => {});
    runner.actions.set("a.js:send", () => never);
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(await schedule("a.js:send", { udfType: "action" }));
    await start();
    for (const id of ids) await reaches(id, "inProgress");
    await jobs!.stop();
    store.close();
    open();
    let runs = 0;
    runner.actions.set("a.js:send", () => void runs++);
    await start();
    const transient = { kind: "failed", error: "Transient error while executing action" };
    for (const id of ids) expect(state(id)).toEqual(transient);
    await reaches(await schedule("a.js:send", { udfType: "action" }), "success");
    expect(runs).toBe(1);
  });

  it("J2: an action the server failed to begin is begun later", async () => {
    runner.actions.set("a.js:send", () => {});
    const id = await schedule("a.js:send", { udfType: "action" });
    runner.commitFailures.push(diskFull());
    await start();
    await reaches(id, "success");
  });

  it("J2: an end that could not be recorded is recorded later, without another run", async () => {
    let runs = 0;
    runner.actions.set("a.js:send", () => {
      runs++;
      runner.commitFailures.push(diskFull());
    });
    const id = await schedule("a.js:send", { udfType: "action" });
    await start();
    await reaches(id, "success");
    expect([runs, reports.length]).toEqual([1, 1]);
  });

  it("J6: no more than the limit run together, and mutations behind them are not held up", async () => {
    const { opened, open: finish } = gate();
    let together = 0;
    let most = 0;
    runner.actions.set("a.js:slow", async () => {
      most = Math.max(most, ++together);
      await opened;
      together--;
    });
    runner.mutations.set("m.js:note", () => {});
    const slow = [];
    for (let i = 0; i < 40; i++) slow.push(await schedule("a.js:slow", { udfType: "action" }));
    const mutation = await schedule("m.js:note");
    await start({ maxActions: 2 });
    await reaches(mutation, "success");
    expect(together).toBe(2);
    finish();
    for (const id of slow) await reaches(id, "success");
    expect(most).toBe(2);
  });
});

describe("cancel", () => {
  it("J7: a pending job will not run", async () => {
    let runs = 0;
    runner.mutations.set("m.js:note", () => void runs++);
    const id = await schedule("m.js:note", { atMs: now() + 3_600_000 });
    await start();
    await cancel(id);
    expect(state(id)).toEqual({ kind: "canceled" });
    shiftMs += 3_600_001;
    await reaches(await schedule("m.js:note"), "success");
    expect([runs, state(id)]).toEqual([1, { kind: "canceled" }]);
  });

  it("J7: a running action stays canceled when it ends, and what it schedules from then on is canceled", async () => {
    const { opened, open: finish } = gate();
    let child = "";
    let isOver = false;
    runner.actions.set("a.js:send", async () => {
      await opened;
      child = await schedule("m.js:note", { parent: id });
      isOver = true;
    });
    const id = await schedule("a.js:send", { udfType: "action" });
    await start();
    await reaches(id, "inProgress");
    await cancel(id);
    finish();
    await vi.waitFor(() => expect(isOver).toBe(true), { timeout: 25_000 });
    await runner.transact(() => null);
    expect([state(id), state(child)]).toEqual([{ kind: "canceled" }, { kind: "canceled" }]);
  });

  it("J7: a mutation that cancels itself succeeds, a done job stays done, unknown ids are refused", async () => {
    runner.mutations.set("m.js:self", (txn) => txn.cancelJob(0, id));
    const id = await schedule("m.js:self");
    await start();
    await reaches(id, "success");
    await cancel(id);
    expect(state(id)).toMatchObject({ kind: "success" });
    await expect(cancel("nonsense")).rejects.toThrow(/not the ID of a scheduled function/);
  });
});

describe("stop and retention", () => {
  it("J9: after a stop nothing more is begun and what ran is recorded", async () => {
    runner.mutations.set("m.js:note", (txn, args) => void txn.insert(0, "notes", args));
    await start();
    const ids = [];
    for (let i = 0; i < 30; i++) ids.push(await schedule("m.js:note", { args: { text: i } }));
    await jobs!.stop();
    const done = ids.filter((id) => (state(id) as { kind: string }).kind === "success").length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await notes()).toHaveLength(done);
    expect(store.jobs.due(now(), 100)).toHaveLength(30 - done);
  });

  it("J8: finished jobs are forgotten after seven days, all of them, and nothing else", async () => {
    runner.mutations.set("m.js:note", () => {});
    await start();
    const old = await Promise.all(Array.from({ length: 250 }, () => schedule("m.js:note")));
    for (const id of old) await reaches(id, "success");
    const later = await schedule("m.js:note", { atMs: now() + COMPLETED_JOB_RETENTION_MS * 2 });
    await forgetOldJobs(store, runner, now() + COMPLETED_JOB_RETENTION_MS - 60_000, () => false);
    expect(old.filter((id) => jobDocument(store, id) !== null)).toHaveLength(250);
    await forgetOldJobs(store, runner, now() + COMPLETED_JOB_RETENTION_MS + 60_000, () => false);
    expect(old.filter((id) => jobDocument(store, id) !== null)).toEqual([]);
    expect(state(later)).toEqual({ kind: "pending" });
  });
});
