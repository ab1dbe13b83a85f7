import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Prints the files that are loaded when the server's own modules are, one a line. */
const SCRIPT = `
  import { registerHooks } from "node:module";
  registerHooks({ load: (url, context, next) => { console.log(url); return next(url, context); } });
  await import(process.argv[1]);
  process.exit();
`;

it("D20: a start loads no compiler, and nothing that only pushes, tokens or transfers need", () => {
  const deployment = new URL("../deployment.ts", import.meta.url).href;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", SCRIPT, deployment], { encoding: "utf8" });
  expect(status).toBe(0);
  const loaded = stdout.trim().split("\n");
  expect(loaded).toContain(deployment);
  const root = new URL(".", new URL("../../", import.meta.url)).href;
  const mayWait = ["esbuild", "jose", "acorn", "croner", "prom-client", "yazl", "yauzl", "eslint-scope", "magic-string", "convex", "typescript"];
  const packages = new Set(loaded.flatMap((url) => /\/node_modules\/(@[^/]+\/[^/]+|[^/]+)/.exec(url)?.[1] ?? []));
  expect([...packages].filter((name) => mayWait.includes(name))).toEqual([]);
  const own = loaded.filter((url) => url.startsWith(root) && !url.includes("/node_modules/")).map((url) => url.slice(root.length));
  expect(own.filter((path) => /^embedded\/push\/(start|finish|analyze|definitions|schema)\.ts$/.test(path))).toEqual([]);
});

it("D20: the server's own compiled form is kept from start to start", () => {
  const cache = join(import.meta.dirname, "..", "compile-cache.mjs");
  const script = `
    import { getCompileCacheDir } from "node:module";
    import { keepCompiled } from ${JSON.stringify(cache)};
    keepCompiled();
    console.log(getCompileCacheDir() ?? "none");
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8", env: { ...process.env, NODE_COMPILE_CACHE: "" } });
  expect(stdout).toMatch(/node_modules.\.cache.embedded-server/);
});
