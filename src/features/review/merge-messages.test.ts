import { expect, it } from "vitest";
import { mergeMessages } from "./merge-messages";

const message = (order: number, stepOrder: number, status: "streaming" | "pending" | "success" | "failed", text = "") => ({
  order, stepOrder, status, text,
});

it("puts messages in the order in which they were said", () => {
  const [first, second, third] = [message(0, 0, "success"), message(0, 1, "success"), message(1, 0, "success")];
  expect(mergeMessages([third, first], [second])).toEqual([first, second, third]);
});

it("shows what is streamed in place of a pending message", () => {
  expect(mergeMessages([message(0, 1, "pending")], [message(0, 1, "streaming", "Dear")])).toEqual([message(0, 1, "streaming", "Dear")]);
});

it.each(["success", "failed"] as const)("keeps a message that ended with %s over its stream", (status) => {
  expect(mergeMessages([message(0, 1, status, "whole")], [message(0, 1, "streaming", "half")])).toEqual([message(0, 1, status, "whole")]);
});
