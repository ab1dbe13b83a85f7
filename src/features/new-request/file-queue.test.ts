import type { Attachment } from "@convex/shared/attachments/attachments";
import { describe, expect, it } from "vitest";
import { createFileQueue } from "./file-queue";
import type { ChosenFile } from "./files";

const file = (name: string) => new File(["hello"], name);

/** A file on its way: what the queue gave, and how the test ends it. */
type Sending = {
  name: string;
  onPart: (part: number) => void;
  signal: AbortSignal;
  done: (kept: Attachment) => void;
  fail: () => void;
};

/** A queue whose sendings end when the test says so, and the states of its files by name. */
function queue() {
  const sent: Sending[] = [];
  let files: ChosenFile[] = [];
  const made = createFileQueue({
    files,
    send: (_, name, onPart, signal) =>
      new Promise((done, fail) => sent.push({ name, onPart, done, fail: () => fail(new Error("broken")), signal })),
    words: String,
    onChange: (next) => (files = next),
  });
  return {
    ...made,
    sent,
    states: () => files.map(({ name, state }) => `${name} ${state.kind}`),
    key: (name: string) => files.find((one) => one.name === name)?.key ?? "",
    files: () => files,
  };
}

const KEPT = { attachmentId: "1", name: "a", size: 5, digest: "d" } as unknown as Attachment;
const settled = () => new Promise((done) => setTimeout(done, 0));

describe("the queue of files", () => {
  it("sends nothing before it is started, then one after the other", async () => {
    const one = queue();
    one.add([file("a"), file("b")]);
    expect(one.sent).toEqual([]);
    one.start();
    expect(one.states()).toEqual(["a sending", "b waiting"]);
    one.sent[0]?.onPart(0.5);
    expect(one.files()[0]?.state).toMatchObject({ part: 0.5 });
    one.sent[0]?.done(KEPT);
    await settled();
    expect(one.states()).toEqual(["a kept", "b sending"]);
    expect(one.sent.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("goes on after one that failed, and sends that again when asked", async () => {
    const one = queue();
    one.start();
    one.add([file("a"), file("b")]);
    one.sent[0]?.fail();
    await settled();
    expect(one.states()).toEqual(["a failed", "b sending"]);
    expect(one.files()[0]?.state).toMatchObject({ message: "Error: broken" });
    one.retry(one.key("a"));
    expect(one.states()).toEqual(["a waiting", "b sending"]);
    one.sent[1]?.done(KEPT);
    await settled();
    expect(one.states()).toEqual(["a sending", "b kept"]);
  });

  it("breaks off a file that is removed while it is sent, and sends the next", async () => {
    const one = queue();
    one.start();
    one.add([file("a"), file("b")]);
    one.remove([one.key("a")]);
    expect(one.sent[0]?.signal.aborted).toBe(true);
    one.sent[0]?.onPart(0.9);
    one.sent[0]?.fail();
    await settled();
    expect(one.states()).toEqual(["b sending"]);
  });

  it("leaves the list as it is when its page is left", async () => {
    const one = queue();
    one.start();
    one.add([file("a"), file("b")]);
    one.stop();
    one.sent[0]?.fail();
    await settled();
    expect(one.sent[0]?.signal.aborted).toBe(true);
    expect(one.states()).toEqual(["a sending", "b waiting"]);
    expect(one.sent).toHaveLength(1);
  });

  it("does not send what the desk would refuse", () => {
    const one = queue();
    one.start();
    one.add([new File([], "empty"), file("b")]);
    expect(one.states()).toEqual(["empty failed", "b sending"]);
    one.retry(one.key("empty"));
    expect(one.states()).toEqual(["empty failed", "b sending"]);
  });
});
