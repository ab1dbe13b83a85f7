import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plan } from "./options.ts";
import { type Part, renderTable, withTable } from "./table.ts";

const file = join(import.meta.dirname, "results/latest.json");
const page = join(import.meta.dirname, "../docs/benchmarks.md");

/** What the results file holds of one suite. */
export interface Result extends Part {
  plan: Plan;
  samples: unknown;
}

/** Puts a suite's result in place of its older one, into the results file and the table of the page, in the order of `names`. */
export function keepResult(name: string, result: Result, names: readonly string[]): void {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Result>) : {};
  const all = { ...known, [name]: result };
  const kept = names.flatMap((each) => (all[each] === undefined ? [] : [[each, all[each]] as const]));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${jsonOf(Object.fromEntries(kept))}\n`);
  writeFileSync(page, withTable(readFileSync(page, "utf8"), renderTable(kept.map(([, part]) => part))));
}

/** Microseconds are enough, and lists of numbers stand on one line. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value, rounded, 2).replace(/\[[\d\s.,-]*\]/g, (list) => list.replace(/\s+/g, " "));
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Math.round(value * 1000) / 1000 : value;
}
