import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** Vitest's report in JSON, as far as it is read here (the form is Jest's). */
export interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    /** Milliseconds since 1970. */
    startTime: number;
    endTime: number;
    assertionResults: { fullName: string; status: string; failureMessages: string[] | null }[];
  }[];
}

/** A part that has ended: its exit code, how long it took, what it printed, and its report where it is one of vitest's. */
export interface Run {
  name: string;
  code: number;
  seconds: number;
  printed: string;
  report: Report | null;
}

/** Test files whose times are named. */
const SLOWEST = 12;
/** Lines of a failure, and of the end of a run that failed without one. */
const FAILURE_LINES = 20;
const END_LINES = 40;

/** Reads a report; null where there is none or it is cut off. */
export function readReport(file: string): Report | null {
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return null;
  }
}

/** The end of a log: the slowest files, each run in one line, and every failure. `root`: the folder that file names begin with. */
export function summary(runs: readonly Run[], root: string): string {
  const files = runs.flatMap(({ report }) => report?.testResults ?? []);
  const slowest = files.toSorted((a, b) => spent(b) - spent(a)).slice(0, SLOWEST);
  return [
    "\n──── The slowest files",
    ...slowest.map((file) => `${spent(file).toFixed(1).padStart(7)} s  ${relative(root, file.name)}`),
    "──── Runs",
    ...runs.map(lineOf),
    ...runs.flatMap((run) => failuresOf(run, root)),
    "",
  ].join("\n");
}

function spent({ startTime, endTime }: Report["testResults"][number]): number {
  return (endTime - startTime) / 1000;
}

function lineOf({ name, code, seconds, report }: Run): string {
  const counts =
    report === null
      ? ""
      : `${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped, `;
  return `${code === 0 ? "passed" : "FAILED"}  ${name.padEnd(10)} ${counts}${seconds.toFixed(0)} s, exit ${code}`;
}

function failuresOf({ name, code, printed, report }: Run, root: string): string[] {
  if (code === 0) return [];
  const failures = (report?.testResults ?? []).flatMap((file) => {
    const tests = file.assertionResults.filter(({ status }) => status === "failed");
    const where = relative(root, file.name);
    if (tests.length === 0) return file.status === "failed" ? [failure(`${where}`, file.message)] : [];
    return tests.map((test) => failure(`${where} > ${test.fullName}`, (test.failureMessages ?? []).join("\n")));
  });
  if (failures.length > 0) return failures;
  // An error outside of any test, or in the set-up: the report does not say it.
  return [`──── The end of ${name}`, ...lastLines(printed, END_LINES)];
}

function failure(what: string, message: string): string {
  return [`──── FAILED ${what}`, ...stripVTControlCharacters(message).split("\n").slice(0, FAILURE_LINES)].join("\n");
}

function lastLines(text: string, count: number): string[] {
  return stripVTControlCharacters(text).trimEnd().split("\n").slice(-count);
}
