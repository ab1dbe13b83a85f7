import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const heap = JSON.stringify(join(import.meta.dirname, "heap.ts"));

/** What a process with a heap of 64 MB prints that piles up `mb` MB of numbers, lets go of them and asks for relief. */
function afterRelief(mb: number): { before: number; after: number } {
  const program = `
    import { relieveHeap } from ${heap};
    const used = () => Math.round(process.memoryUsage().heapUsed / 2 ** 20);
    let pile = [];
    for (let i = 0; i < ${mb}; i++) pile.push(Array.from({ length: 131_072 }, (_, k) => k + 0.5 + i));
    pile = null;
    const before = used();
    relieveHeap();
    console.log(JSON.stringify({ before, after: used() }));`;
  const flags = ["--max-old-space-size=64", "--max-semi-space-size=1", "--no-warnings", "--input-type=module"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", program], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

it("F36: a heap that is nearly full is collected at once", () => {
  const { before, after } = afterRelief(45);
  expect(before).toBeGreaterThan(40);
  expect(after).toBeLessThan(20);
});

it("F36: a heap with room is left to the engine", () => {
  const { before, after } = afterRelief(8);
  expect(before).toBeGreaterThan(8);
  expect(after).toBeGreaterThanOrEqual(before);
});
