import { describe, expect, it } from "vitest";
import { readAnswer } from "./send-file";

const KEPT = { attachmentId: "1", name: "a.pdf", size: 5, digest: "d" };

describe("readAnswer", () => {
  it("is the file as the desk keeps it", () => {
    expect(readAnswer(201, JSON.stringify(KEPT))).toEqual(KEPT);
  });

  it("throws what the desk said where it refuses", () => {
    const body = '{"code":"tooManyTries","message":"Wait 3 seconds, then try again."}';
    expect(() => readAnswer(429, body)).toThrow("Wait 3 seconds, then try again.");
  });

  it.each([[""], ["<html>"], ["{}"], ["null"]])("takes no other answer for one: %j", (body) => {
    expect(() => readAnswer(201, body)).toThrow(/could not be read/);
  });
});
