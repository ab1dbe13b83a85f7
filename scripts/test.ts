/**
 * `npm test` behind types and lint: two runs at a time, each with one worker, so that two cores are kept busy and browsers are not
 * starved. The browser trials and the server's begin; the desk's follow in two halves, where one of them has ended.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

/** Ends with the exit code of a run with these options; prints what it printed when it has ended, unless it is `live`. */
function run(options: string[], isLive: boolean): Promise<number> {
  const child = spawn(process.execPath, [vitest, "run", ...options], { stdio: ["ignore", isLive ? "inherit" : "pipe", isLive ? "inherit" : "pipe"] });
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
const desk = ["--project", "desk", "--project", "dashboard"];
const waiting = [["--project", "embedded"], ["--project", "e2e"], [...desk, "--shard=1/2"], [...desk, "--shard=2/2"]];
const codes: number[] = [];

/** Takes run after run until none waits. What is printed while it runs comes from one of the two only. */
async function lane(isLive: boolean): Promise<void> {
  for (let options = waiting.shift(); options !== undefined; options = waiting.shift()) codes.push(await run(options, isLive));
}

await Promise.all([lane(true), lane(false)]);
process.exitCode = Math.max(...codes);
