/**
 * `npm test` behind types and lint: two runs at a time, each with one worker, so that two cores are kept busy and browsers are not
 * starved. The browser trials and the server's begin; the desk's follow where one of them has ended.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

/** Ends with the exit code of a run of some projects; prints what it printed when it has ended, unless it is `live`. */
function run(projects: string[], isLive: boolean): Promise<number> {
  const args = [vitest, "run", ...projects.flatMap((project) => ["--project", project])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", isLive ? "inherit" : "pipe", isLive ? "inherit" : "pipe"] });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    });
  });
}

// The desk's tests on the embedded server (project "desk-embedded") belong to the long trials.
const waiting = [["embedded"], ["e2e"], ["desk", "dashboard"]];
const codes: number[] = [];

/** Takes run after run until none waits. What is printed while it runs comes from one of the two only. */
async function lane(isLive: boolean): Promise<void> {
  for (let projects = waiting.shift(); projects !== undefined; projects = waiting.shift()) codes.push(await run(projects, isLive));
}

await Promise.all([lane(true), lane(false)]);
process.exitCode = Math.max(...codes);
