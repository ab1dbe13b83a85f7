import { describe, expect, it } from "vitest";
import { download, type DownloadTools, fileName } from "./download";

/** A desk with parts; `answers` are what each request for a part gets, in order. */
function tools(answers: (Response | Error)[], parts: number, more: Partial<DownloadTools> = {}) {
  const asked: string[] = [];
  const written: Promise<string>[] = [];
  const rows: number[] = [];
  let made = 0;
  const all: DownloadTools = {
    begin: () => Promise.resolve({ exportId: "x1", url: "http://desk/history/export" }),
    progress: () => Promise.resolve({ rows: ++made * 10, done: made === parts }),
    token: () => "token",
    write: (part) => Promise.resolve(void written.push(part.text())),
    onProgress: (count) => rows.push(count),
    signal: new AbortController().signal,
    fetch: (url, init) => {
      asked.push(`${String(url)} ${new Headers(init?.headers).get("authorization")}`);
      const answer = answers.shift();
      return answer instanceof Response
        ? Promise.resolve(answer)
        : Promise.reject(answer ?? new Error("Nothing more."));
    },
    ...more,
  };
  return { all, asked, rows, written: () => Promise.all(written) };
}

describe("a download", () => {
  it("fetches part after part with the token, and says how far it is", async () => {
    const one = tools([new Response("a"), new Response("b")], 2);
    expect(await download(one.all)).toBe(20);
    expect(await one.written()).toEqual(["a", "b"]);
    expect(one.rows).toEqual([10, 20]);
    expect(one.asked).toEqual([
      "http://desk/history/export?export=x1&part=1 Bearer token",
      "http://desk/history/export?export=x1&part=2 Bearer token",
    ]);
  });

  it("asks for a part again that was broken off, and gives up after three tries", async () => {
    const broken = new TypeError("network error");
    const again = tools([broken, new Response("a")], 1);
    await download(again.all);
    expect(await again.written()).toEqual(["a"]);
    const never = tools([broken, broken, broken], 1);
    await expect(download(never.all)).rejects.toThrow("The connection broke off");
  });

  it("says what the desk said where it refuses, without asking again", async () => {
    const refused = tools(
      [Response.json({ code: "notAllowed", message: "Your role does not allow this." }, { status: 403 })],
      1,
    );
    await expect(download(refused.all)).rejects.toThrow("Your role does not allow this.");
    expect(refused.asked).toHaveLength(1);
  });

  it("ends when it is canceled, and writes nothing more", async () => {
    const leaving = new AbortController();
    const one = tools([new Response("a"), new Response("b")], 2, {
      signal: leaving.signal,
      onProgress: () => leaving.abort(),
    });
    await expect(download(one.all)).rejects.toThrow();
    expect(await one.written()).toEqual(["a"]);
  });
});

it("a file says what it is of, and when", () => {
  expect(fileName("events", "jsonl", new Date("2026-11-21T23:00:00Z"))).toBe("countersign-events-2026-11-21.jsonl");
});
