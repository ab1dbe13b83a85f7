import { describe, expect, it } from "vitest";
import { draftOf, NOTHING, written } from "./live-draft";

const start = (toolCallId: string, toolName = "proposeAction") => ({ type: "tool-input-start", toolCallId, toolName });
const delta = (toolCallId: string, inputTextDelta: string) => ({ type: "tool-input-delta", toolCallId, inputTextDelta });

describe("written", () => {
  it("joins the pieces of the draft's tool call, over several batches", () => {
    const first = written(NOTHING, [start("1"), delta("1", '{"body":"De'), { type: "text-delta", delta: "note" }]);
    expect(written(first, [delta("1", "ar Dana")])).toEqual({ call: "1", json: '{"body":"Dear Dana' });
  });

  it("leaves out other tools, and what is no part at all", () => {
    const parts = [start("2", "lookUpOrder"), delta("2", '{"number":"1"}'), null, "text", { type: "finish" }];
    expect(written(NOTHING, parts)).toEqual(NOTHING);
  });

  it("starts over when the agent calls the tool again", () => {
    expect(written(NOTHING, [start("1"), delta("1", "wrong"), start("2"), delta("2", "right")]).json).toBe("right");
  });
});

describe("draftOf", () => {
  it("takes the texts that are there", () => {
    expect(draftOf({ subject: "Re: Hi", body: "De", resolution: 7 })).toEqual({ to: null, subject: "Re: Hi", body: "De", resolution: null });
  });

  it.each([undefined, null, "text"])("is null for %j", (input) => {
    expect(draftOf(input)).toBeNull();
  });
});
