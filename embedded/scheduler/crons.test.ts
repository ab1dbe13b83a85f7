import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Code, CronInfo, Instance } from "../functions/code.ts";
import { Store } from "../storage/store.ts";
import { UserError } from "../values/errors.ts";
import type { Json } from "../values/json.ts";
import { Transaction } from "../storage/transaction.ts";
import { adoptCrons, advanceCron, readCronStates } from "./cron-state.ts";
import { CronScheduler } from "./crons.ts";
import { HostRunner } from "./host-runner.ts";

const START = Date.parse("2024-01-01T00:00:00Z");
let dir: string;
let store: Store;
let runner: HostRunner;
let crons: CronScheduler | null;
let code: Code;
let nowMs: number;
let reports: string[];
let runs: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "crons-"));
  nowMs = START;
  reports = [];
  runs = [];
  crons = null;
  code = codeWith([]);
  open();
});
afterEach(async () => {
  await crons?.stop();
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function open(): void {
  store = new Store(dir);
  runner = new HostRunner(store, () => nowMs);
  runner.mutations.set("m.js:tick", (txn, args) => {
    runs.push(String(args.name));
    txn.insert(0, "ticks", args);
  });
}

type CronList = { identifier: string; path: string; schedule: Json }[];

/** The code with these crons in the app. Functions in module "a.js" are actions. */
function codeWith(list: CronList): Code {
  const infos: CronInfo[] = list.map((cron) => ({ ...cron, args: { name: cron.identifier } }));
  const functions = new Map(
    list.map(({ path }) => [path, { udfType: path.startsWith("a.js") ? "Action" : "Mutation" }]),
  );
  const app = { ns: 0, path: "", crons: infos, functions } as unknown as Instance;
  return { byPath: new Map([["", app]]) } as unknown as Code;
}

function push(list: CronList): void {
  code = codeWith(list);
  runner.codeChanged();
}

const report = (error: unknown, what: string) => void reports.push(`${what}: ${String(error)}`);

async function start(): Promise<void> {
  crons = new CronScheduler({ store, runner, code: () => code, report, now: () => nowMs });
  await crons.start();
}

/** Lets what was begun come to its end. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await runner.transact(() => null);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Moves the clock and wakes the scheduler, as its timer would. */
async function at(ms: number): Promise<void> {
  nowMs = ms;
  runner.codeChanged();
  await settle();
}

const nextOf = (identifier: string) => readCronStates(store)[JSON.stringify(["", identifier])]?.nextMs;
const everyMinute = { type: "interval", seconds: 60 };
const hourly = { type: "hourly", minuteUTC: 30 };

describe("crons", () => {
  it("J10: an interval runs at the deploy and then every interval, each once", async () => {
    await start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: everyMinute }]);
    await settle();
    expect(runs).toEqual(["tick"]);
    await at(START + 59_999);
    expect(runs).toHaveLength(1);
    await at(START + 60_000);
    expect(runs).toHaveLength(2);
    expect(nextOf("tick")).toBe(START + 120_000);
    await at(START + 600_500);
    expect(runs).toHaveLength(3);
    expect(nextOf("tick")).toBe(START + 660_000);
  });

  it("J14: a cron expression runs at its times, and what was missed is left out", async () => {
    await start();
    push([{ identifier: "work", path: "m.js:tick", schedule: { type: "cron", cronExpr: "*/20 9-17 * * 1-5" } }]);
    await settle();
    expect([runs, nextOf("work")]).toEqual([[], START + 9 * 3_600_000]);
    await at(START + 9 * 3_600_000);
    expect([runs, nextOf("work")]).toEqual([["work"], START + 9 * 3_600_000 + 20 * 60_000]);
    await at(Date.parse("2024-01-05T17:45:00Z"));
    expect([runs.length, nextOf("work")]).toEqual([2, Date.parse("2024-01-08T09:00:00Z")]);
  });

  it("J10: the timer wakes it by itself", async () => {
    const real = Date.now();
    nowMs = real;
    crons = new CronScheduler({ store, runner, code: () => code, report, now: Date.now });
    await crons.start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: { type: "interval", seconds: 1 } }]);
    await vi.waitFor(() => expect(runs.length).toBeGreaterThanOrEqual(2), { timeout: 25_000 });
    expect(Date.now() - real).toBeGreaterThanOrEqual(1000);
  });

  it("J11: a push keeps the time of a cron whose schedule is the same, and forgets one that is gone", async () => {
    await start();
    push([
      { identifier: "a", path: "m.js:tick", schedule: hourly },
      { identifier: "b", path: "m.js:tick", schedule: everyMinute },
    ]);
    await settle();
    expect([nextOf("a"), nextOf("b")]).toEqual([START + 30 * 60_000, START + 60_000]);
    nowMs = START + 1000;
    push([
      { identifier: "a", path: "m.js:tick", schedule: { type: "hourly", minuteUTC: 10 } },
      { identifier: "b", path: "m.js:tick", schedule: everyMinute },
    ]);
    await settle();
    expect([nextOf("a"), nextOf("b")]).toEqual([START + 10 * 60_000, START + 60_000]);
    push([]);
    await settle();
    expect([nextOf("a"), nextOf("b"), runs]).toEqual([undefined, undefined, ["b"]]);
  });

  it("J12: after a time without the server an overdue cron runs once", async () => {
    await start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: everyMinute }]);
    await settle();
    await crons!.stop();
    store.close();
    nowMs = START + 3_600_000;
    open();
    await start();
    await settle();
    expect(runs).toHaveLength(2);
    expect(nextOf("tick")).toBe(START + 3_660_000);
  });

  it("J13: a mutation that throws leaves nothing, and the next occurrence comes", async () => {
    runner.mutations.set("m.js:tick", (txn) => {
      runs.push("bad");
      txn.insert(0, "ticks", {});
      throw new Error("boom");
    });
    await start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: everyMinute }]);
    await settle();
    expect([runs, nextOf("tick")]).toEqual([["bad"], START + 60_000]);
    await at(START + 60_000);
    expect(runs).toHaveLength(2);
    expect((await runner.transact((txn) => txn.count(0, "ticks"))).value).toBe(0);
  });

  it("J13: an occurrence whose commit fails is done later, once", { timeout: 60_000 }, async () => {
    await start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: hourly }]);
    await settle();
    runner.commitFailures.push(new UserError("StorageError", "disk full", 503));
    nowMs = START + 30 * 60_000;
    // The first commit is that of the run: the push itself changes nothing.
    runner.codeChanged();
    await vi.waitFor(() => expect(nextOf("tick")).toBe(START + 90 * 60_000), { timeout: 25_000 });
    expect((await runner.transact((txn) => txn.count(0, "ticks"))).value).toBe(1);
    expect(reports).toHaveLength(1);
  });

  it("J13, F33: an occurrence whose reads others keep changing is done later", { timeout: 60_000 }, async () => {
    await start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: hourly }]);
    await settle();
    const result = { ok: false as const, error: { message: "changed" } };
    vi.spyOn(runner, "mutation").mockResolvedValueOnce({ result, logLines: [], ts: 0n, conflicted: true });
    await at(START + 30 * 60_000);
    await vi.waitFor(() => expect(nextOf("tick")).toBe(START + 90 * 60_000), { timeout: 25_000 });
    expect(runs).toEqual(["tick"]);
    expect(reports).toHaveLength(1);
  });

  it("F33: a push that takes a cron away, or gives it another time, ends a run of it that stands aside", async () => {
    await start();
    push([{ identifier: "tick", path: "m.js:tick", schedule: hourly }]);
    await settle();
    const run = new Transaction(store, { kind: "mutation", nowMs, ts: store.db.nextTs() });
    const key = JSON.stringify(["", "tick"]);
    expect(advanceCron(run, store, { key, dueMs: START + 30 * 60_000, nextMs: START })).toBe(true);
    const pushed = new Transaction(store, { kind: "mutation", nowMs, ts: store.db.nextTs() });
    adoptCrons(pushed, store, []);
    store.begin();
    pushed.flush();
    store.commit();
    expect(run.touchedBy(pushed.writes())).toBeDefined();
  });

  it("J13: an action that is still running leaves out the next occurrence", async () => {
    let ends: PromiseWithResolvers<void>;
    runner.actions.set("a.js:poll", () => {
      runs.push("poll");
      ends = Promise.withResolvers<void>();
      return ends.promise;
    });
    await start();
    push([{ identifier: "poll", path: "a.js:poll", schedule: everyMinute }]);
    await settle();
    await at(START + 60_000);
    expect([runs, nextOf("poll")]).toEqual([["poll"], START + 120_000]);
    ends!.resolve();
    await settle();
    await at(START + 120_000);
    expect(runs).toEqual(["poll", "poll"]);
    ends!.resolve();
  });

  it("J13: an action is claimed before it begins, so a stop in the middle does not repeat it", async () => {
    runner.actions.set("a.js:poll", () => {
      runs.push("poll");
      return new Promise<void>(() => {});
    });
    await start();
    push([{ identifier: "poll", path: "a.js:poll", schedule: everyMinute }]);
    await settle();
    await crons!.stop();
    store.close();
    open();
    await start();
    await settle();
    expect(runs).toEqual(["poll"]);
  });
});
