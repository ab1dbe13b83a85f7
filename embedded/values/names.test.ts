import { describe, expect, it } from "vitest";
import { UserError } from "./errors.ts";
import {
  canonicalModulePath,
  checkTableName,
  displayFunctionPath,
  isIdentifier,
  parseFunctionPath,
} from "./names.ts";

describe("names", () => {
  it("V3: identifiers", () => {
    for (const name of ["a", "_a", "A9_", "x".repeat(64)]) expect([name, isIdentifier(name)]).toEqual([name, true]);
    for (const name of ["", "_", "__", "9a", "a-b", "a b", "é", "x".repeat(65)]) {
      expect([name, isIdentifier(name)]).toEqual([name, false]);
    }
  });

  it("V3: user tables", () => {
    expect(() => checkTableName("messages")).not.toThrow();
    expect(() => checkTableName("_messages")).toThrow(/reserved/);
    expect(() => checkTableName("my table")).toThrow(UserError);
  });

  it("V11: function paths", () => {
    expect(parseFunctionPath("a/b:c")).toEqual({ module: "a/b.js", name: "c" });
    expect(parseFunctionPath("a/b.js:c")).toEqual({ module: "a/b.js", name: "c" });
    expect(parseFunctionPath("a/b")).toEqual({ module: "a/b.js", name: "default" });
    expect(canonicalModulePath("a/b")).toBe("a/b.js");
    expect(canonicalModulePath("a/b.js")).toBe("a/b.js");
    expect(displayFunctionPath("a/b.js:c")).toBe("a/b:c");
    expect(displayFunctionPath("a/b.js:default")).toBe("a/b");
    for (const path of ["", ":a", "a:", "a:b:c", "a//b:c", "../a:b", "a b:c", "a:b-c"]) {
      expect(() => parseFunctionPath(path), path).toThrow(UserError);
    }
  });
});
