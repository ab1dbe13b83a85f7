import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";

/** `npm test` runs the desk's function tests on convex-test; this runs them on the embedded server. */

const projectDir = dirname(dirname(import.meta.dirname));

it("all function tests of the desk pass on the embedded server", { timeout: 3_600_000 }, async () => {
  const vitest = join(projectDir, "node_modules/vitest/vitest.mjs");
  const options = { cwd: projectDir, maxBuffer: 100e6 };
  // Rejects with everything that was printed when a test fails.
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run", "--project", "desk-embedded"], options);
  const [, passed = "0"] = /Test Files\D+(\d+) passed/.exec(stripVTControlCharacters(stdout)) ?? [];
  expect(Number(passed)).toBeGreaterThanOrEqual(30);
});
