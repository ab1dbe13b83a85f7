import type { Figure, Line } from "./figures.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./options.ts";

/** The table in Markdown, with the machine above it and every figure explained below it. */
export function renderTable(lines: Line[], machine: Machine, plan: Plan): string {
  const { processor, cores, memoryGiB, system, node, sqlite, commit, date, loadBefore } = machine;
  const rows = lines.map(({ name, desk, floor }) => [name, textOf(desk), floor === null ? "–" : textOf(floor)]);
  return [
    `Measured on ${date.slice(0, 10)}${commit === null ? "" : ` at commit ${commit}`}: ${cores} cores of ${processor}, ` +
      `${memoryGiB} GiB memory, ${system}, Node ${node}, SQLite ${sqlite}. Load before the run: ${loadBefore}. ` +
      `Runs: ${plan.runs}, each with ${plan.oneAtATime} decisions one at a time, ${plan.browser} in front of a browser, ` +
      `and ${plan.burst} with ${plan.inFlight} in flight.`,
    "",
    ...columns([["Figure", "Desk", "Bare loop"], ...rows]),
    "",
    ...lines.map(({ name, includes }) => `- **${name}**: ${includes}.`),
  ].join("\n");
}

/** A figure as people read it: `12.3 ms (p99 45 ms)`, `1,234 per second`, `2.3 s`. */
export function textOf(figure: Figure): string {
  switch (figure.unit) {
    case "ms":
      return `${numberText(figure.p50)} ms (p99 ${numberText(figure.p99)} ms)`;
    case "per second":
      return `${numberText(figure.value)} per second`;
    case "s":
      return `${numberText(figure.value)} s`;
    default:
      return figure satisfies never;
  }
}

/** Three significant digits at most: more would pretend. */
function numberText(value: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}

/** Rows of equal width; the first is the heading, and all columns but the first are numbers. */
function columns([heading = [], ...rows]: string[][]): string[] {
  const widths = heading.map((_, i) => Math.max(...[heading, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: string[]): string =>
    `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(heading), rule, ...rows.map(line)];
}

const BEGIN = "<!-- table: written by `npm run bench` -->";
const END = "<!-- end of table -->";

/** The document with the table between its two marks replaced. Throws when the marks are not there in this order. */
export function withTable(document: string, table: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`The document lacks the marks "${BEGIN}" and "${END}".`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${document.slice(end)}`;
}
