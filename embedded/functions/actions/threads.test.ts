import { afterEach, expect, it, vi } from "vitest";
import { openBench, type Bench } from "./testing.ts";

const files = {
  "a.ts": `
    import { actionGeneric as action } from "convex/server";
    export const fine = action(async () => "fine");
    export const loop = action(async (ctx) => { await ctx.runMutation("m:begun" as any); for (;;) {} });
    export const spin = action(async () => { for (;;) {} });
    export const waits = action(async (ctx) => {
      setInterval(() => {}, 1);
      try { await ctx.runMutation("m:hangs" as any); } catch { await ctx.runMutation("m:after" as any); }
    });
    export const greedy = action(async (ctx) => {
      await ctx.runMutation("m:begun" as any);
      const all: any[] = [];
      for (;;) all.push(new Array(100_000).fill({}));
    });
    export const buffers = action(async (ctx) => {
      await ctx.runMutation("m:begun" as any);
      const all: any[] = [];
      while (all.length < 20) all.push(new Uint8Array(10_000_000).fill(1));
      for (;;) all[0][0]++;
    });
  `,
  "http.ts": `
    import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
    const http = httpRouter();
    http.route({ method: "GET", path: "/hangs", handler: httpAction(async (ctx) => { await ctx.runMutation("m:hangs" as any); return new Response(); }) });
    http.route({ method: "GET", path: "/body", handler: httpAction(async (ctx) => new Response(new ReadableStream({
      async pull(c) { c.enqueue(new TextEncoder().encode("x")); await ctx.runMutation("m:hangs" as any); },
    }))) });
    export default http;
  `,
};

let bench: Bench | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await bench?.close();
  bench = undefined;
});

/** Runs an action and tells when it has asked for a function of that name. */
function begin(
  path: string,
  name: string,
): { begun: Promise<void>; outcome: ReturnType<Bench["run"]>; asked: string[] } {
  const begun = Promise.withResolvers<void>();
  const asked: string[] = [];
  const syscall = (_op: string, args: { name: string }) => {
    asked.push(args.name);
    if (args.name === name) begun.resolve();
    return args.name === "m:hangs" ? new Promise<never>(() => undefined) : null;
  };
  return { begun: begun.promise, outcome: bench!.run(path, {}, { syscall }), asked };
}

it("A8: a loop in an action holds neither the server's thread nor actions that come later", async () => {
  bench = await openBench(files, { threads: 1 });
  const loop = begin("a:loop", "m:begun");
  let isOver = false;
  void loop.outcome.then(() => (isOver = true));
  await loop.begun;
  const order: string[] = [];
  const later = [1, 2, 3].map(() => bench!.run("a:fine").then(({ result }) => order.push(JSON.stringify(result))));
  setImmediate(() => order.push("a turn of the server's thread"));
  await Promise.all(later);
  expect(order).toEqual(["a turn of the server's thread", ...later.map(() => '{"ok":true,"value":"fine"}')]);
  expect(isOver).toBe(false);
  await bench.pool.close();
  expect((await loop.outcome).result).toEqual({
    ok: false,
    error: { message: expect.stringContaining("the server is shutting down") },
  });
});

it("A10: an action that waits too long is ended with an error, and asks nothing any more", async () => {
  bench = await openBench(files, { threads: 1, maxActionMs: 1000 });
  // The pool's clock; the threads have their own.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const waiting = begin("a:waits", "m:hangs");
  const message = "Function execution timed out (maximum duration: 1s)";
  await waiting.begun;
  await vi.advanceTimersByTimeAsync(1000);
  expect((await waiting.outcome).result).toEqual({ ok: false, error: { message } });
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
  expect(waiting.asked).toEqual(["m:hangs"]);
  const begun = Promise.withResolvers<void>();
  const answer = bench.http({ path: "/hangs" }, { syscall: () => (begun.resolve(), new Promise(() => undefined)) });
  await begun.promise;
  await vi.advanceTimersByTimeAsync(1000);
  const response = await answer;
  expect([response.status, await new Response(response.body as BodyInit).text()]).toEqual([
    500,
    expect.stringContaining(message),
  ]);
});

it("A10: a thread that does not confirm the end of a call is ended; other actions on it fail and say why", async () => {
  bench = await openBench(files, { threads: 1, maxActionMs: 1000, graceMs: 100 });
  // The pool's clock; the threads have their own.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const alone = begin("a:loop", "m:begun");
  const timedOut = "Function execution timed out (maximum duration: 1s)";
  await alone.begun;
  await vi.advanceTimersByTimeAsync(1100);
  expect((await alone.outcome).result).toEqual({ ok: false, error: { message: timedOut } });

  const response = await bench.http({ path: "/body" }, { syscall: () => new Promise(() => undefined) });
  const reader = response.body!.getReader();
  await reader.read();
  await vi.advanceTimersByTimeAsync(600);
  const loop = begin("a:loop", "m:begun");
  await loop.begun;
  // The other call's time and grace are up, the loop's own time is not.
  await vi.advanceTimersByTimeAsync(500);
  await expect(reader.read()).rejects.toThrow(timedOut);
  const message =
    "The action was interrupted because another function on the same thread did not yield and was ended. It is not run again by itself.";
  expect((await loop.outcome).result).toEqual({ ok: false, error: { message } });
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
});

it("A11: a thread that runs out of memory takes its actions with it, and is replaced", async () => {
  bench = await openBench(files, { threads: 1, maxHeapMb: 64 });
  const waiting = begin("a:waits", "m:hangs");
  await waiting.begun;
  const greedy = begin("a:greedy", "m:begun");
  const lost = {
    ok: false,
    error: {
      message:
        "The action was interrupted because the thread it ran on used more than 64 MB of memory. It is not run again by itself.",
    },
  };
  expect((await greedy.outcome).result).toEqual(lost);
  expect((await waiting.outcome).result).toEqual(lost);
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
});

it("A11: buffers count too, which lie outside the heap", async () => {
  bench = await openBench(files, { threads: 1, maxHeapMb: 128 });
  const greedy = begin("a:buffers", "m:begun");
  const message =
    "The action was interrupted because the thread it ran on used more than 128 MB of memory. It is not run again by itself.";
  expect((await greedy.outcome).result).toEqual({ ok: false, error: { message } });
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
});

it("A8: when all threads are held by code that does not yield, the longest of them ends, and others get their turn", async () => {
  bench = await openBench(files, { threads: 1, maxSilentMs: 1000 });
  const spins = [bench.run("a:spin")];
  // Answered only when the first thread is known to be held.
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
  spins.push(bench.run("a:spin"));
  await new Promise((done) => setTimeout(done, 500));
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
  const message =
    "The action was interrupted because a function on the same thread did not yield for 1 s while others waited. It is not run again by itself.";
  const { result } = await Promise.race(spins);
  expect(result).toEqual({ ok: false, error: { message } });
});

it("A8: threads are ready when the code has changed, and a closed pool takes no calls", async () => {
  bench = await openBench(files);
  bench.pool.codeChanged();
  expect((await bench.run("a:fine")).result).toEqual({ ok: true, value: "fine" });
  await bench.pool.close();
  await expect(bench.run("a:fine")).rejects.toThrow("shutting down");
});
