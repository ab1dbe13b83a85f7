import { type Attachment, ATTACHMENT_BYTES_MAX } from "@convex/shared/attachments/attachments";
import { describe, expect, it } from "vitest";
import {
  type ChosenFile,
  choose,
  decodeFiles,
  encodeFiles,
  type FileState,
  filesProblem,
  filesStatus,
  keptFiles,
} from "./files";

const file = (name: string, size = 5) => new File([new Uint8Array(size)], name);
const kept = (id: string) =>
  ({ attachmentId: id, name: `${id}.pdf`, size: 5, digest: "d" }) as unknown as Attachment;
const one = (key: string, state: FileState): ChosenFile => ({ key, name: `${key}.pdf`, size: 5, state });
const KEPT = one("a", { kind: "kept", attachment: kept("a") });
const SENDING = one("b", { kind: "sending", file: file("b.pdf"), part: 0.5 });
const FAILED = one("c", { kind: "failed", message: "The connection broke off.", file: file("c.pdf") });
const REFUSED = one("d", { kind: "failed", message: "The file is empty.", file: null });

function chosen(files: File[], there: ChosenFile[] = []) {
  let next = 0;
  return choose(files, there, () => `k${next++}`);
}

describe("choose", () => {
  it("lists files under the names that the desk gives them, to be sent", () => {
    const given = file("a/b\u202Efdp.exe");
    expect(chosen([given])).toEqual({
      added: [{ key: "k0", name: "a_b_fdp.exe", size: 5, state: { kind: "waiting", file: given } }],
      problem: null,
    });
  });

  it("lists what the desk would refuse with the desk's words, not to be sent", () => {
    const most = file("most", ATTACHMENT_BYTES_MAX);
    const { added } = chosen([file("empty", 0), most, file("more", ATTACHMENT_BYTES_MAX + 1)]);
    expect(added.map(({ state }) => state)).toMatchObject([
      { kind: "failed", message: expect.stringMatching(/^The file is empty, so it was not attached/), file: null },
      { kind: "waiting" },
      { kind: "failed", message: expect.stringMatching(/^The file is larger than 10 MiB/), file: null },
    ]);
  });

  it("takes ten at most, and says which were left out", () => {
    const nine = Array.from({ length: 9 }, (_, index) => one(`n${index}`, KEPT.state));
    const { added, problem } = chosen([file("tenth"), file("eleventh")], nine);
    expect(added.map(({ name }) => name)).toEqual(["tenth"]);
    expect(problem).toMatch(/^A request takes at most ten files, so “eleventh” was not attached/);
    expect(chosen([file("x"), file("y"), file("z")], nine).problem).toMatch(/so 2 files were not attached/);
  });
});

describe("filesProblem", () => {
  it.each([
    [[], undefined],
    [[KEPT, SENDING], undefined],
    [[KEPT, FAILED], "“c.pdf” was not attached. Nothing was submitted. Retry or remove it, then submit again."],
    [[REFUSED], "“d.pdf” was not attached. Nothing was submitted. Remove it, then submit again."],
    [[FAILED, REFUSED], "2 files were not attached. Nothing was submitted. Retry or remove them, then submit again."],
  ])("case %#", (files, problem) => {
    expect(filesProblem(files)).toBe(problem);
  });
});

describe("filesStatus", () => {
  it("counts what is attached, on its way and failed", () => {
    expect(filesStatus([KEPT, SENDING, FAILED, REFUSED])).toBe(
      "1 file attached, 1 file being sent, 2 files not attached.",
    );
    expect(filesStatus([])).toBe("");
  });
});

describe("files kept in the tab", () => {
  it("are read as they were written, but for those that were not at the desk", () => {
    const [a, b, c, d, ...more] = decodeFiles(encodeFiles([KEPT, SENDING, FAILED, REFUSED]));
    expect([a, d]).toEqual([KEPT, REFUSED]);
    for (const lost of [b, c]) {
      expect(lost?.state).toEqual({ kind: "failed", message: expect.stringMatching(/Attach it again/), file: null });
    }
    expect(more).toEqual([]);
  });

  it.each([[null], [""], ["{"], ["7"], ["[7, null, {}]"], ['[{"key":"a"}]']])("are none in %j", (text) => {
    expect(decodeFiles(text)).toEqual([]);
  });
});

describe("keptFiles", () => {
  it("are those at the desk, in their order", () => {
    const first = one("z", { kind: "kept", attachment: kept("z") });
    expect(keptFiles([first, SENDING, KEPT])).toEqual([kept("z"), kept("a")]);
  });
});
