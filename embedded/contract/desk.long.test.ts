import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** `npm test` runs the desk's function tests on convex-test; this runs them on the embedded server. */

const projectDir = dirname(dirname(import.meta.dirname));

it("all function tests of the desk pass on the embedded server", { timeout: 900_000 }, async () => {
  const vitest = join(projectDir, "node_modules/vitest/vitest.mjs");
  const options = { cwd: projectDir, maxBuffer: 100e6 };
  // Rejects with everything that was printed when a test fails.
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, "run", "--project", "desk-embedded"], options);
  expect(stdout).toMatch(/Test Files .*7 passed/);
});
