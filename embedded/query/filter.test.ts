import { describe, expect, it } from "vitest";
import { encodeInt64, type Json } from "../values/json.ts";
import { compileFilter } from "./filter.ts";

const NAN = { $float: "AAAAAAAA+H8=" };
const doc = { a: 1, b: encodeInt64(7n), text: "x", yes: true, deep: { c: [1, 2] }, nothing: null, nan: NAN };
const field = (name: string): Json => ({ $field: name });
const literal = (value: Json): Json => ({ $literal: value });
const passes = (expression: Json): boolean => compileFilter(expression)(doc);
const equals = (expression: Json, value: Json): boolean => passes({ $eq: [expression, literal(value)] });

describe("filters", () => {
  it("Q5: comparisons go by the total order, a missing field is undefined", () => {
    expect(passes({ $eq: [field("deep.c"), literal([1, 2])] })).toBe(true);
    expect(passes({ $neq: [field("a"), literal(encodeInt64(1n))] })).toBe(true);
    expect(passes({ $lt: [field("b"), field("a")] })).toBe(true);
    expect(passes({ $lte: [field("a"), literal(1)] })).toBe(true);
    expect(passes({ $gt: [field("text"), field("a")] })).toBe(true);
    expect(passes({ $gte: [field("missing"), field("nothing")] })).toBe(false);
    expect(passes({ $eq: [field("missing"), literal({ $undefined: null })] })).toBe(true);
    expect(passes({ $eq: [field("nan"), literal(NAN)] })).toBe(true);
  });

  it("Q5: and, or and not need booleans and stop early", () => {
    const yes = field("yes");
    const boom: Json = { $not: field("a") };
    expect(passes({ $and: [yes, yes] })).toBe(true);
    expect(passes({ $and: [{ $not: yes }, boom] })).toBe(false);
    expect(passes({ $or: [yes, boom] })).toBe(true);
    expect(passes({ $or: [] })).toBe(false);
    expect(passes({ $and: [] })).toBe(true);
    expect(() => passes({ $and: [yes, boom] })).toThrow("Cannot use value 1.0 (type float64) as a Boolean");
    expect(() => passes({ $or: [field("missing")] })).toThrow("Cannot use value undefined (type undefined) as a Boolean");
    expect(() => passes(field("text"))).toThrow('Cannot use value "x" (type string) as a Boolean');
  });

  it("Q5: arithmetic takes two int64 or two float64", () => {
    const seven = field("b");
    const int = (n: bigint): Json => literal(encodeInt64(n));
    expect(equals({ $add: [field("a"), literal(1.5)] }, 2.5)).toBe(true);
    expect(equals({ $sub: [seven, int(9n)] }, encodeInt64(-2n))).toBe(true);
    expect(equals({ $mul: [seven, seven] }, encodeInt64(49n))).toBe(true);
    expect(equals({ $div: [seven, int(2n)] }, encodeInt64(3n))).toBe(true);
    expect(equals({ $mod: [literal(7.5), literal(2)] }, 1.5)).toBe(true);
    expect(equals({ $neg: seven }, encodeInt64(-7n))).toBe(true);
    expect(equals({ $neg: field("a") }, -1)).toBe(true);
    expect(equals({ $div: [literal(0), literal(0)] }, NAN)).toBe(true);
    expect(equals({ $neg: literal(0) }, { $float: "AAAAAAAAAIA=" })).toBe(true);
    expect(() => passes({ $add: [field("a"), seven] })).toThrow("Cannot add 1.0 (type float64) and 7 (type int64)");
    expect(() => passes({ $neg: field("text") })).toThrow('Cannot negate "x" (type string)');
    expect(() => passes({ $div: [seven, int(0n)] })).toThrow("Cannot divide 7 by zero");
    expect(() => passes({ $mod: [seven, int(0n)] })).toThrow("Cannot mod 7 by zero");
    expect(() => passes({ $add: [int(2n ** 63n - 1n), int(1n)] })).toThrow("is out of range for Int64");
    expect(() => passes({ $neg: int(-(2n ** 63n)) })).toThrow("is out of range for Int64");
  });

  it("Q7: what is no expression is refused before a document is seen", () => {
    const bad: [Json, string][] = [
      ["x", "is not a filter expression"],
      [{}, "exactly one operator"],
      [{ $eq: [], $lt: [] }, "exactly one operator"],
      [{ $like: [] }, "Unknown filter operator $like"],
      [{ $eq: [field("a")] }, "two expressions"],
      [{ $and: "x" }, "an array of expressions"],
      [{ $field: 1 }, "must name a field"],
      [{ $eq: [field("a"), literal({ $commitTs: null })] }, "Invalid value in a filter"],
    ];
    for (const [expression, message] of bad) expect(() => compileFilter(expression)).toThrow(message);
  });
});
