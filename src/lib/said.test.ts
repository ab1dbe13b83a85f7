import { deskError } from "@convex/shared/errors";
import { describe, expect, it } from "vitest";
import { explainSaid, refusalText, Said } from "./said";

describe("refusalText", () => {
  it("is the desk's sentence where it said one", () => {
    expect(refusalText(403, '{"code":"notAllowed","message":"Your role does not allow this."}')).toBe(
      "Your role does not allow this.",
    );
  });

  it.each([["<h1>Bad gateway</h1>"], [""], ["null"], ['{"message":7}']])("names the status where it is %j", (body) => {
    expect(refusalText(502, body)).toBe("The desk answered 502. Nothing was changed. Try again later.");
  });
});

describe("explainSaid", () => {
  it("keeps a sentence for the screen, and explains anything else as errors of calls are", () => {
    expect(explainSaid("Not saved", new Said("Do it again."))).toEqual({
      title: "Not saved",
      message: "Do it again.",
      desk: null,
    });
    expect(explainSaid("Not saved", deskError("notSignedIn")).title).toBe("You are not signed in");
  });
});
