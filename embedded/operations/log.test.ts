import { describe, expect, it } from "vitest";
import { overloadTeller } from "./events.ts";
import { createLogger, type LoggerOptions } from "./log.ts";

function logger(options: Partial<LoggerOptions>) {
  const lines: string[] = [];
  const log = createLogger({ level: "info", format: "json", write: (line) => lines.push(line), ...options });
  return { log, lines, objects: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe("the log", () => {
  it("O1: one JSON object a line with time, level, event and fields", () => {
    const { log, lines, objects } = logger({});
    log.info("started", { url: "http://x", ms: 12, nothing: undefined, lines: ["a\nb", "c"] });
    expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
    expect(objects()).toEqual([
      { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), level: "info", event: "started", url: "http://x", ms: 12, lines: ["a\nb", "c"] },
    ]);
  });

  it("O1: what is less important than the level is left out", () => {
    const { log, objects } = logger({ level: "warn" });
    for (const level of ["error", "warn", "info", "debug"] as const) log[level]("x");
    expect(objects().map(({ level }) => level)).toEqual(["error", "warn"]);
  });

  it("O1: no field poses as time, level or event, and none is longer than 8,192 characters", () => {
    const { log, objects } = logger({});
    log.error("fault", { event: "fine", level: "debug", error: new Error("boom"), text: "x".repeat(10_000) });
    const [line] = objects();
    expect(line).toMatchObject({ level: "error", event: "fault", error: expect.stringContaining("Error: boom\n    at ") });
    expect(line?.["text"]).toMatch(/^x{8192}… \(10000 characters\)$/);
  });

  it("O2: secrets are hidden wherever they stand, the longer one of two first", () => {
    const { log, lines } = logger({ secrets: () => ["secret-key", "secret-key-two", "short"] });
    log.warn("x", { a: "Bearer secret-key-two!", b: new Error("with secret-key"), c: { deep: ["secret-key"] }, d: "short" });
    expect(lines.join("")).not.toContain("secret-key");
    expect(lines.join("")).toContain("Bearer ***!");
    expect(lines.join("")).toContain("short"); // Too short a secret would tear ordinary words apart.
  });

  it("O1: for people: a line with the time, and longer texts below, without control sequences", () => {
    const { log, lines } = logger({ format: "text" });
    log.warn("functionStopped", { function: "a:b", ms: 1_000, text: "two words", lines: ["one\u001b[31m", "two"] });
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d WARN  functionStopped function=a:b ms=1000 text="two words"\n {2}lines:\n {2}one\n {2}two\n$/)]);
  });
});

it("O4: what is refused for overload is one line a second, and counted each time", () => {
  const { log, objects } = logger({});
  const counted: string[] = [];
  const tell = overloadTeller(log, (what: string) => counted.push(what));
  for (let i = 0; i < 100; i++) tell("calls");
  expect(objects()).toMatchObject([{ level: "warn", event: "overload", what: "calls" }]);
  expect(counted).toHaveLength(100);
});
