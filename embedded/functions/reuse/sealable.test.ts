import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ModuleSet } from "../code.ts";
import { Loader } from "../loader.ts";

let dir: string;
let loader: Loader;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "countersign-"));
  loader = new Loader(dir);
});
afterEach(async () => {
  await loader.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A set of modules that keep a variable each. */
async function prepared(...paths: string[]): Promise<ModuleSet> {
  const modules = paths.map((path, n) => {
    const source = `let count = ${n}; export const next = () => ++count;`;
    return [path, { path, source, sourceMap: null, environment: "isolate" }] as const;
  });
  const set = { definitionPath: "", modules: new Map(modules) } as unknown as ModuleSet;
  await loader.prepare(set);
  return set;
}

it("F30: a module that is asked for while the idle thread ends is analysed all the same", async () => {
  const set = await prepared("a.js", "b.js");
  await loader.makeSealable(set, "a.js");
  const ended = loader.close();
  expect(await loader.makeSealable(set, "b.js")).toBeNull();
  await ended;
});

it("F30: an analysis whose thread is ended fails, and the next one is made", async () => {
  const set = await prepared("a.js", "b.js");
  await loader.makeSealable(set, "a.js");
  const analysis = { isUnderWay: true };
  const cut = loader.makeSealable(set, "b.js").finally(() => (analysis.isUnderWay = false));
  const ending = (async () => {
    // Again and again: the compiler comes first, then the thread.
    while (analysis.isUnderWay) {
      await loader.close();
      await new Promise((done) => setImmediate(done));
    }
  })();
  await expect(cut).rejects.toThrow("The analysis was ended.");
  await ending;
  expect(await loader.makeSealable(set, "b.js")).toBeNull();
});
