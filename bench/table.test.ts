import { expect, it } from "vitest";
import { atLeast, atMost, type Line, times, values } from "./figures.ts";
import { readCommand, tasksOf } from "./options.ts";
import { partsOf, tableOf } from "./profile-parts.ts";
import { median, quantile } from "./statistics.ts";
import { linesOf } from "./suites/desk.ts";
import { type Part, renderTable, textOf, withTable } from "./table.ts";

const decision = (ms: number) => ({ acknowledged: ms, resumedSeen: 2 * ms, performedSeen: 3 * ms, resumedOnServer: ms });
const deskRun = (ms: number) => ({
  secondStartMs: 1000 * ms,
  decisions: [decision(ms), decision(ms), decision(100 * ms)],
  painted: [{ acknowledged: ms, painted: 4 * ms }],
  burst: { perSecond: 100 * ms, answerMs: [ms] },
});
const floorRun = { startMs: 50, answerMs: [0.25], seenMs: [0.5], burst: { perSecond: 6543.21, answerMs: [9] } };
const deskLines = linesOf({ firstStartMs: 12_345, desk: [deskRun(3), deskRun(1), deskRun(2)], floor: [floorRun] });
const machine = {
  processor: "Test CPU", cores: 2, memoryGiB: 4, system: "Linux 1", node: "24.0.0", sqlite: "3.53.0", commit: "abc",
  date: "2030-01-02T03:04:05.000Z", loadBefore: 0.1,
};
const part = (title: string, lines: Line[]): Part => ({ title, machine, method: "Runs: 3", lines });

it("takes quantiles by the nearest rank", () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.01, 0.5, 0.99, 1].map((q) => quantile(samples, q))).toEqual([1, 50, 99, 100]);
  expect(median([3, 1, 2])).toBe(2);
  expect(() => median([])).toThrow("no samples");
});

it("takes the median over the runs, and p99 and maximum over all samples", () => {
  expect(times([[3, 3, 300], [1, 1, 100], [2, 2, 200]])).toEqual({ unit: "ms", p50: 2, p99: 300, max: 300, samples: 9 });
  expect(values("per second", [3, 1, 2])).toEqual({ unit: "per second", value: 2, runs: 3 });
});

it("writes figures with three digits", () => {
  expect(textOf({ unit: "ms", p50: 12.345, p99: 4567.8, max: 5000, samples: 9 })).toBe("12.3 ms (p99 4,570 ms)");
  expect(textOf(values("per second", [6543.21]))).toBe("6,540 per second");
  expect(textOf(values("s", [2.3456]))).toBe("2.35 s");
  expect(textOf(values("times", [1.234]))).toBe("1.23 ×");
});

it("judges the desk's figures by their targets", () => {
  const met = deskLines.flatMap(({ name, target }) => (target === null ? [] : [[name, target.met]]));
  expect(met).toEqual([
    ["Decision to resumed step, in the server's records", false],
    ["Decisions per second, many at once", true],
  ]);
  expect(atLeast("10", 10, 9.99).met).toBe(false);
  expect(atMost("10", 10, 10).met).toBe(true);
});

it("renders one row of four columns for each figure, a heading for each part, and one explanation for each", () => {
  const other: Line = { name: "Other", here: null, floor: null, target: null, includes: "nothing" };
  const text = renderTable([part("The desk", deskLines), part("Another", [other])]);
  const rows = text.split("\n\n")[0]!.split("\n");
  expect(rows).toHaveLength(2 + 1 + deskLines.length + 1 + 1);
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  expect(rows.map((row) => row.split("|").length)).toEqual(rows.map(() => 6));
  expect(text).toMatch(/^\| Decision to performed action[^|]*\| +6 ms \(p99 900 ms\) \| +– \| +\|$/m);
  expect(text).toMatch(/^\| Commit to second browser +\| +8 ms \(p99 12 ms\) \| +0\.5 ms \(p99 0\.5 ms\) \| +\|$/m);
  expect(text).toMatch(/^\| Decisions per second[^|]*\| +200 per second \|[^|]*\| +150\/s \(1,000\/s wanted\) ✓ \|$/m);
  expect(text).toMatch(/^\| Other +\| +– \| +– \| +\|$/m);
  for (const { name, includes } of deskLines) expect(text).toContain(`  - ${name}: ${includes}.`);
  expect(text).toContain("2 cores of Test CPU, 4 GiB memory");
});

it("replaces what is between the marks and nothing else", () => {
  expect(withTable(marked("old"), "new")).toBe(marked("new"));
  expect(() => withTable("no marks", "new")).toThrow("lacks the marks");
  expect(() => withTable(marked("old"), "new", "profile")).toThrow("lacks the marks");
});

it("reads which suites to measure, in their own order", () => {
  expect(readCommand(["b", "--quick", "a"], ["a", "b", "c"])).toMatchObject({ suites: ["a", "b"], plan: { kind: "quick" } });
  expect(readCommand([], ["a", "b"])).toMatchObject({ suites: ["a", "b"], plan: { kind: "full", runs: 3 } });
  const { plan } = readCommand([], [])!;
  expect(tasksOf({ ...plan, desk: { warmUp: 1, oneAtATime: 2, browser: 3, burst: 4 } })).toBe(10);
  expect(readCommand(["--help"], ["a"])).toBeNull();
  expect(() => readCommand(["x"], ["a"])).toThrow('There is no suite "x"; there are a.');
});

it("groups a profile by part, code without a place with those it was called from", () => {
  const root = "file:///repo/embedded";
  const profile = {
    nodes: [
      { id: 1, callFrame: { functionName: "(root)", url: "" }, children: [2, 4, 5, 7] },
      { id: 2, callFrame: { functionName: "commit", url: `${root}/functions/gate.ts` }, children: [3] },
      { id: 3, callFrame: { functionName: "push", url: "" } },
      { id: 4, callFrame: { functionName: "(garbage collector)", url: "" } },
      { id: 5, callFrame: { functionName: "(idle)", url: "" } },
      { id: 7, callFrame: { functionName: "send", url: "node:net" } },
    ],
    samples: [2, 3, 4, 5, 7],
    timeDeltas: [1000, 2000, 3000, 50_000, 4000],
  };
  const parts = partsOf(profile);
  expect(Object.fromEntries(parts)).toEqual({ "Gate and COMMIT": 3, "Garbage collection": 3, "Sockets and HTTP": 4 });
  expect(tableOf(parts, 10)).toEqual([
    ["Sockets and HTTP", "40 %", "0.4 ms"],
    ["Gate and COMMIT", "30 %", "0.3 ms"],
    ["Garbage collection", "30 %", "0.3 ms"],
  ]);
});

function marked(table: string): string {
  return `before\n<!-- table: written by \`npm run bench\` -->\n\n${table}\n\n<!-- end of table -->\nafter`;
}
