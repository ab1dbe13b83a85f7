import { describe, expect, it } from "vitest";
import { canonicalText, encodeInt64 } from "../values/json.ts";
import { randomValue, seededRandom } from "../values/random-value.ts";
import { exportText, parseExported, parsePlain } from "./export-text.ts";

describe("the text of exported values", () => {
  it.each([
    [5, "5.0"],
    [-0.5, "-0.5"],
    [1e21, "1e+21"],
    [1e-7, "1e-7"],
    [{ $float: "AAAAAAAAAIA=" }, "-0.0"],
    [{ $float: "AAAAAAAA+H8=" }, `{"$float":"AAAAAAAA+H8="}`],
    [encodeInt64(5n), "5"],
    [encodeInt64(2n ** 63n - 1n), "9223372036854775807"],
    [encodeInt64(-(2n ** 63n)), "-9223372036854775808"],
    [{ $bytes: "AAE=" }, `{"$bytes":"AAE="}`],
    [{ a: [null, true, "x"] }, `{"a":[null,true,"x"]}`],
  ])("X2: %j is written %s, and read back", (value, text) => {
    expect(exportText(value)).toBe(text);
    expect(parseExported(text)).toEqual(value);
  });

  it("X2: every value comes back as it was (seeds 1 to 300)", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const value = randomValue(seededRandom(seed));
      expect(canonicalText(parseExported(exportText(value))), `seed ${seed}`).toBe(canonicalText(value));
    }
  });

  it("X4: without type information every number is a float64, and an integer beyond int64 is one too", () => {
    expect(parsePlain(`[5, 5.0, -0, {"a": -0.0}]`)).toEqual([5, 5, { $float: "AAAAAAAAAIA=" }, { a: { $float: "AAAAAAAAAIA=" } }]);
    expect(parseExported("9223372036854775808")).toBe(2 ** 63);
    expect(() => parseExported("{")).toThrow(SyntaxError);
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    for (const parse of [parseExported, parsePlain]) expect(() => parse(deep)).toThrow(new SyntaxError("It is nested too deep."));
  });
});
