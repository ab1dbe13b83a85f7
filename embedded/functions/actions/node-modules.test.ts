import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sweepNodeModules, writeNodeModules } from "./node-modules.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "node-modules-test-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const modules = [
  {
    path: "a/b.js",
    source: 'export { default as one } from "pkg"; export * from "../_deps/node/C.js";',
    sourceMap: null,
    sha256: "1",
  },
  { path: "_deps/node/C.js", source: "export const two = import.meta.url;", sourceMap: null, sha256: "2" },
];

it("A20: files stand in a folder named by their content, with the project's packages in reach", async () => {
  mkdirSync(join(dir, "project/node_modules/pkg"), { recursive: true });
  writeFileSync(join(dir, "project/node_modules/pkg/package.json"), '{"type":"module","main":"i.js"}');
  writeFileSync(join(dir, "project/node_modules/pkg/i.js"), "export default 1;");
  const folder = writeNodeModules(join(dir, "cache"), join(dir, "project"), modules);
  const loaded = await import(/* @vite-ignore */ pathToFileURL(join(folder.dir, "a/b.js")).href);
  expect(loaded.one).toBe(1);
  expect(loaded.two).toContain(folder.hash);
  expect(JSON.parse(readFileSync(join(folder.dir, "package.json"), "utf8")).type).toBe("module");

  expect(writeNodeModules(join(dir, "cache"), join(dir, "project"), [...modules].reverse())).toEqual(folder);
  const changed = writeNodeModules(join(dir, "cache"), join(dir, "project"), [{ ...modules[1]!, sha256: "3" }]);
  expect(changed.hash).not.toBe(folder.hash);
  expect(readdirSync(join(dir, "cache")).sort()).toEqual([folder.hash, changed.hash].sort());

  sweepNodeModules(join(dir, "cache"), new Set([changed.hash]));
  expect(readdirSync(join(dir, "cache"))).toEqual([changed.hash]);
  expect(existsSync(join(dir, "project/node_modules/pkg/i.js"))).toBe(true); // the link went, not what it points at
});

it("A20: a module path cannot leave its folder", () => {
  const write = (path: string) =>
    writeNodeModules(join(dir, "cache"), null, [{ path, source: "", sourceMap: null, sha256: "1" }]);
  expect(() => write("../x.js")).toThrow("not allowed");
  expect(() => write("/etc/x.js")).toThrow("not allowed");
  expect(readdirSync(join(dir, "cache"))).toEqual([]);
});
