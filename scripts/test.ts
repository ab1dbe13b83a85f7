/**
 * `npm test`: types, lint, the browser trials, the server's tests and the desk's side by side, each with one worker. What only
 * computes takes what the others, which often wait, leave of two cores. What failed is said once more at the end, where whoever
 * reads only the end of a long log finds it.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { setPriority, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readReport, type Run, summary } from "./test-summary.ts";

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const reports = mkdtempSync(join(tmpdir(), "countersign-tests-"));

/** Of what may wait a little: about a third of the share that the others have where all want to compute. */
const NICE = 5;

/** For the compilers written in Go, which end soon: collecting garbage is half of the work of `tsc` until memory gets scarce. */
const GO = { GOGC: "off", GOMEMLIMIT: "2GiB" };

type Part = { name: string; command: [string, ...string[]]; isLast: boolean };

/** One of the projects of vitest.config.ts. */
const project = (name: string, isLast = false): Part => ({
  name,
  command: [
    process.execPath,
    vitest,
    "run",
    "--project",
    name,
    "--maxWorkers=1",
    "--slowTestThreshold=5000",
    ...reporters(name),
  ],
  isLast,
});
const reporters = (name: string): string[] =>
  ["default", "json"].map((reporter) => `--reporter=${reporter}`).concat(`--outputFile.json=${reportOf(name)}`);
const reportOf = (name: string): string => join(reports, `${name}.json`);
/** One of the scripts of package.json. */
const script = (name: string): Part => ({ name, command: ["npm", "run", "--silent", name], isLast: true });

/** What runs side by side; the tests of the first are printed as they end. `isLast`: takes the time that the others leave. */
const parts = [
  project("embedded"),
  project("e2e"),
  // The desk's tests on the embedded server (project "desk-embedded") belong to the long trials.
  project("desk", true),
  project("dashboard", true),
  script("typecheck"),
  script("lint"),
];

/** Runs one part. What it prints comes at once where it is `live`, otherwise when it has ended. */
async function run({ name, command: [program, ...args], isLast }: Part, isLive: boolean): Promise<Run> {
  const from = performance.now();
  const child = spawn(program, args, {
    env: { ...process.env, ...GO },
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32" && program === "npm",
  });
  if (isLast && child.pid !== undefined) setPriority(child.pid, NICE);
  const printed: Buffer[] = [];
  for (const [stream, out] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream.on("data", (chunk: Buffer) => {
      printed.push(chunk);
      if (isLive) out.write(chunk);
    });
  }
  const code = await new Promise<number>((resolve) => child.on("close", (exit) => resolve(exit ?? 1)));
  const all = Buffer.concat(printed);
  if (!isLive) process.stdout.write(all);
  return {
    name,
    code,
    seconds: (performance.now() - from) / 1000,
    printed: all.toString(),
    report: readReport(reportOf(name)),
  };
}

const runs = await Promise.all(parts.map((part, index) => run(part, index === 0)));
rmSync(reports, { recursive: true, force: true });
process.stdout.write(summary(runs, process.cwd()));
process.exitCode = Math.max(...runs.map(({ code }) => code));
