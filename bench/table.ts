import type { Figure, Line } from "./figures.ts";
import type { Machine } from "./machine.ts";

/** One suite's part of the table, with the moment at which it was measured. */
export interface Part {
  title: string;
  machine: Machine;
  method: string;
  lines: Line[];
}

/** Figures of others, measured once on a machine like the first one of this page; printed as they are. */
const ELSEWHERE = [
  ["LangGraph.js with SQLite", "2.7 ms", "540/s"],
  ["DBOS with PostgreSQL", "4.3 ms", "410/s"],
  ["Restate", "5.9 ms", "725/s"],
  ["A bare WebSocket and SQLite loop with group commit", "0.3 ms", "44,000/s"],
];

/** The tables in Markdown: one of all parts, one of others' figures, and every figure explained below. */
export function renderTable(parts: Part[]): string {
  const rows = parts.flatMap(({ title, lines }) => [[`**${title}**`, "", "", ""], ...lines.map(row)]);
  return [
    ...columns([["Figure", "Here", "Bare loop", "Target"], ...rows]),
    "",
    "Others, measured elsewhere: once, on a machine like this one, for one durable step. They were not run with the figures above.",
    "",
    ...columns([["Measured elsewhere", "One at a time", "Per second"], ...ELSEWHERE]),
    "",
    `How each part was measured, and what each figure includes. ${[...new Set(parts.map(machineText))].join(" ")}`,
    "",
    ...parts.flatMap(({ title, machine, method, lines }) => [
      `- **${title}.** ${momentText(machine)} ${method}.`,
      ...lines.map(({ name, includes }) => `  - ${name}: ${includes}.`),
    ]),
  ].join("\n");
}

function row({ name, here, floor, target }: Line): string[] {
  const targetText = target === null ? "" : `${target.text} ${target.met ? "✓" : "✗"}`;
  return [name, here === null ? "–" : textOf(here), floor === null ? "–" : textOf(floor), targetText];
}

function machineText({ machine: { processor, cores, memoryGiB, system, node, sqlite } }: Part): string {
  return `The machine: ${cores} cores of ${processor}, ${memoryGiB} GiB memory, ${system}, Node ${node}, SQLite ${sqlite}.`;
}

function momentText({ commit, date, loadBefore }: Machine): string {
  return `Measured on ${date.slice(0, 10)}${commit === null ? "" : ` at commit ${commit}`}, load before ${loadBefore}.`;
}

/** A figure as people read it: `12.3 ms (p99 45 ms)`, `1,234 per second`, `2.3 s`. */
export function textOf(figure: Figure): string {
  switch (figure.unit) {
    case "ms":
      return `${numberText(figure.p50)} ms (p99 ${numberText(figure.p99)} ms)`;
    case "times":
      return `${numberText(figure.value)} ×`;
    case "% of a core":
      return `${numberText(figure.value)} % of a core`;
    case "per second":
    case "per group":
    case "MB":
    case "s":
      return `${numberText(figure.value)} ${figure.unit}`;
    default:
      return figure satisfies never;
  }
}

/** Three significant digits at most: more would pretend. */
function numberText(value: number): string {
  return new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(value);
}

/** Rows of equal width; the first is the heading, and all columns but the first are numbers. */
export function columns([heading = [], ...rows]: string[][]): string[] {
  const widths = heading.map((_, i) => Math.max(...[heading, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (row: string[]): string =>
    `| ${row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(heading), rule, ...rows.map(line)];
}

/** The document with what stands between its marks for `what` replaced. Throws when the marks are not there in this order. */
export function withTable(document: string, table: string, what: "table" | "profile" = "table"): string {
  const command = what === "table" ? "npm run bench" : "node bench/profile.ts";
  const BEGIN = `<!-- ${what}: written by \`${command}\` -->`;
  const END = `<!-- end of ${what} -->`;
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`The document lacks the marks "${BEGIN}" and "${END}".`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${document.slice(end)}`;
}
