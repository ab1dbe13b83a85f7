import { expect, it, vi } from "vitest";
import { api } from "../fixtures/apps/jobs/convex/_generated/api.js";
import { pushedApp } from "./pushed-app.ts";
import { serverProcess, type ServerProcess } from "./server-process.ts";

/**
 * Many jobs, and workflows whose server is killed between any two steps. Mutations only where it is killed: queries and
 * actions run in an action, of which the workpool learns five minutes after a kill that it failed.
 */

let server: ServerProcess;
const app = pushedApp("jobs", { open: async (dataDir) => (server = await serverProcess(dataDir)) });
const MINUTES_MS = 60_000;
vi.setConfig({ testTimeout: 10 * MINUTES_MS });

interface Completion {
  workId: string;
  number: number;
  result: unknown;
}

function expectEachOnce(done: Completion[], ids: string[]): void {
  expect(done.map(({ workId }) => workId).sort()).toEqual([...ids].sort());
  for (const { number, result } of done) expect(result).toEqual({ kind: "success", returnValue: number ** 2 });
}

it("K1: 200 jobs, half of them actions, at most 10 at a time, each completed once", async () => {
  const topic = "many";
  const ids = await app().http.mutation(api.workpool.enqueueMany, { topic, count: 200, actions: 100 });
  await app().until(api.notes.count, { topic }, (done) => done >= 200, 4 * MINUTES_MS);
  expectEachOnce((await app().http.query(api.notes.list, { topic })) as Completion[], ids);
  expect(await app().http.query(api.workpool.mostTogether, { topic })).toSatisfy((most) => most > 1 && most <= 10);
});

it("K1: 200 jobs go on after each of three kills, none lost and none twice", async () => {
  const topic = "killed";
  const ids = await app().http.mutation(api.workpool.enqueueMany, { topic, count: 200, actions: 0 });
  for (const count of [20, 80, 140]) {
    await app().until(api.notes.count, { topic }, (done) => done >= count, 2 * MINUTES_MS);
    await server.killAndStart();
  }
  await app().until(api.notes.count, { topic }, (done) => done >= 200, 4 * MINUTES_MS);
  expectEachOnce((await app().http.query(api.notes.list, { topic })) as Completion[], ids);
});

it("K2: a workflow whose server is killed at each of its steps ends with the same values", async () => {
  const topic = "chain";
  const id = (await app().http.mutation(api.workflow.startChain, { topic })) as never;
  const steps = [];
  for (let count = 1; count <= 6; count++) {
    const progress = await app().until(
      api.workflow.progress,
      { id },
      ({ steps, type }) => type === "completed" || steps.length >= count,
      2 * MINUTES_MS,
    );
    steps.push(progress.steps.length);
    await server.killAndStart();
    if (count === 4) await app().http.mutation(api.workflow.approve, { id, approved: true, by: "ada" });
  }
  const [result] = await app().until(api.notes.list, { topic: `${topic} completed` }, (notes) => notes.length > 0, 2 * MINUTES_MS);
  const { returnValue } = result as { returnValue: [number, number, object] };
  expect(result).toEqual({ kind: "success", returnValue: [expect.any(Number), 30, { approved: true, by: "ada" }] });
  expect(await app().http.query(api.notes.list, { topic })).toEqual([returnValue[0], returnValue[0], returnValue[0]]);
  expect(steps[0]).toBeGreaterThanOrEqual(1);
  expect(await app().http.query(api.notes.count, { topic: `${topic} completed` })).toBe(1);
});
