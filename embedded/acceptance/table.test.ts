import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

/** The table of the acceptance checks names tests that are there. */

const embedded = dirname(import.meta.dirname);
const rows = readFileSync(join(import.meta.dirname, "README.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()));

it("names the 24 checks in order", () => {
  expect(rows.map(([, number]) => Number(number))).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
});

it.each(rows)("%s%s: %s", (_before, _number, _check, tests) => {
  for (const test of tests!.split(" · ")) {
    const [, file, rule, name] = /^`([^`]+)` ([^:]+): (.+)$/.exec(test) ?? expect.fail(`"${test}" names no test.`);
    const source = readFileSync(join(embedded, file!), "utf8");
    // A case of the contract has its rule beside its name.
    const isThere = file!.startsWith("contract/")
      ? source.includes(`rule: "${rule}",\n    name: "${name}`)
      : source.includes(`${rule}: ${name}`);
    expect(isThere, test).toBe(true);
  }
});
