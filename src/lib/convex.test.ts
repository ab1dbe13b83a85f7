import { describe, expect, it } from "vitest";
import { readConfig } from "./convex";

describe("readConfig", () => {
  it("takes the address of the deployment", () => {
    expect(readConfig('{ "convexUrl": "http://127.0.0.1:3211" }')).toBe("http://127.0.0.1:3211");
  });

  it.each([["<!doctype html>"], ["{}"], ["null"], ['{"convexUrl":7}'], ['{"convexUrl":"javascript:alert(1)"}']])(
    "refuses %s with a sentence that names the file",
    (text) => {
      expect(() => readConfig(text)).toThrow(/^\/config\.json /);
    },
  );
});
