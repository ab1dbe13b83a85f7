import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

/** A small house with one clean file in every room, and a visitor that imports what it may or may not. */
const root = resolve(import.meta.dirname, "..");
const house = mkdtempSync(join(tmpdir(), "countersign-lint-"));
const rooms = [
  "src/main.tsx", "src/routes/r.tsx", "src/features/a/x.ts", "src/features/b/y.ts", "src/components/c.tsx", "src/lib/l.ts",
  "convex/tasks.ts", "convex/model/m.ts", "convex/shared/s.ts", "convex/_generated/api.ts", "embedded/main.ts", "scripts/s.ts",
];

function write(path: string, text: string): void {
  mkdirSync(dirname(join(house, path)), { recursive: true });
  writeFileSync(join(house, path), text);
}

/** The rules broken in each file of the house, by path. */
function lint(): Map<string, string[]> {
  const args = ["--format", "json", "--no-error-on-unmatched-pattern"];
  const out = spawnSync(join(root, "node_modules/.bin/oxlint"), args, { cwd: house, encoding: "utf8" }).stdout;
  const report = JSON.parse(out.slice(out.indexOf("{"))) as { diagnostics: { code: string; filename: string }[] };
  const broken = new Map<string, string[]>();
  for (const { filename, code } of report.diagnostics) broken.set(filename, [...(broken.get(filename) ?? []), code]);
  return broken;
}

const forbidden: [visitor: string, line: string][] = [
  ["src/features/a/v1.ts", 'export { a } from "../b/y";'],
  ["src/features/a/v2.ts", 'export const lazy = () => import("../b/y");'],
  ["src/features/a/v3.ts", 'export { a } from "@/routes/r";'],
  ["src/features/a/v4.ts", 'export { a } from "../../../convex/tasks";'],
  ["src/features/a/v5.ts", 'export { a } from "@convex/model/m";'],
  ["src/lib/v1.ts", 'export { a } from "../features/a/x";'],
  ["src/lib/v2.ts", 'export { a } from "../../embedded/main";'],
  ["convex/shared/v1.ts", 'export { a } from "../model/m";'],
  ["convex/shared/v2.ts", 'export { a } from "../tasks";'],
  ["embedded/v1.ts", 'export { a } from "../convex/tasks";'],
  ["embedded/v2.ts", 'export { a } from "../src/lib/l";'],
];
const allowed: [visitor: string, line: string][] = [
  ["src/features/a/w1.ts", 'export { a } from "@/lib/l";'],
  ["src/features/a/w2.ts", 'export { a } from "@convex/_generated/api";'],
  ["src/features/a/w3.ts", 'export { a } from "./x";'],
  ["src/routes/w1.ts", 'export { a } from "../features/a/x";'],
  ["convex/w1.ts", 'export { a } from "./model/m";'],
  ["scripts/w1.ts", 'export { a } from "../embedded/main";'],
  ["scripts/w2.ts", 'export { readFileSync } from "node:fs";'],
];
let broken = new Map<string, string[]>();

beforeAll(() => {
  cpSync(join(root, ".oxlintrc.json"), join(house, ".oxlintrc.json"));
  cpSync(join(root, "tsconfig.json"), join(house, "tsconfig.json"));
  symlinkSync(join(root, "node_modules"), join(house, "node_modules"));
  for (const room of rooms) write(room, "export const a = 1;\n");
  for (const [visitor, line] of [...forbidden, ...allowed]) write(visitor, `${line}\n`);
  broken = lint();
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

it.each(forbidden)("refuses in %s: %s", (visitor) => {
  expect(broken.get(visitor)).toContain("boundaries(dependencies)");
});

it.each(allowed)("allows in %s: %s", (visitor) => {
  expect(broken.get(visitor)).toBeUndefined();
});
