import { CONFLICT_CODES, conflictText } from "@convex/shared/review/conflicts";
import { describe, expect, it } from "vitest";
import { reasonOf } from "./sentences";

describe("reasonOf", () => {
  it("leaves out what became of an attempt, and keeps why and what next", () => {
    expect(reasonOf(conflictText("notAsked"))).toBe(
      "This stage does not ask you to decide. It waits for its reviewers.",
    );
    expect(reasonOf(conflictText("ownEdit"))).toBe(
      "You edited this draft, so somebody else must approve it. It waits for another reviewer.",
    );
  });

  it.each(CONFLICT_CODES)("always leaves a reason: %s", (code) => {
    expect(reasonOf(conflictText(code))).toMatch(/^[A-Z].*\.$/);
  });
});
