import { describe, expect, it } from "vitest";
import { ValueError } from "./errors.ts";
import {
  canonical,
  canonicalText,
  checkDocument,
  checkValue,
  decodeInt64,
  encodeInt64,
  equalValues,
  isPlainObject,
  replaceCommitTs,
  sizeOf,
  toCleanJson,
  type Json,
  type JsonObject,
} from "./json.ts";
import { randomValue, seededRandom } from "./random-value.ts";

const NAN = { $float: "AAAAAAAA+H8=" };
const MINUS_ZERO = { $float: "AAAAAAAAAIA=" };

function problem(v: unknown, opts?: Parameters<typeof checkValue>[1]): string {
  try {
    checkValue(v, opts);
  } catch (error) {
    expect(error).toBeInstanceOf(ValueError);
    return (error as Error).message;
  }
  return "";
}

describe("encodings", () => {
  it("V1: int64 is 8 bytes little-endian", () => {
    expect(encodeInt64(1n)).toEqual({ $integer: "AQAAAAAAAAA=" });
    expect(encodeInt64(-1n)).toEqual({ $integer: "//////////8=" });
    for (const n of [0n, 2n ** 63n - 1n, -(2n ** 63n)]) expect(decodeInt64(encodeInt64(n))).toBe(n);
    expect(() => encodeInt64(2n ** 63n)).toThrow(RangeError);
  });

  it("V1: an encoding is no plain object, a bad field name makes none", () => {
    expect(isPlainObject({ $integer: "AQAAAAAAAAA=" })).toBe(false);
    expect(isPlainObject({ $commitTs: null })).toBe(false);
    expect(isPlainObject({})).toBe(true);
    expect(isPlainObject({ $integer: "AQAAAAAAAAA=", a: 1 })).toBe(true);
    expect(isPlainObject([])).toBe(false);
    expect(isPlainObject(null)).toBe(false);
  });

  it("V1: legal values pass", () => {
    const bytes = [{ $bytes: "AP8=" }, { $bytes: "" }];
    for (const v of [null, true, 1.5, "é", encodeInt64(7n), NAN, MINUS_ZERO, ...bytes, { "": [] }]) {
      expect(problem(v)).toBe("");
    }
  });

  it.each([
    [{ $integer: "AQ==" }, "$integer"],
    [{ $integer: "AQAAAAAAAAB=" }, "$integer"],
    [{ $integer: 1 }, "$integer"],
    [{ $float: "AAAAAAAA8D8=" }, "should be encoded as a number"],
    [{ $float: null }, "$float"],
    [{ $bytes: "AP8" }, "$bytes"],
    [{ $bytes: "A_8=" }, "$bytes"],
    [{ $bytes: "AP9=" }, "$bytes"],
    [{ $commitTs: null }, "$commitTs starts with a '$'"],
    [{ $undefined: null }, "$undefined starts with a '$'"],
    [{ $set: [] }, "$set starts with a '$'"],
    ["\ud800", "lone surrogate"],
    [JSON.parse("1e999"), "outside the range"],
    [[undefined], "undefined is not"],
    [1n, "bigint is not"],
  ])("V1: %o is refused", (v, text) => {
    expect(problem(v)).toContain(text);
    expect(problem({ a: [v] })).toContain(text);
  });
});

/** An object of `n` fields. */
const fields = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, 1]));

describe("rules of names, sizes and nesting", () => {
  it("V2: field names", () => {
    expect(problem({ "a b.c~": 1, "": 2 })).toBe("");
    expect(problem({ é: 1 })).toContain("invalid characters");
    expect(problem({ "a\n": 1 })).toContain("invalid characters");
    expect(problem({ ["x".repeat(1024)]: 1 })).toBe("");
    expect(problem({ ["x".repeat(1025)]: 1 })).toBe("Field name is too long (1025 > maximum length 1024)");
  });

  it("V2: at the top of a document only system fields start with an underscore", () => {
    expect(() => checkDocument({ _id: "x", _creationTime: 1, a: { _b: 1 } }, "t")).not.toThrow();
    expect(() => checkDocument({ _b: 1 }, "t")).toThrow(/_b starts with an underscore/);
    expect(() => checkDocument(encodeInt64(1n), "t")).toThrow(/table "t" must be an object/);
    expect(() => checkDocument([], "t")).toThrow(/must be an object/);
  });

  it("V4: sizes", () => {
    const sizes: [Json, number][] = [
      [null, 1],
      [false, 1],
      [encodeInt64(1n), 9],
      [1, 9],
      [NAN, 9],
      ["é", 4],
      [{ $bytes: "" }, 2],
      [{ $bytes: "AA==" }, 3],
      [{ $bytes: "AP8=" }, 4],
      [{ $bytes: "AP8B" }, 5],
      [[1, null], 12],
      [{}, 2],
      [{ ab: "c" }, 2 + 3 + 3],
    ];
    for (const [v, size] of sizes) expect([v, sizeOf(v)]).toEqual([v, size]);
  });

  it("V5: a document of exactly 1 MiB passes, one byte more does not", () => {
    const fits = { s: "x".repeat(1024 * 1024 - 6) };
    expect(sizeOf(fits)).toBe(1024 * 1024);
    expect(() => checkDocument(fits, "t")).not.toThrow();
    expect(() => checkDocument({ s: "x".repeat(1_258_291) }, "t")).toThrow(
      "Value is too large (1.2 MiB > maximum size 1 MiB)",
    );
    expect(() => checkDocument({ s: `${fits.s}x` }, "t")).toThrow(/^Value is too large/);
    expect(problem({ s: "xxx" }, { maxSize: 5, what: "args" })).toBe(
      "args: Value is too large (9 B > maximum size 5 B)",
    );
  });

  it("V5: nesting, array length, number of fields", () => {
    const nested = (levels: number): JsonObject => (levels === 1 ? {} : { a: nested(levels - 1) });
    expect(() => checkDocument(nested(16), "t")).not.toThrow();
    expect(() => checkDocument(nested(17), "t")).toThrow("Document is too nested (nested 17 levels deep > maximum nesting 16)");
    expect(problem(nested(64))).toBe("");
    expect(problem(nested(65))).toBe("Value is too nested (nested 65 levels deep > maximum nesting 64)");
    expect(problem([[1]], { maxNesting: 1 })).toBe("Value is too nested (nested 2 levels deep > maximum nesting 1)");
    expect(problem(Array(8192).fill(1))).toBe("");
    expect(problem(Array(9000).fill(1))).toBe("Array length is too long (9000 > maximum length 8192)");
    expect(problem(fields(1024))).toBe("");
    expect(problem(fields(2000))).toBe("Object has too many fields (2000 > maximum number 1024)");
  });

  it("V5: very deep input is refused, not a crash", () => {
    expect(problem(JSON.parse("[".repeat(100_000) + "]".repeat(100_000)))).toContain("too nested");
  });
});

describe("forms", () => {
  it("V8: clean JSON", () => {
    const v = { n: encodeInt64(-5n), b: { $bytes: "AP8=" }, f: [NAN, { $float: "AAAAAAAA8P8=" }, MINUS_ZERO, 1.5] };
    expect(toCleanJson(v)).toEqual({ n: "-5", b: "AP8=", f: ["NaN", "-Infinity", 0, 1.5] });
  });

  it("V9: the placeholder is replaced at every depth, the rest is shared", () => {
    const untouched = { a: [1, { b: encodeInt64(1n) }] };
    expect(replaceCommitTs(untouched, 5n)).toBe(untouched);
    const v = { at: { $commitTs: null }, list: [{ $commitTs: null }], same: untouched };
    const replaced = replaceCommitTs(v, 5n) as JsonObject;
    expect(replaced).toEqual({ at: encodeInt64(5n), list: [encodeInt64(5n)], same: untouched });
    expect(replaced.same).toBe(untouched);
    expect(v.at).toEqual({ $commitTs: null });
  });

  it("V9: what is nested deeper than any value is left to the check that refuses it", () => {
    const deep = JSON.parse(`${"[".repeat(49_000)}${"]".repeat(49_000)}`) as Json;
    expect(replaceCommitTs(deep, 5n)).toBe(deep);
    expect(() => checkValue(replaceCommitTs(deep, 5n))).toThrow("nested 65 levels deep");
  });

  it("V15: canonical text sorts by code unit, integer-like names and __proto__ included", () => {
    const v = JSON.parse('{"b":1,"9":2,"10":-0,"__proto__":{"z":1,"a":2},"B":[{"y":1,"x":2}]}');
    expect(canonicalText(v)).toBe('{"10":0,"9":2,"B":[{"x":2,"y":1}],"__proto__":{"a":2,"z":1},"b":1}');
    expect(canonicalText(canonical(v))).toBe(canonicalText(v));
    const sorted = { a: 1, b: [2] };
    expect(canonical(sorted)).toBe(sorted);
  });

  it("V15: equal values have equal text and the other way round (seed 11)", () => {
    const random = seededRandom(11);
    const values = Array.from({ length: 150 }, () => randomValue(random));
    for (const a of values) {
      checkValue(a);
      for (const b of values) expect(equalValues(a, b)).toBe(canonicalText(a) === canonicalText(b));
    }
    expect(equalValues(undefined, undefined)).toBe(true);
    expect(equalValues(undefined, null)).toBe(false);
    expect(equalValues({}, { a: 1 })).toBe(false);
    expect(equalValues({ constructor: 1 }, { x: 1 })).toBe(false);
  });
});
