import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ConvexFailure } from "../../values/errors.ts";
import { openBench, type Bench } from "./testing.ts";

const files = {
  "plain.ts": `
    import { actionGeneric as action } from "convex/server";
    export const hello = action(async () => "from the default runtime");
  `,
  "disk.ts": `"use node";
    import { readFile, writeFile } from "node:fs/promises";
    import { createHash, scryptSync } from "node:crypto";
    import { AsyncLocalStorage } from "node:async_hooks";
    import { actionGeneric as action, internalActionGeneric as internalAction } from "convex/server";
    import { v, ConvexError } from "convex/values";
    import { shared } from "./helper";
    let imports = 0; imports++;
    console.log("imported");

    export const write = action({ args: { file: v.string(), text: v.string() }, returns: v.string(), handler: async (_ctx, args) => {
      await writeFile(args.file, args.text);
      const text = await readFile(args.file, "utf8");
      return createHash("sha256").update(text).digest("hex") + scryptSync("a", "b", 4).toString("hex");
    } });
    export const surroundings = internalAction(async () => ({
      imports: imports++, shared: shared(), version: process.version.startsWith("v"), greeting: process.env.GREETING ?? null, path: typeof process.env.PATH,
      secret: process.env.SERVER_SECRET ?? null, buffer: Buffer.from("é").length, als: typeof AsyncLocalStorage, url: import.meta.url,
      required: typeof (globalThis as any).require("node:os").cpus,
    }));
    export const ask = action({ args: { n: v.number() }, handler: async (ctx, { n }) => {
      console.log("asking", n);
      await new Promise((resolve) => setTimeout(resolve, 5 - n));
      const answer = await ctx.runQuery("q:a" as any, { n });
      console.warn("answered", { n });
      return answer;
    } });
    export const typed = action(async () => { throw new ConvexError({ code: "no" }); });
    export const boom = action(async () => { const inner = () => { throw new TypeError("boom"); }; inner(); });
    export const caught = action(async (ctx) => { try { await ctx.runMutation("m:x" as any); } catch (e: any) { return [e instanceof ConvexError, e.data]; } });
    export const unawaited = action(async (ctx) => { void ctx.runMutation("m:slow" as any); });
    export const stray = action(async () => {
      void Promise.reject(new Error("nobody listens"));
      setTimeout(() => { throw new Error("in timer"); }, 0);
      await new Promise((resolve) => setTimeout(resolve, 30));
      return "fine";
    });
    export const leaves = action(async () => { process.exit(3); });
    export const loop = action(async (ctx) => { await ctx.runMutation("m:begun" as any); for (;;) {} });
    export const waits = action(async (ctx) => { await ctx.runMutation("m:hangs" as any); return process.env.GREETING; });
  `,
  "helper.ts": `"use node"; export const shared = () => "shared";`,
  "packaged.ts": `"use node";
    import { actionGeneric as action } from "convex/server";
    export const name = action(async () => (await import(["outside", "package"].join("-"))).default);
  `,
};

let bench: Bench;
beforeAll(async () => {
  process.env.SERVER_SECRET = "not for functions";
  bench = await openBench(files, { env: { GREETING: "hello" } });
});
afterAll(async () => {
  delete process.env.SERVER_SECRET;
  await bench?.close();
});

const value = async (outcome: ReturnType<Bench["run"]>) => {
  const { result } = await outcome;
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

it("A19: a node action is ordinary Node code", async () => {
  const file = join(bench.dir, "written.txt");
  const digest = await value(bench.run("disk:write", { file, text: "é" }));
  expect(digest).toBe("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c87c5081b");
  expect(readFileSync(file, "utf8")).toBe("é");
  expect(await value(bench.run("plain:hello"))).toBe("from the default runtime");
});

it("A21: it sees the deployment's variables, and of the server's own only what programs need", async () => {
  expect(await value(bench.run("disk:surroundings"))).toMatchObject({
    shared: "shared",
    version: true,
    greeting: "hello",
    path: "string",
    secret: null,
    buffer: 2,
    als: "function",
    required: "function",
    url: expect.stringContaining("node-modules-cache"),
  });
});

it("A22: calls share the module, and each one's questions and lines find their way back", async () => {
  const all = await Promise.all(
    [0, 1, 2, 3, 4].map((n) => bench.run("disk:ask", { n }, { syscall: async (op, args) => [op, args.args.n, n] })),
  );
  all.forEach(({ result, logLines }, n) => {
    expect(result).toEqual({ ok: true, value: ["1.0/actions/query", n, n] });
    expect(logLines.filter((line) => line !== "[LOG] 'imported'")).toEqual([
      `[LOG] 'asking' ${n}`,
      `[WARN] 'answered' { n: ${n} }`,
    ]);
  });
  const first = (await value(bench.run("disk:surroundings"))) as { imports: number };
  const second = (await value(bench.run("disk:surroundings"))) as { imports: number };
  expect(second.imports).toBe(first.imports + 1);
});

it("A4: errors of node actions name the place people wrote", async () => {
  const { result } = await bench.run("disk:boom");
  expect(result).toEqual({
    ok: false,
    error: {
      message: expect.stringMatching(/^Uncaught TypeError: boom\n {4}at inner \(\.\.\/convex\/disk\.ts:\d+:\d+\)\n/),
    },
  });
  const typed = await bench.run("disk:typed");
  expect(typed.result).toEqual({
    ok: false,
    error: {
      message: expect.stringMatching(/^Uncaught ConvexError: \{"code":"no"\}\n {4}at .*\.\.\/convex\/disk\.ts:\d+:/),
      data: { code: "no" },
    },
  });
  const syscall = () => Promise.reject(new ConvexFailure("Uncaught ConvexError: x", { k: 1 }));
  expect(await value(bench.run("disk:caught", {}, { syscall }))).toEqual([true, { k: 1 }]);
});

it("A3: what nobody waited for is abandoned with a warning", async () => {
  const { logLines } = await bench.run("disk:unawaited", {}, { syscall: () => new Promise(() => undefined) });
  expect(logLines).toEqual([expect.stringMatching(/^\[WARN\] 1 unawaited operation: \[runMutation\]/)]);
});

it("A12: stray errors of a node action are lines in its log", async () => {
  const { result, logLines } = await bench.run("disk:stray");
  expect(result).toEqual({ ok: true, value: "fine" });
  expect(logLines).toEqual([
    expect.stringMatching(/^\[WARN\] Unhandled promise rejection: Uncaught Error: nobody listens\n.*convex\/disk\.ts/),
    expect.stringMatching(/^\[ERROR\] Unhandled error: Uncaught Error: in timer\n.*convex\/disk\.ts/),
  ]);
});

it("A11: process.exit in a node action ends its thread, not the server", async () => {
  expect((await bench.run("disk:leaves")).result).toEqual({
    ok: false,
    error: {
      message:
        "The action was interrupted because the thread it ran on ended with exit code 3. It is not run again by itself.",
    },
  });
  expect(await value(bench.run("disk:surroundings"))).toMatchObject({ imports: 1 });
});

it("A24: changed variables and modules mean a new thread; running calls end on the old one", async () => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<null>();
  const old = bench.run("disk:waits", {}, { syscall: () => (begun.resolve(), release.promise) });
  await begun.promise;
  const changed = await bench.withCode(files, { GREETING: "changed" });
  expect(await value(changed.run("disk:surroundings"))).toMatchObject({ imports: 1, greeting: "changed" });
  const pushed = await changed.withCode({
    "disk.ts": `"use node"; import { actionGeneric as action } from "convex/server"; export const surroundings = action(async () => "new code");`,
  });
  expect(await value(pushed.run("disk:surroundings"))).toBe("new code");
  release.resolve(null);
  expect(await value(old)).toBe("hello");
  await value(bench.run("disk:surroundings"));
  const cache = join(bench.dir, "data/node-modules-cache");
  expect(readdirSync(cache).length).toBeLessThanOrEqual(2);
});

it("A20: packages that were not bundled come from the project's folder", async () => {
  const project = join(bench.dir, "some-project");
  mkdirSync(join(project, "node_modules/outside-package"), { recursive: true });
  writeFileSync(join(project, "node_modules/outside-package/package.json"), '{"main":"index.js"}');
  writeFileSync(join(project, "node_modules/outside-package/index.js"), 'module.exports = "outside";');
  const other = await openBench(files, { projectDir: project });
  try {
    expect(await value(other.run("packaged:name"))).toBe("outside");
    await expect(value(bench.run("packaged:name"))).rejects.toThrow("Cannot find package 'outside-package'");
  } finally {
    await other.close();
  }
  expect(existsSync(join(project, "node_modules/outside-package/index.js"))).toBe(true);
});

it("A23: analysis lists the actions of node modules", async () => {
  const found = await bench.pool.analyzeNode(bench.instance.modules, ["disk.js", "helper.js"], {});
  expect(found.get("helper.js")).toEqual([]);
  const functions = found.get("disk.js")!;
  expect(functions.map(({ name }) => name).sort()).toEqual([
    "ask",
    "boom",
    "caught",
    "leaves",
    "loop",
    "stray",
    "surroundings",
    "typed",
    "unawaited",
    "waits",
    "write",
  ]);
  const by = (name: string) => functions.find((fn) => fn.name === name);
  expect(by("surroundings")).toEqual({
    name: "surroundings",
    pos: null,
    udfType: "Action",
    visibility: { kind: "internal" },
    args: '{"type":"any"}',
    returns: "null",
  });
  expect(JSON.parse(by("write")!.args!).value.file).toEqual({ fieldType: { type: "string" }, optional: false });
  expect([by("write")!.visibility, by("write")!.returns]).toEqual([{ kind: "public" }, '{"type":"string"}']);
});

it("A23: analysis refuses what Node cannot run, with the reason", async () => {
  const sdk = 'import * as s from "convex/server";';
  const refusal = async (source: string, env = {}) => {
    const { pool, instance } = await bench.withCode({ "bad.ts": `"use node"; ${sdk} ${source}` });
    return pool.analyzeNode(instance.modules, ["bad.js"], env).then(
      () => "accepted",
      (error: Error) => error.message,
    );
  };
  expect(await refusal("export const q = s.queryGeneric(async () => 1);")).toBe(
    'Failed to analyze bad.js: bad:q is not an action: only actions can be defined in Node.js. Move it to a file without "use node".',
  );
  expect(await refusal('console.log("hint"); throw new Error("at import " + process.env.X);', { X: "x" })).toMatch(
    /^Failed to analyze bad\.js: Uncaught Error: at import x\n {4}at \.\.\/convex\/bad\.ts:1:\d+\n\[LOG\] 'hint'$/,
  );
  expect(await refusal("process.exit(1);")).toContain("ended with exit code 1");
  expect(await refusal('await import(["not", "there"].join("-"));')).toContain(
    "Failed to analyze bad.js: Uncaught Error: Cannot find package 'not-there'",
  );
});
