import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** Jobs and crons of functions that were pushed, through the whole server. */

const SOURCES = {
  "jobs.ts": `
    import {
      internalActionGeneric as internalAction,
      internalMutationGeneric as internalMutation,
      mutationGeneric as mutation,
      queryGeneric as query,
    } from "convex/server";
    export const begin = mutation(async (ctx, { delayMs, target }) =>
      ctx.scheduler.runAfter(delayMs, "jobs:" + target, { text: target }));
    export const note = internalMutation(async (ctx, { text }) => {
      const identity = await ctx.auth.getUserIdentity();
      await ctx.db.insert("notes", { text: text + (identity === null ? "" : " by somebody") });
    });
    export const bad = internalMutation(async (ctx) => {
      await ctx.db.insert("notes", { text: "gone" });
      throw new Error("boom");
    });
    export const send = internalAction(async (ctx, { text }) => {
      await ctx.runMutation("jobs:note", { text: text + " ran" });
    });
    export const slow = internalAction(async () => { await new Promise((resolve) => setTimeout(resolve, 60_000)); });
    export const thrown = mutation(async (ctx) => {
      await ctx.scheduler.runAfter(0, "jobs:note", { text: "never" });
      throw new Error("no");
    });
    export const cancel = mutation((ctx, { id }) => ctx.scheduler.cancel(id));
    export const state = query((ctx, { id }) => ctx.db.system.get(id));
    export const notes = query(async (ctx) => (await ctx.db.query("notes").collect()).map(({ text }) => text).sort());
  `,
  "crons.ts": `
    import { cronJobs } from "convex/server";
    const crons = cronJobs();
    crons.interval("tick", { hours: 1 }, "jobs:note", { text: "tick" });
    export default crons;
  `,
};

let desk: TestDeployment;
beforeAll(async () => {
  desk = await openTestDeployment(SOURCES);
});
afterAll(() => desk?.end());

const begin = (target: string, delayMs = 0): Promise<string> =>
  desk.call("mutation", "jobs:begin", { target, delayMs });
const state = async (id: string) => (await desk.call("query", "jobs:state", { id }))?.state;
const reaches = (id: string, kind: string) =>
  vi.waitFor(async () => expect(await state(id)).toMatchObject({ kind }), { timeout: 25_000, interval: 20 });
const notes = (): Promise<string[]> => desk.call("query", "jobs:notes", {});

describe("pushed functions", () => {
  it("J10: an interval runs at the push", async () => {
    await vi.waitFor(async () => expect(await notes()).toContain("tick"), { timeout: 25_000 });
  });

  it("J1: a scheduled mutation runs once, for nobody", async () => {
    await reaches(await begin("note"), "success");
    expect((await notes()).filter((text) => text.startsWith("note"))).toEqual(["note"]);
  });

  it("J1: one that throws is failed with its error and leaves nothing", async () => {
    const id = await begin("bad");
    await reaches(id, "failed");
    expect((await state(id)).error).toMatch(/^Uncaught Error: boom/);
    expect(await notes()).not.toContain("gone");
  });

  it("J2: a scheduled action runs and is a success", async () => {
    await reaches(await begin("send"), "success");
    expect(await notes()).toContain("send ran");
  });

  it("J5: a function that does not exist is refused when it is scheduled", async () => {
    await expect(begin("missing")).rejects.toThrow(/missing/);
  });

  it("J1: what a mutation scheduled that then throws does not run", async () => {
    await expect(desk.call("mutation", "jobs:thrown", {})).rejects.toThrow(/no/);
    await reaches(await begin("note", 50), "success");
    expect(await notes()).not.toContain("never");
  });

  it("J7: a canceled job does not run", async () => {
    const id = await begin("note", 3_600_000);
    await desk.call("mutation", "jobs:cancel", { id });
    expect(await state(id)).toEqual({ kind: "canceled" });
  });

  it("J2, J11: after a restart a waiting job comes, a running action is failed, no cron runs again", async () => {
    const waiting = await begin("note", 1500);
    const running = await begin("slow");
    await reaches(running, "inProgress");
    desk = await desk.restart();
    await reaches(running, "failed");
    expect(await state(running)).toEqual({ kind: "failed", error: "Transient error while executing action" });
    await reaches(waiting, "success");
    expect((await notes()).filter((text) => text === "tick")).toEqual(["tick"]);
  });
});
