import { describe, expect, it } from "vitest";
import { CALL_JSON, parseJsonText } from "./json-text.ts";

const limits = { depth: 100, values: 1_000 };

describe("JSON from outside", () => {
  it("H20: what JSON.parse reads is read alike, whatever strings hold", () => {
    const tricky = [
      { a: '[[[["\\', b: "\\\\\"{{{{,,,," },
      ["\\", '"', "\u2028", "[".repeat(2_000), ",".repeat(5_000), '\\"'.repeat(700)],
      JSON.parse('{"__proto__":{"x":1}}') as unknown,
    ];
    for (const value of tricky) {
      const text = JSON.stringify([value, "x".repeat(600)]);
      expect(JSON.stringify(parseJsonText(text, limits))).toBe(text);
    }
  });

  it("H20: too deep, too many, and what is no JSON is refused by name, before it costs anything", () => {
    const refused = (text: string) => {
      try {
        parseJsonText(text, limits);
      } catch (error) {
        return [(error as { code?: string }).code, (error as Error).message];
      }
      return null;
    };
    expect(refused("[".repeat(600))).toEqual(["BadJsonBody", "The JSON is nested deeper than 100 levels."]);
    expect(refused(`[${"[],".repeat(600)}[]]`)).toEqual(["BadJsonBody", "The JSON holds more than 1000 values."]);
    expect(refused('"'.padEnd(700, "\\"))).toEqual(["BadJsonBody", "This is not JSON."]);
    expect(refused(`{"a":"${"x".repeat(600)}`)).toEqual(["BadJsonBody", "This is not JSON."]);
    expect(refused("nul")).toEqual(["BadJsonBody", "This is not JSON."]);
    const before = process.memoryUsage().heapUsed;
    expect(() => parseJsonText("[".repeat(20 * 1024 * 1024), CALL_JSON)).toThrow("nested deeper");
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });
});
