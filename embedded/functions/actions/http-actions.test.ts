import { afterAll, beforeAll, expect, it } from "vitest";
import { openBench, type Bench } from "./testing.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(
    {
      "http.ts": `
      import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
      import { ConvexError } from "convex/values";
      const http = httpRouter();
      const route = (method: any, path: string, handler: any) => http.route({ method, path, handler: httpAction(handler) });
      const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

      route("POST", "/echo", async (_ctx: any, request: Request) => {
        const { a } = await request.clone().json();
        const headers = new Headers({ "x-seen": request.headers.get("x-sent") ?? "", "content-type": "text/plain" });
        headers.append("set-cookie", "a=1"); headers.append("set-cookie", "b=2");
        return new Response(request.method + " " + request.url + " " + a + " " + (request instanceof Request) + await request.text(), { status: 201, headers });
      });
      http.route({ method: "GET", pathPrefix: "/files/", handler: httpAction(async (_ctx, request) => new Response(new URL(request.url).pathname)) });
      route("GET", "/empty", async () => new Response(null, { status: 204 }));
      route("POST", "/upper", async (_ctx: any, request: Request) => {
        const upper = new TransformStream({ transform: (text: string, out: any) => out.enqueue(text.toUpperCase()) });
        return new Response(request.body!.pipeThrough(new TextDecoderStream()).pipeThrough(upper).pipeThrough(new TextEncoderStream()));
      });
      route("GET", "/events", async (ctx: any) => {
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        const encoder = new TextEncoder();
        void (async () => {
          for (let i = 0; i < 3; i++) {
            const answer = await ctx.runMutation("m:next", { i });
            await writer.write(encoder.encode("data: " + answer + "\\n\\n"));
            console.log("sent", i);
            await wait(2);
          }
          await writer.close();
        })();
        return new Response(readable, { headers: { "content-type": "text/event-stream" } });
      });
      route("GET", "/boom", async () => { throw new Error("boom <b>"); });
      route("GET", "/typed", async () => { throw new ConvexError({ n: 5n }); });
      route("GET", "/nothing", async () => undefined);
      route("GET", "/breaks", async () => {
        let n = 0;
        return new Response(new ReadableStream({ pull(c) { if (n++ === 0) c.enqueue(new TextEncoder().encode("start")); else throw new Error("broke off"); } }));
      });
      route("GET", "/huge", async () => new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1024 * 1024)); } })));
      route("GET", "/gone", async (ctx: any, request: Request) => {
        const left = new Promise<void>((resolve) => request.signal.addEventListener("abort", () => resolve()));
        await ctx.runMutation("m:begun");
        await left;
        await ctx.runMutation("m:aborted");
        return new Response("late");
      });
      route("GET", "/endless", async (ctx: any) => {
        let n = 0;
        return new Response(new ReadableStream({
          async pull(c) { c.enqueue(new TextEncoder().encode("tick " + n++)); },
          async cancel() { await wait(5); await ctx.runMutation("m:cancelled"); },
        }));
      });
      route("GET", "/who", async (ctx: any) => Response.json({ who: await ctx.auth.getUserIdentity(), env: process.env.CONVEX_SITE_URL }));
      export default http;
    `,
    },
    { env: { CONVEX_SITE_URL: "http://127.0.0.1:3211" } },
  );
});
afterAll(() => bench?.close());

const text = async (body: ReadableStream<Uint8Array> | null) => new Response(body as BodyInit | null).text();

it("A13: a handler gets the whole request and its response comes back as it is", async () => {
  const response = await bench.http({
    method: "POST",
    path: "/echo?q=1",
    headers: [
      ["x-sent", "yes"],
      ["host", "127.0.0.1:3211"],
    ],
    body: '{"a":"é"}',
  });
  expect(response.status).toBe(201);
  expect(response.headers).toEqual([
    ["content-type", "text/plain"],
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
    ["x-seen", "yes"],
  ]);
  expect(await text(response.body)).toBe('POST http://127.0.0.1:3211/echo?q=1 é true{"a":"é"}');
  expect(await response.logLines).toEqual([]);
  const empty = await bench.http({ path: "/empty" });
  expect([empty.status, empty.body]).toEqual([204, null]);
  const who = await bench.http({ path: "/who" }, { syscall: () => ({ subject: "me" }) });
  expect(JSON.parse(await text(who.body))).toEqual({ who: { subject: "me" }, env: "http://127.0.0.1:3211" });
});

it("A13: the request's body is read as a stream, no faster than the handler asks", async () => {
  const sent: number[] = [];
  const body = new ReadableStream(
    {
      pull: (c) => {
        if (sent.length === 5) return c.close();
        sent.push(sent.length);
        c.enqueue(new TextEncoder().encode(`part ${sent.length} `));
      },
    },
    { highWaterMark: 0 },
  );
  const response = await bench.http({ method: "POST", path: "/upper", body });
  expect(await text(response.body)).toBe("PART 1 PART 2 PART 3 PART 4 PART 5 ");
});

it("A14: the router decides; without a route it is 404", async () => {
  const found = await bench.http({ path: "/files/a/b" });
  expect(await text(found.body)).toBe("/files/a/b");
  for (const request of [{ path: "/nope" }, { method: "GET", path: "/echo" }]) {
    const response = await bench.http(request);
    expect([response.status, await text(response.body)]).toEqual([404, "No matching routes found"]);
  }
});

it("A18: a mounted router sees the path without its prefix, the handler the whole URL", async () => {
  const response = await bench.http({ path: "/mounted/files/x" }, { routePath: "/files/x" });
  expect(await text(response.body)).toBe("/mounted/files/x");
});

it("A15: an uncaught error is 500 with its text, and the data of a ConvexError", async () => {
  const response = await bench.http({ path: "/boom" });
  expect([response.status, response.headers]).toEqual([500, [["content-type", "application/json"]]]);
  const body = JSON.parse(await text(response.body));
  expect(body).toEqual({
    code: "[Request ID: 0123456789abcdef] Server Error: Uncaught Error: boom <b>",
    trace: expect.stringMatching(/^Uncaught Error: boom <b>\n {4}at \.\.\/convex\/http\.ts:/),
  });
  expect(await response.logLines).toEqual([`[ERROR] ${body.trace}`]);
  const typed = JSON.parse(await text((await bench.http({ path: "/typed" })).body));
  expect(typed.data).toEqual({ n: { $integer: "BQAAAAAAAAA=" } });
  const nothing = await bench.http({ path: "/nothing" });
  expect([nothing.status, await text(nothing.body)]).toEqual([500, expect.stringContaining("must return a Response")]);
});

it("A15: an error after the head breaks the body off and is a line in the log", async () => {
  const response = await bench.http({ path: "/breaks" });
  expect(response.status).toBe(200);
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("start");
  await expect(reader.read()).rejects.toThrow("broke off");
  expect(await response.logLines).toEqual([expect.stringMatching(/^\[ERROR\] Uncaught Error: broke off/)]);
});

it("A17: the response comes piece by piece while the handler's code goes on", async () => {
  const seen: string[] = [];
  const live: string[] = [];
  const syscall = (_op: string, { args }: { args: { i: number } }) => {
    seen.push(`asked ${args.i}`);
    return `answer ${args.i}`;
  };
  const response = await bench.http({ path: "/events" }, { syscall, onLog: (line) => live.push(line) });
  const reader = response
    .body!.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) seen.push(part.value);
  expect(seen).toEqual([0, 1, 2].flatMap((i) => [`asked ${i}`, `data: answer ${i}\n\n`]));
  expect(await response.logLines).toEqual(["[LOG] 'sent' 0", "[LOG] 'sent' 1", "[LOG] 'sent' 2"]);
  expect(live).toEqual(await response.logLines);
});

it("A17: a response body over 20 MiB is broken off", async () => {
  const response = await bench.http({ path: "/huge" });
  const reader = response.body!.getReader();
  let bytes = 0;
  await expect(async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) bytes += part.value.byteLength;
  }).rejects.toThrow("larger than 20971520 bytes");
  expect(bytes).toBe(20 * 1024 * 1024);
});

it("A16: a client that leaves aborts the request's signal; a reader that leaves cancels the response", async () => {
  const client = new AbortController();
  const asked: string[] = [];
  const response = await bench.http(
    { path: "/gone", signal: client.signal },
    {
      syscall: (_op, { name }) => {
        asked.push(name);
        if (name === "m:begun") client.abort();
        return null;
      },
    },
  );
  expect(asked).toEqual(["m:begun", "m:aborted"]);
  expect([response.status, await text(response.body)]).toEqual([200, ""]); // nobody is there to read it
  expect(await response.logLines).toEqual([]);

  const left = await bench.http({ path: "/who", signal: AbortSignal.abort() }, { syscall: () => null });
  expect([left.status, await text(left.body)]).toEqual([200, ""]);

  const cancelled = Promise.withResolvers<string>();
  const endless = await bench.http(
    { path: "/endless" },
    { syscall: (_op, { name }) => (cancelled.resolve(name), null) },
  );
  const reader = endless.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("tick 0");
  await reader.cancel();
  expect(await cancelled.promise).toBe("m:cancelled");
  expect(await endless.logLines).toEqual([]);
});
