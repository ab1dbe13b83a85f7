import { expect } from "vitest";
import type { Case } from "../engine.ts";
import { calls, db, failure, jobs, read, settle, tags } from "./common.ts";

const schedule = { afterMs: 0, tag: "done", kind: "write" };
const LATER_MS = 600_000;

export const jobCases: Case[] = [
  {
    rule: "J1",
    name: "a scheduled mutation runs once after the one that scheduled it, signed in as nobody",
    async run(engine) {
      const caller = engine.withIdentity({ subject: "ada", issuer: "https://a.example" });
      const id = await caller.mutation(jobs["schedule"]!, schedule);
      expect(await engine.query(jobs["job"]!, { id })).toMatchObject({ args: [{ tag: "done" }] });
      await settle(engine);
      expect((await read(engine, "items")).map(({ tag, n }) => [tag, n])).toEqual([["done", 0]]);
      expect(await engine.query(jobs["job"]!, { id })).toMatchObject({ state: { kind: "success" } });
    },
  },
  {
    rule: "S40",
    name: "a job's document names its function, its arguments and when it was due and done",
    async run(engine) {
      const id = await engine.mutation(jobs["schedule"]!, schedule);
      await settle(engine);
      const job = await engine.query(jobs["job"]!, { id });
      expect(job).toMatchObject({ _id: id, name: "jobs.js:write", args: [{ tag: "done" }] });
      expect(job.completedTime).toBeGreaterThanOrEqual(job.scheduledTime - 1);
    },
    convexTest: { because: "it leaves out .js and when a job was done", fails: /to match object/ },
  },
  {
    rule: "J1",
    name: "a job that throws is failed with its error, and its writes are gone",
    async run(engine) {
      const id = await engine.mutation(jobs["schedule"]!, { ...schedule, fail: true });
      await settle(engine);
      expect(await tags(engine)).toEqual([]);
      const { state } = await engine.query(jobs["job"]!, { id });
      expect(state).toMatchObject({ kind: "failed", error: expect.stringContaining("the job fails") });
    },
    convexTest: { because: "it does not keep the error", fails: /to match object/ },
  },
  {
    rule: "J2",
    name: "a scheduled action runs and may write",
    async run(engine) {
      const id = await engine.mutation(jobs["schedule"]!, { ...schedule, kind: "writeFromAction" });
      await settle(engine);
      expect(await tags(engine)).toEqual(["done"]);
      expect(await engine.query(jobs["job"]!, { id })).toMatchObject({ state: { kind: "success" } });
    },
  },
  {
    rule: "S43",
    name: "jobs due at the same time begin in the order they were scheduled",
    async run(engine) {
      await engine.mutation(jobs["scheduleInOrder"]!, { tags: ["1", "2", "3", "4"] });
      await settle(engine);
      expect(await tags(engine)).toEqual(["1", "2", "3", "4"]);
    },
  },
  {
    rule: "S42",
    name: "a canceled job does not run, and a canceled one may be canceled again",
    async run(engine) {
      const id = await engine.mutation(jobs["schedule"]!, { ...schedule, afterMs: LATER_MS });
      await engine.mutation(jobs["cancel"]!, { id });
      await engine.mutation(jobs["cancel"]!, { id });
      expect(await engine.query(jobs["job"]!, { id })).toMatchObject({ state: { kind: "canceled" } });
      await settle(engine);
      expect(await tags(engine)).toEqual([]);
    },
  },
  {
    rule: "S42",
    name: "canceling a job that is done leaves it done",
    async run(engine) {
      const id = await engine.mutation(jobs["schedule"]!, schedule);
      await settle(engine);
      await engine.mutation(jobs["cancel"]!, { id });
      expect(await engine.query(jobs["job"]!, { id })).toMatchObject({ state: { kind: "success" } });
    },
    convexTest: { because: "it marks every job canceled", fails: /to match object/ },
  },
  {
    rule: "S41",
    name: "a time more than five years away is refused",
    async run(engine) {
      await failure(engine.mutation(jobs["schedule"]!, { ...schedule, afterMs: 6 * 366 * 86_400_000 }));
    },
    convexTest: { because: "it takes any time", fails: /The call succeeded/ },
  },
  {
    rule: "F14",
    name: "an action schedules at once, whether or not it succeeds later",
    async run(engine) {
      await engine.action(jobs["scheduleFromAction"]!, { tag: "from an action" });
      await settle(engine);
      expect(await tags(engine)).toEqual(["from an action"]);
    },
  },
  {
    rule: "F12",
    name: "a component schedules a function of the app through a handle",
    async run(engine) {
      await engine.mutation(jobs["scheduleThroughHandle"]!);
      for (let i = 0; i < 500 && (await tags(engine)).length === 0; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      expect(await tags(engine)).toEqual(["from a component"]);
    },
  },
  {
    rule: "S23",
    name: "jobs of a mutation that throws are never run",
    async run(engine) {
      expect((await failure(engine.action(calls["twoMutations"]!))).data).toMatchObject({ code: "brokenOff" });
      await settle(engine);
      expect(await tags(engine)).toEqual(["kept"]);
      await engine.mutation(db["clear"]!);
    },
  },
];
