/**
 * `npm test` behind types and lint: the trials in a browser wait most of their time, so they run beside all others. Two cores
 * are kept busy, and the whole takes as long as the longer half.
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
const codes = await Promise.all([run(["embedded", "desk", "dashboard"], true), run(["e2e"], false)]);
process.exitCode = Math.max(...codes);
