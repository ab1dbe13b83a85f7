import { describe, expect, test } from "vitest";
import { type Report, type Run, summary } from "./test-summary.ts";

const file = (name: string, ms: number, tests: [string, string[]][]): Report["testResults"][number] => ({
  name: `/desk/${name}`,
  status: tests.some(([, messages]) => messages.length > 0) ? "failed" : "passed",
  message: "",
  startTime: 1_000,
  endTime: 1_000 + ms,
  assertionResults: tests.map(([fullName, failureMessages]) => ({
    fullName,
    status: failureMessages.length > 0 ? "failed" : "passed",
    failureMessages,
  })),
});

const run = (code: number, report: Report | null, printed = ""): Run => ({
  name: "desk",
  code,
  seconds: 61.2,
  printed,
  report,
});
const report = (...testResults: Report["testResults"]): Report => ({
  numPassedTests: 1,
  numFailedTests: 1,
  numPendingTests: 0,
  testResults,
});

describe("the end of a test log", () => {
  test("names what failed, with its message, and the slowest file first", () => {
    const ended = report(
      file("a.test.ts", 100, [["a holds", []]]),
      file("b.test.ts", 2_500, [["b holds", ["\u001b[31mexpected 1 to be 2\u001b[39m"]]]),
    );
    const text = summary([run(1, ended)], "/desk");
    expect(text).toContain("FAILED  desk       1 passed, 1 failed, 0 skipped, 61 s, exit 1");
    expect(text).toContain("──── FAILED b.test.ts > b holds\nexpected 1 to be 2");
    expect(text.indexOf("2.5 s  b.test.ts")).toBeLessThan(text.indexOf("0.1 s  a.test.ts"));
  });

  test("shows the end of a run that failed outside of its tests", () => {
    const text = summary([run(1, null, `${"x\n".repeat(100)}set-up broke\n`)], "/desk");
    expect(text).toContain("FAILED  desk       61 s, exit 1");
    expect(text).toContain("set-up broke");
    expect(text.split("\n").filter((line) => line === "x")).toHaveLength(39);
  });

  test("says nothing of failures where there are none", () => {
    expect(summary([run(0, report(file("a.test.ts", 100, [["a holds", []]])))], "/desk")).not.toContain("FAILED");
  });
});
