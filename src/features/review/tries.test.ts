import { describe, expect, it } from "vitest";
import { inDoubt, mayHaveActed } from "./tries";
import type { Execution } from "./types";

type Result = Execution["attempts"][number]["result"];

const refused: Result = { kind: "permanent", at: 2, status: 422, detail: "The webhook answered 422" };
const failed: Result = { kind: "transient", at: 2, status: 500, detail: "The webhook answered 500" };
const cutOff: Result = { kind: "unknown", at: 2, detail: "The try was cut off" };

const execution = (...results: Result[]) => ({
  attempts: results.map((result, index) => ({ number: index + 1, startedAt: 1, result })),
});

describe("mayHaveActed", () => {
  it.each([
    ["nothing was tried", []],
    ["an execution had no try yet", [execution()]],
    ["every try was refused", [execution(refused), execution(refused)]],
  ])("is null when %s", (_, executions) => {
    expect(mayHaveActed(executions)).toBeNull();
  });

  it.each([
    ["an answer of 500", [execution(failed)], "once"],
    ["a try that was cut off", [execution(cutOff)], "once"],
    ["a refusal after a failure", [execution(failed, refused)], "2 times"],
    ["tries of several executions", [execution(refused), execution(failed, failed, cutOff)], "4 times"],
  ])("warns after %s", (_, executions, times) => {
    expect(mayHaveActed(executions)).toMatch(new RegExp(`tried ${times} without success.*may have acted`));
  });
});

describe("inDoubt", () => {
  const state = { kind: "failed", at: 3, reason: "5 tries failed" } as const;

  it("is so where the last try of a failed execution was cut off", () => {
    expect(inDoubt({ ...execution(failed, cutOff), state })).toBe(true);
  });

  it.each([
    ["the last try was answered", { ...execution(cutOff, refused), state }],
    ["it is under way", { ...execution(cutOff), state: { kind: "running" } as const }],
    ["there was no try", { ...execution(), state }],
  ])("is not so where %s", (_, one) => {
    expect(inDoubt(one)).toBe(false);
  });
});
