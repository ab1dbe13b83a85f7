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

/** A set of modules that keep a variable each, with these sources before it. */
async function prepared(sources: Record<string, string>): Promise<ModuleSet> {
  const modules = Object.entries(sources).map(([path, before]) => {
    const source = `${before} let count = 0; export const next = () => ++count;`;
    return [path, { path, source, sourceMap: null, environment: "isolate" }] as const;
  });
  const set = { definitionPath: "", modules: new Map(modules) } as unknown as ModuleSet;
  await loader.prepare(set);
  return set;
}

it("F30: a module that is asked for while the idle thread ends is analysed all the same", async () => {
  const set = await prepared({ "a.js": "", "b.js": "export const b = 1;" });
  await loader.makeSealable(set, "a.js");
  const ended = loader.close();
  expect(await loader.makeSealable(set, "b.js")).toBeNull();
  await ended;
});

it("F30: an analysis whose thread is ended fails, and the next one is made", async () => {
  const set = await prepared({ "a.js": "", "b.js": "export const b = 1;" });
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

it("F30: a module that no analysis can follow is refused, and the next one is analysed", async () => {
  const set = await prepared({ "deep.js": `export const deep = (x) => x${".x".repeat(20_000)};`, "b.js": "" });
  await expect(loader.makeSealable(set, "deep.js")).rejects.toThrow("Maximum call stack size exceeded");
  expect(await loader.makeSealable(set, "b.js")).toBeNull();
});
