import { describe, expect, it } from "vitest";
import type { RequestPage } from "./types";
import { whileWriting } from "./while-writing";

type Decision = RequestPage["decisions"][number];

const decided = (revision: number, verdict: Decision["verdict"]): Decision => ({
  decisionId: "d" as Decision["decisionId"],
  taskId: "t" as Decision["taskId"],
  by: "Tom Hallberg",
  revision,
  digest: "0".repeat(64),
  verdict,
  undone: false,
  at: 1,
});
const drafting: RequestPage["state"] = { kind: "drafting", step: "draft", at: 1 };

describe("whileWriting", () => {
  it.each<[Decision["verdict"], string]>([
    [{ kind: "approve" }, "Tom Hallberg approved draft 2"],
    [{ kind: "reject", reason: "no" }, "Tom Hallberg rejected draft 2"],
    [{ kind: "requestChanges", feedback: "shorter" }, "Tom Hallberg asked for changes to draft 2"],
  ])("names who decided: %j", (verdict, words) => {
    const decisions = [decided(1, { kind: "requestChanges", feedback: "x" }), decided(2, verdict)];
    expect(whileWriting({ decisions, state: drafting, drafts: [] }, 2)).toBe(
      `${words} while you were writing. Your text was not sent.`,
    );
  });

  it("names who answered a question", () => {
    const asked = { revision: 2, editedBy: null, action: { question: "Which one?" } } as RequestPage["drafts"][number];
    const decisions = [decided(2, { kind: "requestChanges", feedback: "This one." })];
    expect(whileWriting({ decisions, state: drafting, drafts: [asked] }, 2)).toMatch(
      /^Tom Hallberg answered question 2 while/,
    );
  });

  it("names who edited the draft", () => {
    const edited = { revision: 3, editedBy: "Tom Hallberg" } as RequestPage["drafts"][number];
    const drafts = [edited, { ...edited, revision: 2, editedBy: null }];
    expect(whileWriting({ decisions: [], state: drafting, drafts }, 2)).toMatch(
      /^Tom Hallberg edited draft 2 into draft 3 while/,
    );
  });

  it("names the decision that stands, not one that was undone", () => {
    const decisions = [
      { ...decided(2, { kind: "approve" }), undone: true },
      decided(2, { kind: "reject", reason: "no" }),
    ];
    expect(whileWriting({ decisions, state: drafting, drafts: [] }, 2)).toMatch(/^Tom Hallberg rejected draft 2 while/);
  });

  it.each<[RequestPage["state"], RegExp]>([
    [{ kind: "withdrawn", by: "Ana", at: 1 }, /^Ana withdrew this request while/],
    [{ kind: "canceled", by: "Ana", at: 1 }, /^Ana canceled this request while/],
    [{ kind: "rejected", by: { kind: "deadline" }, at: 1 }, /^The deadline passed while/],
    [drafting, /^Draft 1 stopped waiting for your decision while/],
  ])("names what else ended the wait: %j", (state, words) => {
    expect(whileWriting({ decisions: [], state, drafts: [] }, 1)).toMatch(words);
  });
});
