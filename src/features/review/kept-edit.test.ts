import type { Action } from "@convex/shared/actions";
import { describe, expect, it } from "vitest";
import { editOf } from "@/lib/action-edit";
import { putOnto, typedChanges } from "./kept-edit";

const before = { to: "m@example.com", subject: "Re: Hi", body: "Hello.", resolution: "answer" } satisfies Action;
const after = { ...before, subject: "Re: Hi there", body: "Hello again." } satisfies Action;
const edited = (changes: Record<string, string>) => ({ ...editOf("customerReply", before), ...changes });

describe("putOnto: an edit begun on a draft that another has replaced", () => {
  it("keeps what the person changed and takes the rest from the new draft", () => {
    const edit = putOnto("customerReply", before, after, edited({ body: "Mine." }));
    expect(edit).toMatchObject({ subject: "Re: Hi there", body: "Mine.", resolution: "answer" });
  });

  it("is the new draft where nothing was changed", () => {
    expect(putOnto("customerReply", before, after, edited({}))).toEqual(editOf("customerReply", after));
  });

  it("keeps what the person emptied", () => {
    expect(putOnto("customerReply", before, after, edited({ subject: "" }))).toMatchObject({ subject: "" });
  });
});

describe("typedChanges: texts to copy", () => {
  it("names each changed field by its label", () => {
    expect(typedChanges("customerReply", before, edited({ subject: "A", body: "B" }))).toBe("Subject: A\nMessage: B");
  });

  it("is empty where nothing was changed", () => {
    expect(typedChanges("customerReply", before, edited({}))).toBe("");
  });
});
