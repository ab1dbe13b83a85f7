import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, it } from "vitest";
import { onInterrupt, runFor } from "./watchdog.ts";

/** Runs that end at the moment at which they are stopped, on a machine that has too much to do. */

const LIMIT_MS = 40;
const TRIAL_MS = 60_000;
/** A stop that had to wait for its signal much longer than signals take, ms. */
const FAR_TOO_LONG_MS = 5_000;
const busy: Worker[] = [];

beforeAll(() => {
  for (let i = 0; i < 6; i++) busy.push(new Worker("for (;;);", { eval: true }));
});
afterAll(() => Promise.all(busy.map((worker) => worker.terminate())));

it("O8: the signal that stops a function never counts as somebody's Ctrl-C, and nobody waits for it in vain", async () => {
  let interrupts = 0;
  let stopped = 0;
  let longestMs = 0;
  await onInterrupt(() => interrupts++);
  const end = Date.now() + TRIAL_MS;
  while (Date.now() < end) {
    const from = performance.now();
    // The watchdog looks every 10 ms and stops 25 ms ahead of the limit.
    const busyMs = 14 + Math.random() * 14;
    const isInTime = runFor(LIMIT_MS, () => {
      while (performance.now() - from < busyMs);
    });
    if (!isInTime) stopped += 1;
    longestMs = Math.max(longestMs, performance.now() - from);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(stopped).toBeGreaterThan(20);
  expect(interrupts).toBe(0);
  expect(longestMs).toBeLessThan(FAR_TOO_LONG_MS);
});
