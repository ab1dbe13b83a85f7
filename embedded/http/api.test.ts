import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

const app = {
  "values.ts": `
    import { queryGeneric as query, mutationGeneric as mutation, actionGeneric as action, internalMutationGeneric as im } from "convex/server";
    import { v, ConvexError } from "convex/values";
    export const all = query({ handler: async () => ({ big: 5n, nan: NaN, bytes: new Uint8Array([1]).buffer, text: "t" }) });
    export const loud = query({ args: { a: v.number() }, handler: async (ctx, { a }) => { console.log("a is", a); return a; } });
    export const who = query({ handler: async (ctx) => (await ctx.auth.getUserIdentity())?.subject ?? null });
    export const bump = mutation({ handler: async (ctx) => { await ctx.db.insert("bumps", {}); } });
    export const bumps = query({ handler: async (ctx) => (await ctx.db.query("bumps").collect()).length });
    export const hear = mutation({ handler: async (ctx) => { await ctx.db.insert("heard", {}); } });
    export const heard = query({ handler: async (ctx) => (await ctx.db.query("heard").collect()).length });
    export const fail = mutation({ handler: async (ctx) => { await ctx.db.insert("bumps", {}); throw new ConvexError({ big: 5n }); } });
    export const secret = im({ handler: async () => "secret" });
    export const act = action({ handler: async () => "acted" });
  `,
  "dir/deep.ts": `
    import { queryGeneric as query } from "convex/server";
    export const here = query({ handler: async () => "deep" });
    export default query({ handler: async () => "by default" });
  `,
  "http.ts": `
    import { httpRouter, httpActionGeneric as httpAction } from "convex/server";
    const http = httpRouter();
    http.route({ path: "/echo", method: "POST", handler: httpAction(async (_ctx, request) => {
      const headers = { "x-url": request.url, "x-method": request.method, "x-sent": request.headers.get("x-sent") ?? "" };
      return new Response(request.body, { status: 201, headers });
    }) });
    http.route({ path: "/count", method: "GET", handler: httpAction(async () => new Response("12345", { headers: { "x-a": "b" } })) });
    http.route({ path: "/drip", method: "GET", handler: httpAction(async (ctx) => {
      let i = 0;
      const body = new ReadableStream({ async pull(c) {
        if (i === 3) return c.close();
        while (await ctx.runQuery("values:heard") < i) await new Promise((r) => setTimeout(r, 5));
        c.enqueue(new TextEncoder().encode("drop " + i++ + "\\n"));
      } });
      return new Response(body);
    }) });
    http.route({ path: "/who", method: "GET", handler: httpAction(async (ctx) => {
      try { return new Response(JSON.stringify(await ctx.auth.getUserIdentity())); } catch (e) { return new Response("refused: " + e.message); }
    }) });
    http.route({ path: "/throws", method: "GET", handler: httpAction(async () => { throw new Error("boom"); }) });
    http.route({ pathPrefix: "/files/", method: "GET", handler: httpAction(async (_ctx, request) => new Response(new URL(request.url).pathname)) });
    export default http;
  `,
};

let server: TestDeployment;
beforeAll(async () => {
  server = await openTestDeployment(app, { allowedOrigins: ["http://localhost:5173"] });
});
afterAll(() => server.end());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(server.url + path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers });
  return { status: answer.status, json: await answer.json() };
}
const admin = () => ({ authorization: `Convex ${server.adminKey}` });

/** Tries to open a WebSocket with these headers: 101 or the status of the refusal. */
function upgrade(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/api/sync`, { headers });
    socket.on("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on("error", reject);
  });
}

async function who(authorization?: string): Promise<string> {
  const answer = await fetch(`${server.siteUrl}/who`, { headers: authorization === undefined ? {} : { authorization } });
  return answer.text();
}

describe("function calls", () => {
  it("H9, H10: format json is plain, convex_encoded_json keeps every kind", async () => {
    const plain = await post("/api/query", { path: "values:all", args: {} });
    expect(plain).toEqual({ status: 200, json: { status: "success", value: { big: "5", nan: "NaN", bytes: "AQ==", text: "t" } } });
    const encoded = await post("/api/query", { path: "values:all", args: [{}], format: "convex_encoded_json" });
    expect(encoded.json.value).toMatchObject({ big: { $integer: "BQAAAAAAAAA=" }, bytes: { $bytes: "AQ==" } });
    const failed = await post("/api/mutation", { path: "values:fail", args: {} });
    expect(failed.json).toMatchObject({ status: "error", errorData: { big: "5" } });
  });

  it("H9: GET queries, log lines, errors with 200", async () => {
    const got = await fetch(`${server.url}/api/query?path=values:loud&args=${encodeURIComponent(`{"a":3}`)}&format=json`);
    expect(await got.json()).toEqual({ status: "success", value: 3, logLines: ["[LOG] 'a is' 3"] });
    const wrong = await post("/api/query", { path: "values:loud", args: { a: "x" } });
    expect(wrong.status).toBe(200);
    expect(wrong.json).toMatchObject({ status: "error", errorMessage: expect.stringContaining("ArgumentValidationError") });
    expect("logLines" in wrong.json).toBe(false);
  });

  it.each([
    ["/api/query", { args: {} }],
    ["/api/query", { path: "values:all" }],
    ["/api/query", { path: "values:all", args: [{}, {}] }],
    ["/api/query", { path: "values:all", args: {}, format: "xml" }],
    ["/api/query", { path: 5, args: {} }],
    ["/api/query", []],
    ["/api/query", "{"],
    ["/api/query_batch", { queries: 1 }],
    ["/api/run/values/%ff", { args: {} }],
    ["/api/query_at_ts", { path: "values:all", args: {}, ts: "later" }],
  ])("H8: malformed calls of %s are 400 with code and message", async (path, body) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ code: expect.any(String), message: expect.any(String) });
  });

  it("H8: a wrong method is 405", async () => {
    const answer = await fetch(`${server.url}/api/mutation`);
    expect([answer.status, await answer.json()]).toMatchObject([405, { code: "MethodNotAllowed" }]);
  });

  it("H12: a batch answers in order, failures in their place", async () => {
    const queries = ["values:all", "values:absent", "dir/deep:here"].map((path) => ({ path, args: {} }));
    const { json } = await post("/api/query_batch", { queries });
    expect(json.results.map((r: { status: string }) => r.status)).toEqual(["success", "error", "success"]);
    expect(json.results[2].value).toBe("deep");
  });

  it("H13: run by path, and by name of any kind for the admin", async () => {
    expect((await post("/api/run/dir/deep/here", { args: {} })).json.value).toBe("deep");
    expect((await post("/api/run/values/act", { args: {} })).json.value).toBe("acted");
    expect((await post("/api/run/values/secret", { args: {} })).json.errorMessage).toContain("Could not find public function");
    for (const [path, value] of [["values:secret", "secret"], ["values:act", "acted"], ["dir/deep", "by default"], ["values.js:bumps", 0]]) {
      expect((await post("/api/function", { path, args: {} }, admin())).json).toMatchObject({ status: "success", value });
    }
    expect((await post("/api/function", { path: "values:none", args: {} }, admin())).json.errorMessage).toContain("Could not find function");
    expect((await post("/api/function", { path: "values:act", args: {} })).status).toBe(403);
  });

  it("H14: the admin key, also acting as a person; wrong keys and tokens are refused", async () => {
    const identity = { issuer: "i", subject: "ann", tokenIdentifier: "i|ann" };
    const acting = { authorization: `${admin().authorization}:${Buffer.from(JSON.stringify(identity)).toString("base64")}` };
    expect((await post("/api/function", { path: "values:who", args: {} }, acting)).json.value).toBe("ann");
    const wrong = await post("/api/query", { path: "values:who", args: {} }, { authorization: "Convex convex-self-hosted|0" });
    expect(wrong).toMatchObject({ status: 403, json: { code: "BadDeployKey" } });
    for (const authorization of ["Bearer x.y.z", "Basic abc"]) {
      expect((await post("/api/query", { path: "values:who", args: {} }, { authorization })).status).toBe(401);
    }
    expect((await post("/api/update_environment_variables", { changes: [] })).status).toBe(403);
    expect((await post("/api/get_config_hashes", { version: "1.48.0", adminKey: "no|no" })).status).toBe(403);
  });

  it("H15: small routes", async () => {
    const text = async (path: string) => (await fetch(server.url + path)).text();
    expect(await text("/version")).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await text("/instance_name")).toBe("convex-self-hosted");
    expect(JSON.parse(await text("/health"))).toMatchObject({ ok: true, pushed: true });
    const bytes = Buffer.alloc(4 * 1024 * 1024, 7);
    const echo = await fetch(`${server.url}/echo`, { method: "POST", body: bytes });
    expect(Buffer.from(await echo.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("B5, X1: files come in with a token, imports with the admin key", async () => {
    expect(await post("/api/storage/upload", "x")).toMatchObject({ status: 403, json: { code: "InvalidUploadToken" } });
    expect(await post("/api/import/start_upload", {})).toMatchObject({ status: 403, json: { code: "BadDeployKey" } });
  });
});

describe("websites", () => {
  const evil = { origin: "http://evil.example" };

  it("H2: a page of another origin changes nothing, over HTTP and WebSocket", async () => {
    const before = await server.call("query", "values:bumps", {});
    const answer = await post("/api/mutation", { path: "values:bump", args: {} }, evil);
    expect(answer).toMatchObject({ status: 403, json: { code: "OriginNotAllowed" } });
    expect(await server.call("query", "values:bumps", {})).toBe(before);
    expect(await upgrade(evil)).toBe(403);
    expect(await upgrade({ host: "evil.example" })).toBe(403);
    expect(await upgrade({ origin: "http://localhost:5173" })).toBe(101);
    expect(await upgrade({})).toBe(101);
  });

  it("H5: the dashboard's origin gets its answers", async () => {
    const answer = await fetch(`${server.url}/api/mutation`, {
      method: "POST",
      body: JSON.stringify({ path: "values:bump", args: {} }),
      headers: { origin: "http://localhost:5173" },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBe("http://localhost:5173");
    expect(await answer.json()).toMatchObject({ status: "success" });
  });
});

describe("HTTP actions", () => {
  it("H16: the whole request goes in and the response comes out, on both ports", async () => {
    for (const base of [server.siteUrl, `${server.url}/http`]) {
      const answer = await fetch(`${base}/echo?q=1`, { method: "POST", body: "häi", headers: { "x-sent": "yes" } });
      expect([answer.status, await answer.text()]).toEqual([201, "häi"]);
      expect(answer.headers.get("x-sent")).toBe("yes");
      expect(answer.headers.get("x-method")).toBe("POST");
      expect(answer.headers.get("x-url")).toBe(`${new URL(base).origin}/echo?q=1`);
    }
    expect(await (await fetch(`${server.siteUrl}/files/a/b`)).text()).toBe("/files/a/b");
  });

  it("H16: a response streams as it comes", async () => {
    const answer = await fetch(`${server.siteUrl}/drip`);
    const parts: string[] = [];
    for await (const part of answer.body!) {
      parts.push(Buffer.from(part).toString());
      // The handler makes no further part before it knows that this one has arrived: if parts were kept back, nothing would come.
      await server.call("mutation", "values:hear", {});
    }
    expect(parts).toEqual(["drop 0\n", "drop 1\n", "drop 2\n"]);
  });

  it("H16: HEAD runs GET, unknown paths are 404, impossible methods 405, a throw 500", async () => {
    const head = await fetch(`${server.siteUrl}/count`, { method: "HEAD" });
    expect([head.status, head.headers.get("x-a"), await head.text()]).toEqual([200, "b", ""]);
    const absent = await fetch(`${server.siteUrl}/absent`);
    expect([absent.status, await absent.text()]).toEqual([404, "No matching routes found"]);
    expect((await fetch(`${server.siteUrl}/count`, { method: "PROPFIND" })).status).toBe(405);
    const thrown = await fetch(`${server.siteUrl}/throws`);
    expect(thrown.status).toBe(500);
    expect((await thrown.json()).code).toContain("Server Error");
  });

  it("H16: an invalid token does not refuse the request", async () => {
    expect(await who()).toBe("null");
    expect(await who("Basic abc")).toBe("null");
    expect(await who("Bearer nonsense")).toContain("refused: ");
  });

  it("H16: large bodies go in and out as streams", async () => {
    const bytes = Buffer.alloc(12 * 1024 * 1024, "0123456789");
    const answer = await fetch(`${server.siteUrl}/echo`, { method: "POST", body: bytes });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  });
});
