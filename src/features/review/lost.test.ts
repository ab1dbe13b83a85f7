import { deskError } from "@convex/shared/errors";
import { describe, expect, it } from "vitest";
import { explain } from "@/lib/errors";
import { isLost } from "./lost";

describe("isLost: what was sent can never be taken as it is", () => {
  it.each(["staleDraft", "alreadyDecided", "alreadyWithdrawn", "deadlinePassed", "taskClosed"] as const)(
    "%s",
    (code) => {
      expect(isLost(explain(deskError(code)))).toBe(true);
    },
  );

  it.each(["reasonRequired", "delegateAsked", "actionInvalid", "nothingChanged"] as const)(
    "not so where it can be corrected: %s",
    (code) => {
      expect(isLost(explain(deskError(code)))).toBe(false);
    },
  );

  it("not so where nothing was refused, or the desk did not answer", () => {
    expect(isLost(null)).toBe(false);
    expect(isLost(explain(new TypeError("Failed to fetch")))).toBe(false);
  });
});
