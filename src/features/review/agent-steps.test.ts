import { describe, expect, it } from "vitest";
import { agentSteps, plain, type ThreadMessage, toolWords } from "./agent-steps";

const message = (over: Partial<ThreadMessage>): ThreadMessage => ({
  key: "m",
  order: 0,
  role: "assistant",
  status: "success",
  agentName: "Drafting",
  text: "",
  parts: [],
  ...over,
});

describe("agentSteps", () => {
  it("keeps the order of prompts, notes and tool calls, and names the agent", () => {
    const steps = agentSteps([
      message({ key: "p", role: "user", text: "Draft a reply" }),
      message({
        key: "a",
        parts: [
          { type: "step-start" },
          { type: "text", text: "Looking at the order.", state: "done" },
          { type: "tool-lookUpOrder", state: "output-available", input: { order: "FH-1" }, output: "shipped" },
        ],
      }),
    ]);
    expect(steps.map((step) => step.kind)).toEqual(["prompt", "note", "tool"]);
    expect(steps[1]).toMatchObject({ agent: "Drafting", text: "Looking at the order.", streaming: false });
    expect(steps[2]).toMatchObject({ tool: "lookUpOrder", state: "done", output: "shipped" });
  });

  it.each([
    ["input-streaming", "streaming", "writing"],
    ["input-available", "streaming", "running"],
    ["input-available", "success", "done"],
    ["input-streaming", "failed", "failed"],
    ["output-error", "streaming", "failed"],
    ["output-available", "failed", "done"],
  ] as const)("a call with state %s in a message that is %s is %s", (state, status, expected) => {
    const [step] = agentSteps([message({ status, parts: [{ type: "tool-x", state }] })]);
    expect(step).toMatchObject({ kind: "tool", state: expected });
  });

  it("says that a message was cut off, after what it still said", () => {
    const steps = agentSteps([message({ status: "failed", parts: [{ type: "text", text: "Half a" }] })]);
    expect(steps.map((step) => step.kind)).toEqual(["note", "broken"]);
  });

  it.each([[null], ["text"], [{ type: "text" }], [{ type: "text", text: 7 }], [{ type: "unheard-of" }], [{}]])(
    "leaves out a part it does not know: %j",
    (part) => {
      expect(agentSteps([message({ parts: [part] })])).toEqual([]);
    },
  );
});

describe("toolWords", () => {
  it.each([
    ["lookUpOrder", "Look up order"],
    ["find_policy", "Find policy"],
    ["x", "X"],
  ])("%s → %s", (tool, words) => {
    expect(toolWords(tool)).toBe(words);
  });
});

describe("plain", () => {
  it("never throws away what a tool said", () => {
    expect(plain("a <b>")).toBe("a <b>");
    expect(plain({ a: [1, { b: "x" }], c: null, d: 0, e: "" })).toBe("a:\n  - 1\n  -\n    b: x\nc: none\nd: 0\ne:");
    expect(plain({ body: "Dear Rob,\n\nsorry" })).toBe("body:\n  Dear Rob,\n  \n  sorry");
    expect(plain(undefined)).toBe("");
    expect(plain(false)).toBe("false");
  });
});
