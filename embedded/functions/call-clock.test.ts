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
