import { expect, it } from "vitest";
import { lookedAt } from "./looked";

it("pages that compared rows say together how many, and back to when", () => {
  expect(lookedAt([])).toBeNull();
  const pages = [
    { rows: 200, found: 3, backTo: 900 },
    { rows: 1_000, found: 0, backTo: 400 },
  ];
  expect(lookedAt(pages)).toEqual({ rows: 1_200, found: 3, backTo: 400 });
});
