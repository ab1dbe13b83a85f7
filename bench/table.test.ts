import { expect, it } from "vitest";
import { linesOf } from "./figures.ts";
import { median, quantile } from "./statistics.ts";
import { renderTable, textOf, withTable } from "./table.ts";

const decision = (ms: number) => ({ acknowledged: ms, resumedSeen: 2 * ms, performedSeen: 3 * ms, resumedOnServer: ms });
const deskRun = (ms: number) => ({
  secondStartMs: 1000 * ms,
  decisions: [decision(ms), decision(ms), decision(100 * ms)],
  painted: [{ acknowledged: ms, painted: 4 * ms }],
  burst: { perSecond: 10 * ms, answerMs: [ms] },
});
const floorRun = { startMs: 50, answerMs: [0.25], seenMs: [0.5], burst: { perSecond: 6543.21, answerMs: [9] } };
const measured = { firstStartMs: 12_345, desk: [deskRun(3), deskRun(1), deskRun(2)], floor: [floorRun] };
const machine = {
  processor: "Test CPU", cores: 2, memoryGiB: 4, system: "Linux 1", node: "24.0.0", sqlite: "3.53.0", commit: "abc",
  date: "2030-01-02T03:04:05.000Z", loadBefore: 0.1,
};
const plan = {
  kind: "full", runs: 3, warmUp: 0, oneAtATime: 3, browser: 1, burst: 1, inFlight: 1, floor: { oneAtATime: 1, total: 1 },
} as const;

it("takes quantiles by the nearest rank", () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([0.01, 0.5, 0.99, 1].map((q) => quantile(samples, q))).toEqual([1, 50, 99, 100]);
  expect(median([3, 1, 2])).toBe(2);
  expect(() => median([])).toThrow("no samples");
});

it("takes the median over the runs and the p99 over all samples", () => {
  const [acknowledged] = linesOf(measured);
  expect(acknowledged?.desk).toEqual({ unit: "ms", p50: 2, p99: 300, samples: 9 });
});

it("writes figures with three digits", () => {
  expect(textOf({ unit: "ms", p50: 12.345, p99: 4567.8, samples: 9 })).toBe("12.3 ms (p99 4,570 ms)");
  expect(textOf({ unit: "per second", value: 6543.21, runs: 3 })).toBe("6,540 per second");
  expect(textOf({ unit: "s", value: 2.3456, runs: 1 })).toBe("2.35 s");
});

it("renders one row of three columns and one explanation for each figure", () => {
  const lines = linesOf(measured);
  const text = renderTable(lines, machine, plan);
  const rows = text.split("\n").filter((line) => line.startsWith("|"));
  expect(rows).toHaveLength(lines.length + 2);
  expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  expect(rows.map((row) => row.split("|").length)).toEqual(rows.map(() => 5));
  expect(text).toMatch(/^\| Decision to performed action[^|]*\| +6 ms \(p99 900 ms\) \| +– \|$/m);
  expect(text).toMatch(/^\| Commit to second browser +\| +8 ms \(p99 12 ms\) \| +0\.5 ms \(p99 0\.5 ms\) \|$/m);
  for (const { name, includes } of lines) expect(text).toContain(`- **${name}**: ${includes}.`);
  expect(text).toContain("2 cores of Test CPU, 4 GiB memory");
});

it("replaces the table between the marks and nothing else", () => {
  expect(withTable(marked("old"), "new")).toBe(marked("new"));
  expect(() => withTable("no marks", "new")).toThrow("lacks the marks");
});

function marked(table: string): string {
  return `before\n<!-- table: written by \`npm run bench\` -->\n\n${table}\n\n<!-- end of table -->\nafter`;
}
