import { shapeOf } from "@convex/shared/actions";
import { describe, expect, it } from "vitest";
import { draftOf, isAsking, NOTHING, written, writtenFields } from "./live-draft";

const start = (toolCallId: string, toolName = "proposeAction") => ({ type: "tool-input-start", toolCallId, toolName });
const delta = (toolCallId: string, inputTextDelta: string) => ({
  type: "tool-input-delta",
  toolCallId,
  inputTextDelta,
});

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

it("a question is written as a draft is, and known by its field", () => {
  const { json } = written(NOTHING, [start("1", "askReviewer"), delta("1", '{"question":"Which')]);
  expect(json).toBe('{"question":"Which');
  expect(isAsking({ question: "Which" })).toBe(true);
  expect(isAsking({ to: "" })).toBe(false);
  expect(isAsking(null)).toBe(false);
});

describe("draftOf", () => {
  it.each([undefined, null, "text", ["list"]])("is null for %j", (input) => {
    expect(draftOf(input)).toBeNull();
  });
});

describe("writtenFields", () => {
  const { fields } = shapeOf("refund");
  const texts = (live: Record<string, unknown> | null) =>
    Object.fromEntries(writtenFields(fields, live, "m@example.com").shown.map(({ field, text }) => [field.name, text]));

  it("has a place for every field before the first word, and knows the recipient", () => {
    const nothing = { amountCents: null, orderId: null, reason: null, method: null, message: null };
    expect(texts(null)).toEqual({ ...nothing, to: "m@example.com" });
  });

  it("shows what is written in words for people, and nothing of what is not yet one of the choices", () => {
    const live = { orderId: "FH-2", amountCents: 8_900, reason: "defect", method: "orig", message: 7 };
    expect(texts(live)).toMatchObject({
      orderId: "FH-2",
      amountCents: "$89.00",
      reason: "Defect",
      method: null,
      message: null,
    });
  });

  it("shows no amount while its digits still come", () => {
    expect(texts({ orderId: "FH-2", amountCents: 24 })["amountCents"]).toBeNull();
    expect(texts({ orderId: "FH-2", amountCents: 2_400, reason: "" })["amountCents"]).toBe("$24.00");
  });

  it("takes the recipient from the request, whatever the agent writes", () => {
    expect(texts({ to: "thief@example.com" })["to"]).toBe("m@example.com");
  });

  it("shows an optional field once it is there", () => {
    const { fields: letter } = shapeOf("customerReply");
    const names = (live: Record<string, unknown>) =>
      writtenFields(letter, live, "").shown.map(({ field }) => field.name);
    expect(names({ resolution: "answer", escalateTo: null })).not.toContain("escalateTo");
    expect(names({ resolution: "escalate", escalateTo: "legal" })).toContain("escalateTo");
  });

  it("tells which field is being written", () => {
    expect(writtenFields(fields, { orderId: "FH-20517", message: "Dear" }, "").at).toBe("message");
    expect(writtenFields(fields, { message: "Dear", summary: "A" }, "").at).toBeNull();
  });
});
