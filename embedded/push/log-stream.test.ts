import { describe, expect, it } from "vitest";
import { LogStream, type LogEntry } from "./log-stream.ts";

const entry = (identifier: string): LogEntry => ({
  kind: "Completion",
  udfType: "Query",
  componentPath: null,
  identifier,
  logLines: ["[LOG] 'x'"],
  timestamp: 1,
  executionTime: 0.1,
  error: null,
  requestId: "r",
  caller: "Tester",
  environment: "isolate",
  cachedResult: false,
});
const names = (entries: LogEntry[]) => entries.map(({ identifier }) => identifier);

describe("the log stream", () => {
  it("P16: the first poll answers at once with what is kept, later ones with what is new", async () => {
    const stream = new LogStream();
    expect((await stream.poll(0)).entries).toEqual([]);
    stream.append(entry("a"));
    stream.append(entry("b"));
    const first = await stream.poll(0);
    expect(names(first.entries)).toEqual(["a", "b"]);
    const later = stream.poll(first.newCursor);
    stream.append(entry("c"));
    expect(names((await later).entries)).toEqual(["c"]);
  });

  it("P16: a poll without news ends by itself with its cursor, and at once when its reader goes away", async () => {
    const stream = new LogStream();
    const { newCursor } = await stream.poll(0);
    expect(await stream.poll(newCursor, undefined, 5)).toEqual({ entries: [], newCursor });
    const gone = new AbortController();
    const waiting = stream.poll(newCursor, gone.signal);
    gone.abort();
    expect(await waiting).toEqual({ entries: [], newCursor });
  });

  it("P16: entries of the same millisecond are told apart", async () => {
    const stream = new LogStream();
    let cursor = (await stream.poll(0)).newCursor;
    for (const name of ["a", "b", "c", "d"]) {
      stream.append(entry(name));
      const news = await stream.poll(cursor);
      expect(names(news.entries)).toEqual([name]);
      cursor = news.newCursor;
    }
  });
});
