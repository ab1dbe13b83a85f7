import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CONTRACT } from "./cases/index.ts";
import { convexTestEngine } from "./convex-test-engine.ts";

/**
 * The same contract on convex-test, on which people test their functions. Where it deviates the case says why, and must
 * fail in that way: a version that no longer does is noticed here.
 */

// It tells of failing jobs on the console.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

describe("as Convex does", () => {
  it.each(CONTRACT.filter(({ convexTest }) => convexTest === undefined))("$rule: $name", async ({ run }) => {
    await run(convexTestEngine());
  });
});

describe("known to deviate", () => {
  it.each(CONTRACT.filter(({ convexTest }) => convexTest !== undefined))(
    "$rule: $name ($convexTest.because)",
    async ({ run, convexTest }) => {
      await expect(run(convexTestEngine())).rejects.toThrow(convexTest?.fails);
    },
  );
});
