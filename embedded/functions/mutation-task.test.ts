import { expect, it } from "vitest";
import type { Caller } from "./call-types.ts";
import { isOfScheduler } from "./mutation-task.ts";

const caller = (kind: Caller["kind"], scheduledJobId?: string): Caller => ({
  identity: null,
  admin: false,
  requestId: "0123456789abcdef",
  kind,
  ...(scheduledJobId === undefined ? {} : { scheduledJobId }),
});

it("F35: the scheduler's mutations and those of its actions let others go first, what somebody called does not", () => {
  const behind = [caller("scheduler", "job"), caller("cron"), caller("action", "job")];
  const ahead = [caller("client"), caller("http"), caller("cli"), caller("action")];
  expect(behind.map(isOfScheduler)).toEqual([true, true, true]);
  expect(ahead.map(isOfScheduler)).toEqual([false, false, false, false]);
});
