import { expect, it } from "vitest";
import { rangeOf } from "./storage-conditions.ts";

it("B8: spaces in a Range header are read once: going over them anew from each would take minutes", () => {
  const spaces = " ".repeat(400_000);
  const of = (range: string) => rangeOf({ range }, 10, '"e"');
  expect([of(`bytes=${spaces}x`), of(`bytes=5${spaces}-${spaces}x`), of(`bytes=${spaces}2${spaces}-${spaces}4${spaces}`)]).toEqual([null, null, { start: 2, end: 4 }]);
});
