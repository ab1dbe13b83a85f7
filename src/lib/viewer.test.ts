import { expect, it } from "vitest";
import { whoOpens } from "./viewer";

it.each([
  ["history", "managers and admins"],
  ["inbox", "reviewers, managers, and admins"],
  ["new", "requesters"],
  ["outbox", "requesters, reviewers, managers, and admins"],
] as const)("the screen %s is open to %s", (screen, who) => {
  expect(whoOpens(screen)).toBe(who);
});
