import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, type ServerProcess, startServer } from "./server-process.ts";

/** Clients that send as slowly as they can, to hold connections. */

let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ "a.ts": `import { queryGeneric as q } from "convex/server"; export const fine = q({ handler: async () => "fine" });` });
});
afterAll(() => server.end());

it("H21: 500 connections that never finish their headers are closed after 15 s; others are served all the time", async () => {
  const started = performance.now();
  const port = Number(new URL(server.url).port);
  const ends = Array.from({ length: 500 }, () => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /health HTTP/1.1\r\nhost: localhost\r\nx-"));
    socket.on("error", () => undefined);
    const drip = setInterval(() => socket.write("a"), 1_000);
    return new Promise<number>((resolve) => {
      socket.on("close", () => {
        clearInterval(drip);
        resolve(performance.now() - started);
      });
    });
  });
  for (let i = 0; i < 10; i++) {
    expect(await call(server, "query", "a:fine")).toMatchObject({ value: "fine" });
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const times = await Promise.all(ends);
  expect(Math.min(...times)).toBeGreaterThan(10_000);
  expect(Math.max(...times)).toBeLessThan(30_000);
}, 60_000);
