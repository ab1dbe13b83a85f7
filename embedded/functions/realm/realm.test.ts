import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { ModuleSet } from "../code.ts";
import { Loader } from "../loader.ts";
import { freeMemory } from "../heap.ts";
import { createRealm, type Realm, type RealmMode, type RealmPort } from "./realm.ts";

const dir = mkdtempSync(join(tmpdir(), "realm-"));
afterAll(() => rmSync(dir, { recursive: true }));
const loader = new Loader(dir);

function modules(sources: Record<string, string>): ModuleSet {
  const list = Object.entries(sources).map(
    ([path, source]) => [path, { path, source, sourceMap: null, environment: "isolate", sha256: "" }] as const,
  );
  return { definitionPath: "", modules: new Map(list) };
}

const refused = (op: string): never => {
  throw new Error(`refused ${op}`);
};
const silent: RealmPort = { syscall: refused, asyncSyscall: refused, jsSyscall: refused, log: () => undefined };

function open(mode: RealmMode, port: Partial<RealmPort> = {}, reusable = false): { realm: Realm; logs: string[] } {
  const logs: string[] = [];
  const realm = createRealm({
    mode,
    env: { GREETING: "hi" },
    nowMs: 1000,
    seed: Buffer.alloc(32, 1),
    name: "test",
    reusable,
    port: { ...silent, log: (level, text) => logs.push(`[${level}] ${text}`), ...port },
  });
  return { realm, logs };
}

async function load(realm: Realm, sources: Record<string, string>, path = "a.js") {
  const set = modules(sources);
  const prepared = await loader.prepare(set);
  if (realm.isReusable) await loader.makeSealable(set, path);
  return realm.load(prepared, path);
}

it("F1: every global of the runtime is there and belongs to the realm", async () => {
  const { realm } = open("transaction");
  const out = await load(realm, {
    "a.js": `
      const names = ["Convex","self","process","console","URL","URLSearchParams","TextEncoder","TextDecoder","TextEncoderStream",
        "TextDecoderStream","atob","btoa","Blob","File","FormData","Headers","Request","Response","fetch","ReadableStream",
        "WritableStream","TransformStream","AbortController","AbortSignal","Event","EventTarget","CustomEvent","DOMException",
        "structuredClone","performance","setTimeout","setInterval","clearTimeout","clearInterval","crypto","Crypto","SubtleCrypto",
        "CryptoKey","AsyncLocalStorage","AsyncResource","queueMicrotask","Intl","WebAssembly"];
      export const missing = names.filter((n) => globalThis[n] === undefined);
      export const extra = ["window","document","global","Buffer","require","module","__dirname","setImmediate","WebSocket","Worker"]
        .filter((n) => typeof globalThis[n] !== "undefined");
      export const env = process.env.GREETING + String(process.env.NOPE) + typeof process.versions;
      export const scope = { Date, Math, console, process, Promise, Error, JSON, crypto };
      export const configurable = ["Date","Math","console","process","crypto","Crypto","CryptoKey","SubtleCrypto"]
        .every((n) => Object.getOwnPropertyDescriptor(globalThis, n).configurable);
      let hostError; try { new URL("nope") } catch (e) { hostError = e }
      export const hostErrors = [hostError instanceof Error, hostError instanceof TypeError, hostError instanceof RangeError];
      export const buffers = new TextEncoder().encode("x").buffer instanceof ArrayBuffer;
      export const cloned = structuredClone({ a: [new Map([[1, new Date(5)]])], b: new Uint8Array([1]) });
      export const plain = Object.getPrototypeOf(cloned) === Object.prototype && cloned.a instanceof Array;
    `,
  });
  expect(out.missing).toEqual([]);
  expect(out.extra).toEqual([]);
  expect(out.env).toBe("hiundefinedundefined");
  expect(out.configurable).toBe(true);
  for (const [name, value] of Object.entries(out.scope)) {
    expect([name, value === (globalThis as Record<string, unknown>)[name]]).toEqual([name, false]);
  }
  expect(out.hostErrors).toEqual([true, true, false]);
  expect([out.buffers, out.plain]).toEqual([true, true]);
});

it("F2: modules are found beside the importer and evaluated once; circular imports work", async () => {
  const { realm } = open("transaction");
  const out = await load(
    realm,
    {
      "dir/a.js": `import { b } from "../_deps/B.js"; import d from "./d"; export const a = () => "a"; export const all = () => b() + d;`,
      "dir/d.js": `globalThis.count = (globalThis.count ?? 0) + 1; export default "d" + globalThis.count;`,
      "_deps/B.js": `import { a } from "../dir/a.js"; import d from "../dir/d.js"; export const b = () => a() + "b" + d;`,
    },
    "dir/a.js",
  );
  expect(out.all()).toBe("abd1d1");
  const missing = await loader.prepare(modules({ "a.js": `import "./nope.js";` }));
  expect(() => open("transaction").realm.load(missing, "a.js")).toThrow("./nope.js");
});

it("F3: syntax errors and top-level await are refused by name", async () => {
  await expect(loader.prepare(modules({ "bad.js": "export const = 1;" }))).rejects.toMatchObject({
    code: "InvalidModules",
    message: expect.stringContaining("bad.js"),
  });
  await expect(loader.prepare(modules({ "tla.js": "export const a = await 1;" }))).rejects.toThrow(/tla\.js.*await/i);
});

it("F4: a transaction's time stands still, its chance comes from the seed, the outside is refused", async () => {
  const sources = {
    "a.js": `
      export const imported = [Date.now(), performance.now()];
      export const f = { async go() {
        const t = [Date.now(), new Date().getTime(), new Date(2020, 1).getFullYear(), typeof Date()];
        const r = [Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(4))]];
        const errors = [];
        for (const f of [() => fetch("http://x"), () => setTimeout(() => {}, 1), () => AbortSignal.timeout(5)]) {
          try { await f(); errors.push(null) } catch (e) { errors.push(e.message) }
        }
        return JSON.stringify({ t, r, errors });
      } };`,
  };
  const run = async (seed: number) => {
    const { realm } = open("transaction");
    const out = await load(realm, sources);
    expect(out.imported).toEqual([1000, 0]);
    realm.begin({ nowMs: 5000, seed: Buffer.alloc(32, seed), port: silent });
    realm.start("a.js", "f", "go", []);
    for (let i = 0; i < 3; i++) realm.drain();
    expect(realm.call.state).toBe("fulfilled");
    return JSON.parse(String(realm.call.value));
  };
  const one = await run(1);
  expect(one.t).toEqual([5000, 5000, 2020, "string"]);
  expect(await run(1)).toEqual(one);
  expect((await run(2)).r).not.toEqual(one.r);
  expect(one.errors[0]).toBe(
    "Can't use fetch() in queries and mutations. Please consider using an action. See https://docs.convex.dev/functions/actions for more details.",
  );
  expect(one.errors[1]).toContain("Can't use setTimeout() in queries and mutations.");
  expect(one.errors[2]).toContain("AbortSignal.timeout");
});

it("F5: an operation waits until it is answered; errors keep message and data", async () => {
  const { realm, logs } = open("transaction");
  await load(realm, {
    "a.js": `export const f = { async go(x) {
      const a = await Convex.asyncSyscall("one", x);
      let caught; try { await Convex.asyncSyscall("two", "{}") } catch (e) { caught = [e instanceof Error, e.message, e.data] }
      console.log("done", { a, caught });
      throw Object.assign(new TypeError("late"), { name: "Late" });
    } }`,
  });
  realm.begin({
    nowMs: 1,
    seed: Buffer.alloc(32),
    port: { ...silent, log: (level, text) => logs.push(`[${level}] ${text}`) },
  });
  realm.start("a.js", "f", "go", ['"x"']);
  expect(realm.queue).toEqual([{ id: 1, op: "one", args: '"x"' }]);
  realm.queue.shift();
  realm.settle(1, "answer");
  realm.drain();
  realm.queue.shift();
  realm.settle(2, { message: "no", data: `{"code":1}` });
  realm.drain();
  expect(realm.call.state).toBe("rejected");
  expect(realm.describe(realm.call.value).message).toMatch(
    /^Uncaught Late: late\n {4}at (async )?Object\.go \(\.\.\/convex\/a\.js:5:\d+\)\n/,
  );
  expect(logs).toEqual([`[LOG] 'done' { a: 'answer', caught: [ true, 'no', { code: 1 } ] }`]);
});

it("F6: an action has real time, timers that end with it, and answers in its own realm", async () => {
  const { realm, logs } = open("action", {
    asyncSyscall: async (op) => `"${op}"`,
    fetch: async () => Response.json({ a: [1] }),
  });
  const out = await load(realm, {
    "a.js": `
      export async function go() {
        const before = Date.now();
        await new Promise((resolve) => setTimeout(resolve, 20));
        const response = await fetch("http://example.com");
        const json = await response.json();
        const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(1));
        const answer = await Convex.asyncSyscall("op", "{}");
        setTimeout(() => console.log("leaked"), 30);
        return [Date.now() - before >= 15, answer, response instanceof Response,
          json instanceof Object && json.a instanceof Array, digest instanceof ArrayBuffer];
      }`,
  });
  expect(await out.go()).toEqual([true, `"op"`, true, true, true]);
  realm.dispose();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(logs).toEqual([]);
});

for (const reusable of [false, true]) {
  it(`F36: ${reusable ? "a sealed realm" : "a realm"} that serves no more calls holds none of its modules`, async () => {
    const { realm } = open("transaction", {}, reusable);
    const held = await heldBy(realm);
    realm.letGo();
    await new Promise((resolve) => setImmediate(resolve));
    freeMemory();
    expect(held.deref()).toBeUndefined();
    expect(realm.context).toBeDefined();
  });
}

/** A function that the realm keeps: its module's, with the variable of its closure. */
async function heldBy(realm: Realm): Promise<WeakRef<object>> {
  const out = await load(realm, {
    "a.js": `
      let count = 0;
      const many = new Map([["a", { count }]]);
      export const go = () => ++count + many.size;`,
  });
  if (realm.isReusable) expect(realm.seal()).toBeNull();
  expect(out.go()).toBe(2);
  return new WeakRef(out.go as object);
}
