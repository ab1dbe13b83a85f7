import { expect, it } from "vitest";
import { CallClock } from "./call-clock.ts";

function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it("F17: evaluating modules is not the function's time", () => {
  const clock = new CallClock();
  clock.enter();
  clock.load((_, run) => run(), () => busyFor(1_300));
  clock.user(() => busyFor(600));
  expect([clock.isOverUserTime, clock.leftMs > 0]).toEqual([false, true]);
  for (let i = 0; i < 20 && !clock.isOverUserTime; i++) clock.user(() => busyFor(300));
  expect(clock.isOverUserTime).toBe(true);
});

it("F17: what a call waits between its turns says nothing of the processor it had", async () => {
  const waiting = new CallClock();
  waiting.enter();
  waiting.turnEnded();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  waiting.turnBegan();
  const other = new CallClock();
  other.enter();
  const overAfter = [0, 0];
  for (let piece = 1; overAfter.includes(0); piece++) {
    waiting.user(() => other.user(() => busyFor(200)));
    [waiting, other].forEach((clock, i) => (overAfter[i] ||= clock.isOverUserTime ? piece : 0));
  }
  expect(Math.abs(overAfter[0]! - overAfter[1]!)).toBeLessThanOrEqual(1);
});

it("F17: time that the thread did not get is not the function's", () => {
  const clock = new CallClock();
  clock.enter();
  const sleeping = new Int32Array(new SharedArrayBuffer(4));
  clock.user(() => Atomics.wait(sleeping, 0, 0, 1_500));
  expect(clock.isOverUserTime).toBe(false);
  expect(clock.leftMs).toBeGreaterThan(500);
});

it("F17: a called function has a second of its own, and its caller's does not go on meanwhile", () => {
  const clock = new CallClock();
  clock.enter();
  clock.user(() => busyFor(550));
  clock.enter();
  clock.user(() => busyFor(550));
  expect(clock.isOverUserTime).toBe(false);
  clock.leave();
  expect(clock.isOverUserTime).toBe(false);
  // Once more is enough on a quiet machine; on a busy one the processor's clock must have gone on as far, too.
  for (let i = 0; i < 20 && !clock.isOverUserTime; i++) clock.user(() => busyFor(500));
  expect(clock.isOverUserTime).toBe(true);
});
