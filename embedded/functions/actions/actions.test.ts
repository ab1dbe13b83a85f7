import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ConvexFailure } from "../../values/errors.ts";
import { openBench, type Bench } from "./testing.ts";

let bench: Bench;
let origin: string;
let closed: Promise<void>;
const server = createServer((request, response) => void serve(request.url ?? "", response));

async function serve(url: string, response: ServerResponse): Promise<void> {
  if (url === "/json") return void response.end('{"a":[1]}');
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (url === "/hang") return void response.write("data: first\n\n");
  for (let i = 0; i < 3; i++) {
    response.write(`data: ${i}é\n\n`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  response.end();
}

beforeAll(async () => {
  closed = new Promise((resolve) => {
    server.on("request", (request, response) => {
      if (request.url === "/hang") response.on("close", resolve);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bench = await openBench(
    {
      "shared.ts": `export const state = { count: 0 };`,
      "basic.ts": `
        import { actionGeneric as action } from "convex/server";
        import { v, ConvexError } from "convex/values";
        import { state } from "./shared";
        export const echo = action({ args: { value: v.any() }, handler: async (_ctx, args) => args.value });
        export const nothing = action(async () => {});
        export const fresh = action(async () => {
          (globalThis as any).seen = ((globalThis as any).seen ?? 0) + 1;
          return [++state.count, (globalThis as any).seen];
        });
        export const surroundings = action(async () => {
          const before = Date.now();
          await new Promise((resolve) => setTimeout(resolve, 20));
          const storage = new AsyncLocalStorage();
          const inStorage = await storage.run("kept", async () => { await null; return storage.getStore(); });
          const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt"]);
          return {
            waited: Date.now() - before >= 15, inStorage, key: key.algorithm.name, env: process.env.GREETING, none: process.env.HOME ?? null,
            clone: structuredClone({ d: [1] }).d[0], globals: [typeof process.version, typeof window, typeof Buffer],
          };
        });
        export const calls = action(async (ctx) => {
          const id = await ctx.scheduler.runAfter(1000, "m:later" as any, {});
          const both = await Promise.all([ctx.runQuery("q:a" as any, { n: 1 }), ctx.runMutation("function://h#m:b" as any, { n: 2 })]);
          return [id, ...both, await ctx.auth.getUserIdentity()];
        });
        export const caught = action(async (ctx) => {
          const seen: any[] = [];
          for (const name of ["m:plain", "m:typed", "m:fault"]) {
            try { await ctx.runMutation(name as any); }
            catch (e: any) { seen.push([e instanceof ConvexError, e instanceof Error, e.message, e.data ?? null]); }
          }
          return seen;
        });
        export const unawaited = action(async (ctx) => { void ctx.runMutation("m:slow" as any); void ctx.scheduler.runAfter(0, "m:x" as any); });
        export const boom = action(async () => { const fail = () => { throw new RangeError("boom"); }; fail(); });
        export const typed = action(async () => { throw new ConvexError({ code: "no", n: 5n }); });
        export const odd = action(async () => { throw "just text"; });
        export const logs = action(async (ctx) => {
          console.log("text", { a: [1, "x"] }, new Map([["k", 1n]]), undefined, null);
          console.warn("careful"); console.error(new Error("shown")); console.debug(1); console.info(true);
          await ctx.runQuery("q:gate" as any);
          console.log("after");
        });
        export const flood = action(async () => { for (let i = 0; i < 300; i++) console.log("x".repeat(i === 0 ? 40000 : 1)); });
        export const stray = action(async () => {
          void (async () => { await null; throw new Error("nobody listens"); })();
          void fetch("http://127.0.0.1:1/").then((r) => r.text());
          new Blob([]).stream().getReader().read().then(() => { throw new Error("host promise"); });
          setTimeout(() => { throw new Error("in timer"); }, 0);
          await fetch("http://127.0.0.1:1/").catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, 20));
          return "fine";
        });
        export const clock = action(async (ctx) => {
          setTimeout(() => void ctx.runMutation("m:tick" as any), 30);
          setInterval(() => void ctx.runMutation("m:tick" as any), 5);
          await new Promise((resolve) => setTimeout(resolve, 12));
        });
      `,
      "net.ts": `
        import { actionGeneric as action } from "convex/server";
        import { v } from "convex/values";
        const args = { origin: v.string() };
        export const json = action({ args, handler: async (_ctx, { origin }) => {
          const response = await fetch(origin + "/json");
          const body = await response.json();
          return [response instanceof Response, body instanceof Object, body.a];
        } });
        export const events = action({ args, handler: async (_ctx, { origin }) => {
          const reader = (await fetch(origin + "/events")).body!.pipeThrough(new TextDecoderStream()).getReader();
          const seen: string[] = [];
          let text = "";
          for (let part = await reader.read(); !part.done; part = await reader.read()) {
            text += part.value;
            const parts = text.split("\\n\\n");
            text = parts.pop()!;
            seen.push(...parts);
          }
          return seen;
        } });
        export const leaves = action({ args, handler: async (_ctx, { origin }) => {
          const response = await fetch(origin + "/hang");
          const first = await response.body!.getReader().read();
          return new TextDecoder().decode(first.value);
        } });
        export const aborts = action({ args, handler: async (_ctx, { origin }) => {
          const controller = new AbortController();
          const response = await fetch(origin + "/hang", { signal: controller.signal });
          setTimeout(() => controller.abort(), 5);
          try { await response.text(); return "not aborted"; } catch (e: any) { return e.name; }
        } });
        const imported = (() => { try { return typeof fetch("http://127.0.0.1:1/").catch(() => undefined); } catch (e: any) { return e.message; } })();
        export const atImport = action(async () => imported);
      `,
    },
    { env: { GREETING: "hello" } },
  );
});
afterAll(async () => {
  await bench?.close();
  server.closeAllConnections();
  server.close();
});

const value = async (outcome: ReturnType<Bench["run"]>) => {
  const { result } = await outcome;
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

it("A1: an action gets its arguments and gives its value; every call starts in an untouched scope", async () => {
  const all = { $integer: "AQAAAAAAAAA=" };
  expect(await value(bench.run("basic:echo", { value: [all, { $bytes: "AQI=" }, "é", null] }))).toEqual([
    all,
    { $bytes: "AQI=" },
    "é",
    null,
  ]);
  expect(await value(bench.run("basic:nothing"))).toBeNull();
  for (let i = 0; i < 3; i++) expect(await value(bench.run("basic:fresh"))).toEqual([1, 1]);
});

it("A1: many actions run beside each other", async () => {
  const all = await Promise.all(Array.from({ length: 100 }, (_, i) => value(bench.run("basic:echo", { value: i }))));
  expect(all).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

it("A2: time, timers, chance, streams and variables are real; Node's own globals are not there", async () => {
  expect(await value(bench.run("basic:surroundings"))).toEqual({
    waited: true,
    inStorage: "kept",
    key: "AES-GCM",
    env: "hello",
    none: null,
    clone: 1,
    globals: ["undefined", "undefined", "undefined"],
  });
});

it("A3: what an action asks is performed by the server, beside each other", async () => {
  const asked: string[] = [];
  const gate = Promise.withResolvers<void>();
  const result = await value(
    bench.run(
      "basic:calls",
      {},
      {
        syscall: async (op, args) => {
          asked.push(op);
          if (op === "1.0/actions/schedule") return `job for ${args.name}`;
          if (op === "1.0/getUserIdentity") return { subject: "me" };
          if (op === "1.0/actions/mutation") gate.resolve();
          await gate.promise; // the query can only be answered when the mutation was asked meanwhile
          return [op, args.name ?? args.functionHandle, args.args];
        },
      },
    ),
  );
  expect(asked).toEqual(["1.0/actions/schedule", "1.0/actions/query", "1.0/actions/mutation", "1.0/getUserIdentity"]);
  expect(result).toEqual([
    "job for m:later",
    ["1.0/actions/query", "q:a", { n: 1 }],
    ["1.0/actions/mutation", "function://h#m:b", { n: 2 }],
    { subject: "me" },
  ]);
});

it("A3: an error of a called function can be caught, with the data of a ConvexError", async () => {
  const syscall = async (_op: string, { name }: { name: string }) => {
    if (name === "m:typed") throw new ConvexFailure("Uncaught ConvexError: x", { code: { $integer: "AQAAAAAAAAA=" } });
    if (name === "m:plain") throw new ConvexFailure("Uncaught Error: plain\n    at x");
    throw new Error("a secret of the server");
  };
  expect(await value(bench.run("basic:caught", {}, { syscall }))).toEqual([
    [false, true, "Uncaught Error: plain\n    at x", null],
    [true, true, "Uncaught ConvexError: x", { code: { $integer: "AQAAAAAAAAA=" } }],
    [false, true, "Your request couldn't be completed. Try again later.", null],
  ]);
  expect(bench.strays.splice(0).join()).toContain("a secret of the server");
});

it("A3: what nobody waited for is abandoned with a warning", async () => {
  const outcome = await bench.run("basic:unawaited", {}, { syscall: () => new Promise(() => undefined) });
  expect(outcome.result).toEqual({ ok: true, value: null });
  expect(outcome.logLines).toEqual([
    expect.stringMatching(
      /^\[WARN\] 2 unawaited operations: \[runMutation, scheduler.runAt\]\. Async operations should be awaited/,
    ),
  ]);
});

it("A4: an uncaught error names the place people wrote; a ConvexError keeps its data", async () => {
  const { result } = await bench.run("basic:boom");
  expect(result).toEqual({
    ok: false,
    error: {
      message: expect.stringMatching(/^Uncaught RangeError: boom\n {4}at fail \(\.\.\/convex\/basic\.ts:\d+:\d+\)\n/),
    },
  });
  const typed = await bench.run("basic:typed");
  expect(typed.result).toEqual({
    ok: false,
    error: {
      message: expect.stringMatching(/^Uncaught ConvexError: \{"code":"no","n":"5n"\}\n/),
      data: { code: "no", n: { $integer: "BQAAAAAAAAA=" } },
    },
  });
  expect((await bench.run("basic:odd")).result).toEqual({ ok: false, error: { message: "Uncaught just text" } });
});

it("A5: log lines come while the action runs, and all of them with the outcome", async () => {
  const live: string[] = [];
  let atGate: string[] = [];
  const { logLines } = await bench.run(
    "basic:logs",
    {},
    {
      onLog: (line) => live.push(line),
      syscall: async () => {
        atGate = [...live];
        return null;
      },
    },
  );
  expect(atGate.length).toBe(5);
  expect(logLines).toEqual(live);
  expect(logLines[0]).toBe("[LOG] 'text' { a: [ 1, 'x' ] } Map(1) { 'k' => 1n } undefined null");
  expect(logLines.map((line) => line.split(" ")[0])).toEqual([
    "[LOG]",
    "[WARN]",
    "[ERROR]",
    "[DEBUG]",
    "[INFO]",
    "[LOG]",
  ]);
  expect(logLines[2]).toContain("Error: shown");
});

it("A5: lines are bounded in number and length", async () => {
  const { logLines } = await bench.run("basic:flood");
  expect(logLines.length).toBe(256);
  expect(logLines[0]!.length).toBe(32_768);
  expect(logLines[255]).toContain("Log overflow");
});

it("A6: fetch reads from the network, streams included", async () => {
  expect(await value(bench.run("net:json", { origin }))).toEqual([true, true, [1]]);
  expect(await value(bench.run("net:events", { origin }))).toEqual(["data: 0é", "data: 1é", "data: 2é"]);
  expect(await value(bench.run("net:aborts", { origin }))).toBe("AbortError");
});

it("A6: a response that is still open when the action ends is aborted", async () => {
  expect(await value(bench.run("net:leaves", { origin }))).toBe("data: first\n\n");
  await closed;
});

it("A7: no timer fires after the end of its action", async () => {
  let ticks = 0;
  await bench.run("basic:clock", {}, { syscall: () => ++ticks });
  const atEnd = ticks;
  await value(bench.run("basic:surroundings")); // the same threads, 20 ms later
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(ticks).toBe(atEnd);
});

it("A12: errors nobody listens for are lines in the log of their action", async () => {
  const { result, logLines } = await bench.run("basic:stray");
  expect(result).toEqual({ ok: true, value: "fine" });
  const texts = logLines.join("\n");
  for (const expected of ["nobody listens", "fetch failed", "host promise", "in timer"])
    expect(texts).toContain(expected);
  expect(logLines.length).toBe(4);
  expect(bench.strays).toEqual([]);
  expect(await value(bench.run("basic:echo", { value: "alive" }))).toBe("alive");
});
