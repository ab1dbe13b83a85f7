import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** Pushed code that misbehaves while it is imported, beside a client that goes on asking. */

let deployment: TestDeployment;

beforeAll(async () => {
  deployment = await openTestDeployment({
    "notes.ts": `import { queryGeneric as query } from "convex/server";
      export const one = query({ handler: async () => 1 });`,
  });
});
afterAll(() => deployment.end());

/** The longest a query took, in ms, while `task` was under way. */
async function slowestDuring(task: Promise<unknown>): Promise<number> {
  const state = { isOver: false };
  const over = () => void (state.isOver = true);
  task.then(over, over);
  let slowest = 0;
  do {
    const started = performance.now();
    expect(await deployment.call("query", "notes:one", {})).toBe(1);
    slowest = Math.max(slowest, performance.now() - started);
  } while (!state.isOver);
  return slowest;
}

it.each([
  ["loops", "for (;;);", /Importing took longer than 4 seconds/],
  // On a busy machine the time is over before the memory is.
  ["takes all memory", "const all = []; for (;;) all.push(new Array(2 ** 16));", /more than 512 MB of memory|longer than 4 seconds/],
])("P5: a module that %s while it is imported fails its push and holds up nobody", async (_, code, text) => {
  const push = deployment.push({ "bad.ts": `${code}\nexport {};` });
  const slowest = await slowestDuring(push);
  await expect(push).rejects.toThrow("400");
  await expect(push).rejects.toThrow(text);
  // On the server's own thread the import would hold every query for the four seconds it may take.
  expect(slowest).toBeLessThan(3000);
  await deployment.push({ "notes.ts": `import { queryGeneric as query } from "convex/server";
    export const one = query({ handler: async () => 1 });` });
});
