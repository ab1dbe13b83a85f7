import { describe, expect, it } from "vitest";
import { parseFilters, passesTypes } from "./filters.ts";

const encoded = (text: string) => Buffer.from(text).toString("base64");
const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

describe("the filters of the dashboard", () => {
  it.each([
    ["what is no JSON", "nonsense"],
    ["a list", "[]"],
    ["a clause that is none", `{"clauses":[1]}`],
    ["a value without end", `{"clauses":[{"field":"a","op":"eq","value":${deep}}]}`],
  ])("P21: %s is refused", (_, text) => {
    expect(() => parseFilters(encoded(text))).toThrow(expect.objectContaining({ code: "BadArgument", httpStatus: 400 }));
  });

  it("P21: a type that is no text is the type of nothing", () => {
    const filters = parseFilters(encoded(`{"clauses":[{"field":"a","op":"type","value":{"toString":1,"valueOf":2}}]}`));
    expect("errors" in filters || passesTypes({ a: 1 }, filters)).toBe(false);
  });
});
