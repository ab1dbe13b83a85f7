import { expect, it } from "vitest";
import { CONFLICT_CODES, conflictText } from "./conflicts";
import { Desk, deskOf } from "./desk.helper";

it("every conflict says what happened, what became of it and what next", () => {
  for (const code of CONFLICT_CODES) expect(conflictText(code)).toMatch(/^[A-Z].+\.( [A-Z].+\.)+$/);
});

it("what a caller cannot mean is an error", () => {
  expect(() => new Desk([])).toThrow(/at least one stage/);
  const desk = deskOf({ escalateTo: "unknown" });
  expect(() => desk.escalate("ann")).toThrow(/"unknown"/);
  const to = { revision: 1, digest: "d2" };
  expect(() => deskOf().does({ kind: "edit", personId: "ann", ...desk.seen(), to, plan: [] })).toThrow(
    /does not follow/,
  );
});
