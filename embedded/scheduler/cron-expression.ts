/**
 * Cron expressions as Convex reads them: five fields (minute, hour, day of month, month, day of week), times UTC, Sunday
 * 0. Names of months and days, lists, ranges that may wrap around, steps, `L`, `W` and `#`. When both the day of the
 * month and the day of the week are restricted, either is enough (J14).
 *
 * The expression is checked and spelled out here, and the library finds the times: libraries differ in what they
 * accept beyond the common part, and a push must not accept what Convex refuses.
 */
import { createRequire } from "node:module";
import type { Cron } from "croner";

interface Field {
  name: string;
  min: number;
  max: number;
  /** Names of the values from `min` on, in capitals. */
  names?: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const MINUTE: Field = { name: "minute", min: 0, max: 59 };
const HOUR: Field = { name: "hour", min: 0, max: 23 };
const DAY_OF_MONTH: Field = { name: "day of the month", min: 1, max: 31 };
const MONTH: Field = { name: "month", min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: Field = { name: "day of the week", min: 0, max: 6, names: DAYS };

/** Loaded with the first expression: most starts of the server see none. */
const croner = () => createRequire(import.meta.url)("croner") as { Cron: typeof Cron };

/** Expressions that are in use, ready to be asked; a deployment has few. */
const known = new Map<string, Cron>();
const MAX_KNOWN = 1000;

/**
 * The first time strictly after `afterMs` (both ms since 1970) at which the expression holds, or null when it never
 * does (the 31st of February). Throws an Error whose message says what is wrong with the expression.
 */
export function nextOfExpression(expression: string, afterMs: number): number | null {
  let cron = known.get(expression);
  if (!cron) {
    cron = new (croner().Cron)(spelledOut(expression), { timezone: "UTC", mode: "5-part", domAndDow: false, paused: true });
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(expression, cron);
  }
  return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
}

/** The expression with every list, range and step written as the values it stands for. Throws an Error. */
export function spelledOut(expression: string): string {
  const parts = expression.split(/[ \t]+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = parts;
  if (parts.length !== 5 || minute === "" || dayOfWeek === "") {
    throw new Error("it must have five fields: minute, hour, day of the month, month, day of the week");
  }
  return [
    values(minute!, MINUTE),
    values(hour!, HOUR),
    daysOfMonth(dayOfMonth!),
    values(month!, MONTH),
    daysOfWeek(dayOfWeek!),
  ].join(" ");
}

function daysOfMonth(text: string): string {
  if (text === "L" || text === "LW") return text;
  if (/^L-\d+W?$/.test(text)) {
    throw new Error(`days counted from the end of the month (${text}) are not supported by this server yet`);
  }
  const weekday = /^(\d+)W$/.exec(text);
  return weekday ? `${value(weekday[1]!, DAY_OF_MONTH)}W` : values(text, DAY_OF_MONTH);
}

function daysOfWeek(text: string): string {
  if (text === "L") return "6";
  const last = /^(\w+)L$/.exec(text);
  if (last && isValue(last[1]!, DAY_OF_WEEK)) return `${value(last[1]!, DAY_OF_WEEK)}#L`;
  const nth = /^(\w+)#(\d+)$/.exec(text);
  if (!nth) return values(text, DAY_OF_WEEK);
  const count = Number(nth[2]);
  if (count < 1 || count > 5) throw bad(text, DAY_OF_WEEK);
  return `${value(nth[1]!, DAY_OF_WEEK)}#${count}`;
}

/** `*`, or a list of values, ranges and steps. */
function values(text: string, field: Field): string {
  if (text === "*") return text;
  const found = new Set<number>();
  for (const [index, part] of text.split(",").entries()) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    const [, start = "", end, step] = match ?? [];
    // A star among others means nothing that anybody could want.
    if (!match || (start === "*" && (end !== undefined || step === undefined || index > 0))) throw bad(text, field);
    const from = start === "*" ? field.min : value(start, field);
    const to = end !== undefined ? value(end, field) : step === undefined ? from : field.max;
    for (const item of range(from, to, stepOf(step, text, field), field)) found.add(item);
  }
  return [...found].sort((a, b) => a - b).join(",");
}

function stepOf(text: string | undefined, whole: string, field: Field): number {
  if (text === undefined) return 1;
  const step = Number(text);
  if (step < 1 || step > field.max - field.min) throw bad(whole, field);
  return step;
}

/** From `from` to `to`, over the end of the field when `to` lies before. */
function* range(from: number, to: number, step: number, { min, max }: Field): Generator<number> {
  const size = max - min + 1;
  const length = from <= to ? to - from : to - from + size;
  for (let offset = 0; offset <= length; offset += step) yield min + ((from - min + offset) % size);
}

function isValue(text: string, { min, max, names = [] }: Field): boolean {
  if (/^\d+$/.test(text)) return Number(text) >= min && Number(text) <= max;
  return names.includes(text.toUpperCase());
}

function value(text: string, field: Field): number {
  if (!isValue(text, field)) throw bad(text, field);
  return /^\d+$/.test(text) ? Number(text) : field.min + field.names!.indexOf(text.toUpperCase());
}

function bad(text: string, { name, min, max }: Field): Error {
  return new Error(`${JSON.stringify(text)} is not valid for the ${name} (${min} to ${max})`);
}
