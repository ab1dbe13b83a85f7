import { describe, expect, it } from "vitest";
import { api } from "../fixtures/apps/jobs/convex/_generated/api.js";
import { pushedApp } from "./pushed-app.ts";

/** Components that do things later: workpool, workflow, action-retrier, crons. */

const app = pushedApp("jobs");
const notes = (topic: string, count: number) =>
  app().until(api.notes.list, { topic }, (found) => found.length >= count);

interface Completion {
  workId: string;
  number: number;
  result: { kind: string; returnValue?: unknown; error?: string };
}

describe.concurrent("workpool", () => {
  it("K1: forty jobs, at most 10 at a time, each completed once with its own result", async () => {
    const count = 40;
    const ids = await app().http.mutation(api.workpool.enqueueMany, { topic: "many", count, actions: count / 2 });
    expect(new Set(ids).size).toBe(count);
    await app().until(api.notes.count, { topic: "many" }, (done) => done >= count);
    const done = (await app().http.query(api.notes.list, { topic: "many" })) as Completion[];
    expect(done.map(({ workId }) => workId).sort()).toEqual([...ids].sort());
    for (const { number, result } of done) expect(result).toEqual({ kind: "success", returnValue: number ** 2 });
    expect(await app().http.query(api.workpool.mostTogether, { topic: "many" })).toSatisfy((most) => most > 1 && most <= 10);
    expect(await app().http.query(api.workpool.status, { id: ids[0] as never })).toEqual({ state: "finished" });
  });

  it("K1: a failing action is tried again with backoff, as often as it is allowed, and not at all when it says so", async () => {
    const started = Date.now();
    await Promise.all(
      [3, 9, 0].map((succeedAt) => app().http.mutation(api.workpool.enqueueFlaky, { topic: `flaky ${succeedAt}`, succeedAt })),
    );
    const results = await Promise.all([3, 9, 0].map((succeedAt) => notes(`flaky ${succeedAt}`, 1)));
    expect(results.map(([note]) => (note as Completion).result)).toEqual([
      { kind: "success", returnValue: "attempt 3 succeeds" },
      { kind: "failed", error: expect.stringContaining("attempt 3 fails") },
      { kind: "failed", error: expect.stringContaining("not worth another try") },
    ]);
    expect(Date.now() - started).toBeGreaterThan(75); // two waits of around 50 and 100 ms, halved at the least
    const attempts = [3, 9, 0].map((succeedAt) => app().http.query(api.notes.count, { topic: `flaky ${succeedAt} attempts` }));
    expect(await Promise.all(attempts)).toEqual([3, 3, 1]);
  });

  it("K1: what waits can be looked at and canceled, and completes as canceled", async () => {
    const id = await app().http.mutation(api.workpool.enqueueLater, { topic: "later", afterMs: 60_000 });
    expect(await app().http.query(api.workpool.status, { id: id as never })).toEqual({ state: "pending", previousAttempts: 0 });
    await app().http.mutation(api.workpool.cancel, { id: id as never });
    expect(await notes("later", 1)).toEqual([{ workId: id, number: 2, result: { kind: "canceled" } }]);
  });
});

describe.concurrent("workflow", () => {
  it("K2: five steps, a wait for a person, a sleep and a failing step, with the same values each time it is replayed", async () => {
    const topic = "order";
    const id = (await app().http.mutation(api.workflow.startOrder, { topic, item: "teapot" })) as never;
    await app().until(api.workflow.progress, { id }, ({ steps }) => steps.at(-1)?.name === "approval");
    expect(await app().http.query(api.notes.list, { topic })).toEqual(["reserved teapot", expect.stringMatching(/^chance 0\.\d+$/)]);
    await app().http.mutation(api.workflow.approve, { id, approved: true, by: "ada" });
    const [result] = await notes(`${topic} completed`, 1);
    expect(result).toEqual({
      kind: "success",
      returnValue: { price: 60, approvedBy: "ada", receipt: "paid 60 at attempt 3", chance: true, sleptMs: expect.any(Number) },
    });
    expect((result as { returnValue: { sleptMs: number } }).returnValue.sleptMs).toBeGreaterThanOrEqual(300);
    const [, early, late] = (await app().http.query(api.notes.list, { topic })) as string[];
    expect(late).toBe(early);
    const progress = await app().http.query(api.workflow.progress, { id });
    expect(progress.type).toBe("completed");
    expect(progress.steps.map(({ kind }) => kind)).toEqual(progress.steps.map(() => "success"));
  });

  it("K2: an error in the handler and a cancellation complete it as such", async () => {
    const [refused, stopped] = (await Promise.all(
      ["refused", "stopped"].map((topic) => app().http.mutation(api.workflow.startOrder, { topic, item: "cup" })),
    )) as never[];
    // An event that comes before anybody waits for it is kept.
    await app().http.mutation(api.workflow.approve, { id: refused!, approved: false, by: "bob" });
    await app().until(api.workflow.progress, { id: stopped! }, ({ steps }) => steps.at(-1)?.name === "approval");
    await app().http.mutation(api.workflow.stop, { id: stopped! });
    expect(await notes("refused completed", 1)).toEqual([{ kind: "failed", error: expect.stringContaining("bob said no") }]);
    expect(await notes("stopped completed", 1)).toEqual([{ kind: "canceled" }]);
    expect((await app().http.query(api.workflow.progress, { id: stopped! })).type).toBe("canceled");
  });

  it("K2: workflows in workflows run side by side", async () => {
    await app().http.mutation(api.workflow.startParent, { topic: "nested" });
    expect(await notes("nested", 1)).toEqual([[30, 60]]);
  });
});

describe.concurrent("action-retrier", () => {
  const completion = async (id: string) => (await notes(`run ${id}`, 1))[0];

  it("K3: tries an action until it succeeds or the tries are used up, and tells once how it ended", async () => {
    const [succeeds, fails] = await Promise.all(
      [2, 9].map((failures) => app().http.mutation(api.retrier.run, { topic: `retrier ${failures}`, failures })),
    );
    expect(await app().http.query(api.retrier.status, { id: succeeds as never })).toEqual({ type: "inProgress" });
    expect(await completion(succeeds!)).toEqual({ type: "success", returnValue: { attempt: 3 } });
    expect(await completion(fails!)).toEqual({ type: "failed", error: expect.stringContaining("failure 4") });
    expect(await app().http.query(api.notes.count, { topic: "retrier 9 attempts" })).toBe(4);
    const status = await app().until(api.retrier.status, { id: fails as never }, ({ type }) => type === "completed");
    expect(status).toEqual({ type: "completed", result: { type: "failed", error: expect.stringContaining("failure 4") } });
    await app().http.mutation(api.retrier.cleanup, { id: fails as never });
    await expect(app().http.query(api.retrier.status, { id: fails as never })).rejects.toThrow(/not found/);
  });

  it("K3: a running action can be canceled, at once for everybody who asks", async () => {
    const id = (await app().http.mutation(api.retrier.runLingering, {})) as never;
    await app().http.mutation(api.retrier.cancel, { id });
    expect(await app().until(api.retrier.status, { id }, ({ type }) => type === "completed")).toEqual({
      type: "completed",
      result: { type: "canceled" },
    });
    expect(await completion(id)).toEqual({ type: "canceled" });
  });
});

describe.concurrent("crons", () => {
  it("K4: crons registered while running, by interval and by expression, run until they are deleted", async () => {
    const registeredMs = Date.now();
    await app().http.mutation(api.dynamicCrons.register, { name: "second", schedule: { kind: "interval", ms: 1000 } });
    await app().http.mutation(api.dynamicCrons.register, { name: "spec", schedule: { kind: "cron", cronspec: "* * * * * *" } });
    await expect(
      app().http.mutation(api.dynamicCrons.register, { name: "second", schedule: { kind: "interval", ms: 1000 } }),
    ).rejects.toThrow(/already exists/);
    await app().http.mutation(api.dynamicCrons.register, {
      name: "daily",
      schedule: { kind: "cron", cronspec: "0 6 * * *", tz: "Europe/Vienna" },
    });
    const [ticks] = await Promise.all([notes("cron second", 2), notes("cron spec", 2)]);
    for (const [i, tickMs] of (ticks as number[]).entries()) expect(tickMs - registeredMs).toBeGreaterThanOrEqual((i + 1) * 1000);
    expect((await app().http.query(api.dynamicCrons.list, {})).sort()).toEqual(["daily", "second", "spec"]);
    expect(await app().http.query(api.dynamicCrons.get, { name: "daily" })).toMatchObject({
      name: "daily",
      schedule: { kind: "cron", cronspec: "0 6 * * *", tz: "Europe/Vienna" },
    });
    for (const name of ["second", "spec", "daily"]) await app().http.mutation(api.dynamicCrons.remove, { name });
    expect(await app().http.query(api.dynamicCrons.list, {})).toEqual([]);
    const count = await app().http.query(api.notes.count, { topic: "cron second" });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await app().http.query(api.notes.count, { topic: "cron second" })).toBe(count);
  });

  it("K4: a cron that deletes itself runs once", async () => {
    await app().http.mutation(api.dynamicCrons.registerOnce, { name: "once" });
    expect(await notes("cron once", 1)).toEqual(["ran and left"]);
    expect(await app().http.query(api.dynamicCrons.get, { name: "once" })).toBe(null);
  });
});
