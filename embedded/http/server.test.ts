import { type IncomingMessage, request as httpRequest, type RequestOptions, type Server } from "node:http";
import { connect } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../values/errors.ts";
import { parseJsonBody, readBody } from "./body.ts";
import { originRules } from "./origins.ts";
import { ok } from "./reply.ts";
import { apiServer, listen } from "./server.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that answers with the JSON it was sent, at most 1,000 bytes of it. Counts what reached it. */
async function start() {
  const seen = { requests: 0, reported: [] as unknown[] };
  const server = apiServer({
    rules: originRules({ hosts: ["desk.example"], origins: ["http://localhost:5173"] }),
    api: async (request, url) => {
      seen.requests += 1;
      if (url.pathname === "/fault") throw new Error("secret cause");
      if (url.pathname === "/refused") throw new UserError("Teapot", "No.", 418);
      if (url.pathname === "/late") await gone(request);
      if (url.pathname !== "/json" && url.pathname !== "/late") return null;
      return ok(parseJsonBody(await readBody(request, 1_000)));
    },
    site: async (_request, response, path) => void response.end(`site ${path}`),
    report: (error) => seen.reported.push(error),
  });
  servers.push(server);
  const port = await listen(server, 0, "127.0.0.1");
  const send = (path: string, o: RequestOptions = {}, body?: string | Buffer) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string; json: () => unknown }>((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port, path, ...o }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  return { port, send, seen };
}

/** Settles when the client of a request has left. */
const gone = (request: IncomingMessage) => new Promise<void>((left) => request.once("close", () => left()));

const post = (headers: Record<string, string> = {}): RequestOptions => ({ method: "POST", headers });

describe("clients that leave", () => {
  for (const [what, length] of [["a whole body", 2], ["a part of a body", 20]] as const) {
    it(`H22: one that sent ${what} and left before it was read is no fault of the server`, async () => {
      const { port, seen, send } = await start();
      const socket = connect(port, "127.0.0.1");
      socket.write(`POST /late HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n\r\n{}`);
      await vi.waitFor(() => expect(seen.requests).toBe(1));
      socket.resetAndDestroy();
      expect((await send("/json", post(), "{}")).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(seen.reported).toEqual([]);
    });
  }
});

describe("rules", () => {
  it("H1: a foreign Host is refused before anything runs", async () => {
    const { send, seen } = await start();
    const answer = await send("/json", post({ host: "evil.example" }), "{}");
    expect(answer.status).toBe(403);
    expect(answer.json()).toMatchObject({ code: "HostNotAllowed", message: expect.stringContaining("evil.example") });
    expect((await send("/http/x", { headers: { host: "evil.example" } })).status).toBe(403);
    expect(seen.requests).toBe(0);
  });

  it("H2: a foreign Origin is refused before anything runs, also in a preflight", async () => {
    const { send, seen } = await start();
    for (const method of ["POST", "GET", "OPTIONS"]) {
      const answer = await send("/json", { method, headers: { origin: "http://evil.example" } });
      expect(answer.status).toBe(403);
      expect(answer.json()).toMatchObject({ code: "OriginNotAllowed" });
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    }
    expect(seen.requests).toBe(0);
  });

  it("H3: a request without Origin passes", async () => {
    const { send } = await start();
    expect((await send("/json", post(), `{"a":1}`)).json()).toEqual({ a: 1 });
  });

  it("H4: HTTP actions have no Origin rule and get no CORS headers", async () => {
    const { send } = await start();
    const answer = await send("/http/a/b?c=1", { headers: { origin: "http://evil.example" } });
    expect(answer.text).toBe("site /a/b?c=1");
    for (const path of ["/../http/a/b?c=1", "/x/../http/a/b?c=1", "/http/./x/../a/b?c=1"]) {
      expect((await send(path)).text).toBe("site /a/b?c=1");
    }
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("H5: an allowed origin gets CORS headers, on errors too, and its preflight is answered", async () => {
    const { send } = await start();
    const origin = "http://localhost:5173";
    const preflight = await send("/json", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "convex-client" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-headers": "convex-client",
      "access-control-allow-credentials": "true",
    });
    const refused = await send("/refused", { headers: { origin } });
    expect(refused.headers["access-control-allow-origin"]).toBe(origin);
  });

  it("H2: the listener's own origin passes", async () => {
    const { send, port } = await start();
    expect((await send("/json", post({ origin: `http://127.0.0.1:${port}` }), "[]")).json()).toEqual([]);
  });
});

describe("bodies and errors", () => {
  it("H7: br and gzip are unpacked", async () => {
    const { send } = await start();
    const body = JSON.stringify({ text: "a".repeat(900) });
    expect((await send("/json", post({ "content-encoding": "br" }), brotliCompressSync(body))).text).toBe(body);
    expect((await send("/json", post({ "content-encoding": "gzip" }), gzipSync(body))).text).toBe(body);
  });

  it("H7: what is too large packed or unpacked is 413", async () => {
    const { send } = await start();
    const body = JSON.stringify("a".repeat(2_000));
    const bomb = brotliCompressSync("0".repeat(10_000_000));
    expect(bomb.length).toBeLessThan(1_000);
    for (const answer of [
      await send("/json", post(), body),
      await send("/json", post({ "transfer-encoding": "chunked" }), body),
      await send("/json", post({ "content-encoding": "br" }), bomb),
      await send("/json", post({ "content-encoding": "gzip" }), gzipSync(body)),
    ]) {
      expect(answer.status).toBe(413);
      expect(answer.json()).toMatchObject({ code: "PayloadTooLarge" });
    }
  });

  it("H7: an unknown encoding is 415, damaged data 400", async () => {
    const { send } = await start();
    expect((await send("/json", post({ "content-encoding": "zstd" }), "{}")).status).toBe(415);
    expect((await send("/json", post({ "content-encoding": "br" }), "not brotli")).json()).toMatchObject({ code: "BadEncoding" });
    expect((await send("/json", post(), "{")).json()).toMatchObject({ code: "BadJsonBody" });
  });

  it("H8: refusals carry code and message, faults only that there was one", async () => {
    const { send, seen } = await start();
    const refused = await send("/refused");
    expect([refused.status, refused.json()]).toEqual([418, { code: "Teapot", message: "No." }]);
    const fault = await send("/fault");
    expect(fault.status).toBe(500);
    expect(fault.json()).toMatchObject({ code: "InternalServerError" });
    expect(fault.text).not.toContain("secret");
    expect(seen.reported).toHaveLength(1);
    expect((await send("/nothing")).json()).toEqual({ code: "NotFound", message: "There is no GET /nothing here." });
  });

  it("H17: a port in use is one sentence that names it", async () => {
    const { port } = await start();
    const second = apiServer({ rules: originRules({}), api: async () => null, site: async () => {}, report: () => {} });
    await expect(listen(second, port, "127.0.0.1")).rejects.toThrow(
      `Port ${port} is already in use; stop what uses it or choose another port.`,
    );
  });
});
