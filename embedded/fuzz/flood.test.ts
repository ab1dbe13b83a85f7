import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { RawClient } from "../sync/raw-client.ts";
import { fuzzedApp } from "./app.fixture.ts";
import { watching } from "./latency.ts";
import { call, type ServerProcess, startServer } from "./server-process.ts";

/** More than a server can take: memory stays bounded, refusals are clear, others are served. */

const MIB = 1024 * 1024;
/**
 * What others may have to wait while the server refuses as fast as it can, ms. Behind a flood that is taken in whole they
 * wait for all of it: 100,000 mutations are more than ten seconds of work.
 */
const MOST_MS = 5_000;

let server: ServerProcess;
let clients: RawClient[] = [];
beforeAll(async () => {
  server = await startServer(fuzzedApp);
  for (let i = 0; i < 5; i++) await call(server, "query", "seed:counted");
});
afterAll(async () => {
  await server.end();
});
/** On a busy machine; alone it takes two seconds. */
const PATIENCE_MS = 60_000;
const connect = async (): Promise<RawClient> => {
  const client = await RawClient.connect(server.url);
  clients.push(client);
  return client;
};
const leave = (): void => {
  for (const client of clients) client.close();
  clients = [];
};

describe("a flood", { timeout: 2 * PATIENCE_MS }, () => {
  it("W18: of 100,000 mutations from one socket waits with the client; memory is bounded and others are served", async () => {
    const before = server.rss();
    const client = await connect();
    const { worstMs } = await watching(server, "seed:counted", async () => {
      for (let i = 0; i < 100_000; i++) client.mutation(i, "seed:count", { to: i, padding: "x".repeat(100) });
      await expect.poll(() => client.received.length, { timeout: PATIENCE_MS }).toBeGreaterThan(50);
    });
    const mutations = client.received.filter(({ type }) => type === "MutationResponse");
    expect(mutations.map(({ requestId }) => requestId)).toEqual(mutations.map((_, i) => i));
    expect(worstMs).toBeLessThan(MOST_MS);
    expect(server.rss() - before).toBeLessThan(150 * MIB);
    leave();
  });

  it("W18: of 1,000 sockets with calls each is answered, every one of them", async () => {
    const before = server.rss();
    const sockets = await Promise.all(Array.from({ length: 1_000 }, connect));
    const { worstMs } = await watching(server, "seed:counted", async () => {
      for (const socket of sockets) socket.mutation(0, "seed:count", { to: 1 });
      await expect.poll(() => sockets.filter(({ received }) => received.some(({ success }) => success)).length, { timeout: PATIENCE_MS }).toBe(1_000);
    });
    expect(worstMs).toBeLessThan(MOST_MS);
    expect(server.rss() - before).toBeLessThan(200 * MIB);
    leave();
  });

  it("W18: of unfinished messages is cut off before it fills the memory", async () => {
    const before = server.rss();
    const sockets = await Promise.all(Array.from({ length: 12 }, connect));
    for (const { socket } of sockets) socket.send("x".repeat(19 * MIB), { fin: false });
    const ends = sockets.map(({ closed }) => closed.then(({ code, reason }) => `${code} ${reason}`));
    expect(await Promise.race(ends)).toBe("1013 TooManyConcurrentRequests");
    expect(server.rss() - before).toBeLessThan(400 * MIB);
    leave();
    expect(await call(server, "mutation", "seed:count", { to: 7 })).toMatchObject({ status: "success" });
  });

  it("H21: of large requests is refused with 503 while too many are read", async () => {
    const body = JSON.stringify({ path: "seed:act", args: { value: "x".repeat(8 * MIB) } });
    const post = () => fetch(`${server.url}/api/query`, { method: "POST", body });
    // Bodies that lack their end until one too many was refused.
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const held = () =>
      new ReadableStream<Uint8Array>({
        async start(controller) {
          controller.enqueue(new TextEncoder().encode(body));
          await released;
          controller.close();
        },
      });
    const open = Array.from({ length: 26 }, () =>
      fetch(`${server.url}/api/query`, { method: "POST", body: held(), duplex: "half" } as RequestInit),
    );
    const refused = await Promise.race([...open, refusal(post)]);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: "TooManyConcurrentRequests", message: expect.stringContaining("try again") });
    release();
    const answers = await Promise.all(open);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    await Promise.all(answers.map((answer) => (answer.bodyUsed ? "" : answer.text().catch(() => ""))));
    expect((await post()).status).toBe(200);
  });
});

/** Asks until it is refused. */
async function refusal(post: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await post();
    if (answer.status === 503) return answer;
    await answer.text();
  }
}

describe("small things that would become large", () => {
  it("H20: brackets without end are refused, on a socket and over HTTP", async () => {
    const before = server.rss();
    const text = "[".repeat(19 * MIB);
    const client = await connect();
    client.send(text);
    expect((await client.next("FatalError")).error).toContain("nested deeper than 50000 levels");
    const wide = `{"path":"seed:any","args":{"a":[${"[],".repeat(2 * MIB)}1]}}`;
    const answer = await fetch(`${server.url}/api/query`, { method: "POST", body: wide });
    expect([answer.status, await answer.json()]).toEqual([400, { code: "BadJsonBody", message: "The JSON holds more than 1000000 values." }]);
    expect(server.rss() - before).toBeLessThan(250 * MIB);
    leave();
  });

  it("H7, W20: packed data cannot grow without end: bodies stop at their limit, WebSockets are not packed", async () => {
    const bomb = gzipSync(Buffer.alloc(60 * MIB));
    const answer = await fetch(`${server.url}/api/query`, { method: "POST", headers: { "content-encoding": "gzip" }, body: bomb });
    expect(answer.status).toBe(413);
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/1.48.0/sync`, { perMessageDeflate: true });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    expect(socket.extensions).toBe("");
    socket.terminate();
  });

  it("H20: keys such as __proto__ change nothing but the value they are in", async () => {
    const args = JSON.parse('{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}}}') as object;
    const answer = await fetch(`${server.url}/api/query`, { method: "POST", body: `{"path":"seed:any","args":${JSON.stringify(args)}}` });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(await answer.json())).not.toContain('"polluted":1,"status"');
    const clean = await call(server, "query", "seed:any", {});
    expect(clean).toMatchObject({ status: "success", value: {} });
  });
});
