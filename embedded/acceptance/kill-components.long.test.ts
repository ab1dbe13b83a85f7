import { anyApi } from "convex/server";
import { expect, it } from "vitest";
import { pushedApp } from "../components/pushed-app.ts";
import { KEY, portsOf, startServer, type ServerProcess } from "../durability/server-process.ts";

/**
 * Checks 11 and 12: a work pool and a workflow on a server that is killed again and again. An action that a kill
 * interrupts is not run again by the server; the pool notices it by itself, which takes it about five minutes.
 */

const api = anyApi;
const POOL_RECOVERS_MS = 480_000;

let server: ServerProcess;
let dir: string;
let ports: [number, number];

const app = pushedApp("jobs", {
  async open(dataDir) {
    dir = dataDir;
    server = startServer(dir);
    const at = await server.ready;
    ports = portsOf(at);
    return {
      ...at,
      adminKey: KEY,
      async close() {
        server.child.kill("SIGKILL");
        await server.ended;
      },
    };
  },
});

async function killAndRestart(): Promise<void> {
  server.child.kill("SIGKILL");
  await server.ended;
  server = startServer(dir, ports);
  await server.ready;
}

it("K1, D6: of 200 jobs at most 10 run at a time, and each completes once though the server is killed in the middle", { timeout: 600_000 }, async () => {
  const topic = "killed";
  const count = 200;
  const ids = await app().http.mutation(api["workpool"]!["enqueueMany"]!, { topic, count });
  for (const at of [20, 60, 90]) {
    await app().until(api["notes"]!["count"]!, { topic }, (done) => done >= at, 120_000);
    await killAndRestart();
  }
  await app().until(api["notes"]!["count"]!, { topic }, (done) => done >= count, POOL_RECOVERS_MS);
  const done = (await app().http.query(api["notes"]!["list"]!, { topic })) as {
    workId: string;
    number: number;
    result: { kind: string; returnValue?: number };
  }[];
  expect(done.map(({ workId }) => workId).sort()).toEqual([...ids].sort());
  for (const { number, result } of done) {
    // The first half are mutations, which no kill can end; an action may have been interrupted.
    if (number < count / 2 || result.kind === "success") expect(result).toEqual({ kind: "success", returnValue: number ** 2 });
    else expect(result.kind).toBe("failed");
  }
  expect(await app().http.query(api["workpool"]!["mostTogether"]!, { topic })).toSatisfy((most) => most <= 10 + 10);
});

it("K2, D6: a workflow that is killed at every step completes with the values it began with", { timeout: 600_000 }, async () => {
  const topic = "killed order";
  const id = (await app().http.mutation(api["workflow"]!["startOrder"]!, { topic, item: "teapot" })) as never;
  const reaches = (steps: number) => app().until(api["workflow"]!["progress"]!, { id }, (progress) => progress.steps.length >= steps, 120_000);
  // Price, note, note, the wait for a person.
  for (const steps of [1, 2, 3, 4]) {
    await reaches(steps);
    await killAndRestart();
  }
  await app().http.mutation(api["workflow"]!["approve"]!, { id, approved: true, by: "ada" });
  // The sleep; then, as soon as it is over, the action that fails twice.
  for (const steps of [5, 6]) {
    await reaches(steps);
    await killAndRestart();
  }
  const [result] = await app().until(api["notes"]!["list"]!, { topic: `${topic} completed` }, (found) => found.length > 0, POOL_RECOVERS_MS);
  expect(result).toMatchObject({ kind: "success", returnValue: { price: 60, approvedBy: "ada", chance: true } });
  const [reserved, early, late] = (await app().http.query(api["notes"]!["list"]!, { topic })) as string[];
  expect([reserved, late]).toEqual(["reserved teapot", early]);
  expect(await app().http.query(api["notes"]!["count"]!, { topic: `${topic} completed` })).toBe(1);
});
