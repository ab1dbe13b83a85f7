import { expect, it } from "vitest";
import { comparableWith, nameOf, titleOf } from "./draft-words";
import type { Draft } from "./types";

const drafts = [
  { revision: 3, action: { to: "" } },
  { revision: 2, action: { question: "Which one?" } },
  { revision: 1, action: { to: "" } },
] as Draft[];

it("a question is called one wherever a draft is named", () => {
  expect([1, 2, 3, 4].map((revision) => nameOf(drafts, revision))).toEqual([
    "draft 1",
    "question 2",
    "draft 3",
    "draft 4",
  ]);
  expect(titleOf(drafts, 2)).toBe("Question 2");
});

it("an action is compared with the action before it, a question with nothing", () => {
  const compared = drafts.map((draft) => comparableWith(draft, drafts)?.revision ?? null);
  expect(compared).toEqual([1, null, null]);
});
