import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { WebSocket } from "ws";
import { pushSources } from "../testing.ts";
import { fuzzedApp } from "./app.fixture.ts";
import type { ServerProcess } from "./server-process.ts";

/** What real clients send, taken down while they speak to the server: what the fuzzer begins with. */

export interface HttpRequest {
  listener: "api" | "site";
  method: string;
  /** Path and query. */
  path: string;
  headers: Record<string, string>;
  body: string | null;
}
export interface Recording {
  /** The messages of one socket each, in their order. */
  sessions: unknown[][];
  requests: HttpRequest[];
  /** Requests of a push: they take long to answer. */
  pushes: HttpRequest[];
}

const quiet = { logVerbose() {}, log() {}, warn() {}, error() {} };

/** Lets the real clients and the push do their work, and takes down what they send. */
export async function record(server: ServerProcess): Promise<Recording> {
  const pushes = await recordHttp(server, () => pushSources(server, fuzzedApp));
  const sessions = [await recordSocket(server, false), await recordSocket(server, true)];
  const calls = await recordHttp(server, async () => {
    const client = new ConvexHttpClient(server.url, { logger: false });
    await client.query(ref<"query">("seed:list"), { limit: 3 });
    await client.consistentQuery(ref<"query">("seed:counted"), {});
    await client.mutation(ref<"mutation">("seed:add"), { value: { a: [1, 2n, "x", null] } });
    await client.action(ref<"action">("seed:act"), { value: 1 });
  });
  const uploadUrl = await uploadUrlOf(server);
  return { sessions, requests: [...calls, ...written(server, uploadUrl)], pushes };
}

async function recordSocket(server: ServerProcess, asAdmin: boolean): Promise<unknown[]> {
  const sent: unknown[] = [];
  class Recorder extends WebSocket {
    override send(data: unknown, ...rest: unknown[]): void {
      if (typeof data === "string") sent.push(JSON.parse(data));
      (super.send as (...args: unknown[]) => void)(data, ...rest);
    }
  }
  const webSocketConstructor = Recorder as unknown as typeof globalThis.WebSocket;
  const client = new ConvexClient(server.url, { logger: quiet, webSocketConstructor });
  if (asAdmin) (client as unknown as { setAdminAuth(key: string): void }).setAdminAuth(server.adminKey);
  const stops = [
    client.onUpdate(ref<"query">("seed:list"), { limit: 2 }, () => undefined),
    client.onUpdate(ref<"query">("seed:any"), { text: "x", n: 1, big: 5n, bytes: new ArrayBuffer(3) }, () => undefined),
    client.onUpdate(ref<"query">("seed:page"), { paginationOpts: { numItems: 2, cursor: null, id: 1 } }, () => undefined),
  ];
  await client.mutation(ref<"mutation">("seed:add"), { value: ["x", { y: 1 }] });
  await client.query(ref<"query">("seed:who"), {});
  await client.mutation(ref<"mutation">("seed:refuse"), {}).catch(() => undefined);
  await client.action(ref<"action">("seed:act"), { value: { z: -0 } });
  await client.mutation(ref<"mutation">("seed:later"), { ms: 1 });
  stops[1]?.();
  await client.query(ref<"query">("seed:counted"), {});
  await client.close();
  return sent;
}

async function recordHttp(server: ServerProcess, run: () => Promise<unknown>): Promise<HttpRequest[]> {
  const requests: HttpRequest[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init?.headers).entries());
    const body = typeof init?.body === "string" ? init.body : null;
    requests.push({ listener: "api", method: init?.method ?? "GET", path: url.pathname + url.search, headers, body });
    return real(input, init);
  };
  try {
    await run();
  } finally {
    globalThis.fetch = real;
  }
  return requests;
}

async function uploadUrlOf(server: ServerProcess): Promise<string> {
  const answer = await fetch(`${server.url}/api/mutation`, { method: "POST", body: JSON.stringify({ path: "seed:uploadUrl", args: {} }) });
  const { value } = (await answer.json()) as { value: string };
  const url = new URL(value, server.url);
  return url.pathname + url.search;
}

/** Requests of the other endpoints, as the command line, the dashboard and programs send them. */
function written({ adminKey }: ServerProcess, uploadUrl: string): HttpRequest[] {
  const admin = { authorization: `Convex ${adminKey}` };
  const json = { "content-type": "application/json" };
  const get = (path: string, headers = {}): HttpRequest => ({ listener: "api", method: "GET", path, headers, body: null });
  const post = (path: string, body: unknown, headers = {}): HttpRequest => {
    return { listener: "api", method: "POST", path, headers: { ...json, ...headers }, body: JSON.stringify(body) };
  };
  const call = { path: "seed:list", args: { limit: 1 }, format: "json" };
  const site = (method: string, path: string, body: string | null): HttpRequest => ({ listener: "site", method, path, headers: {}, body });
  return [
    get("/"), get("/version"), get("/health"), get("/metrics"), get("/instance_name"), get("/api/v1/get_canonical_urls", admin),
    get(`/api/query?path=seed:list&args=${encodeURIComponent('{"limit":1}')}&format=json`),
    get("/api/storage/00000000-0000-4000-8000-000000000000", { range: "bytes=0-1" }),
    { ...get("/api/query"), method: "OPTIONS", headers: { "access-control-request-headers": "x-a" } },
    post("/api/query", { ...call, args: [{ limit: 1 }], format: "convex_encoded_json" }),
    post("/api/query_batch", { queries: [call, { ...call, path: "seed:any" }] }),
    post("/api/query_at_ts", { ...call, ts: "AAAAAAAAAAA=" }), post("/api/query_ts", {}),
    post("/api/function", { path: "seed:hidden", args: {}, componentPath: "" }, admin),
    post("/api/function", { path: "_system/cli/tables", args: { paginationOpts: { numItems: 5, cursor: null } } }, admin),
    post("/api/run/seed/any", { args: { a: 1 }, format: "json" }),
    post("/api/mutation", { path: "seed:add", args: { value: { deep: [{ a: { b: [1] } }] } } }),
    post("/api/action", { path: "seed:act", args: { value: "x" } }),
    post("/api/update_environment_variables", { changes: [{ name: "FUZZED", value: "x" }] }, admin),
    post("/api/get_config_hashes", { version: "1.48.0", adminKey }),
    post("/api/deploy2/evaluate_schema", { adminKey, schema: null }), post("/api/deploy2/report_push_completed", { adminKey, spans: [] }),
    post("/api/deploy2/wait_for_schema", { adminKey, schemaChange: { allocatedComponentIds: {}, schemaIds: {} }, timeoutMs: 1, dryRun: true }),
    post("/api/run_test_function", { adminKey, args: {}, bundle: { path: "testQuery.js", source: "export default 1" }, format: "convex_encoded_json" }),
    { ...post(uploadUrl, ""), headers: { "content-type": "text/plain" }, body: "some text to be kept" },
    post("/api/import/start_upload", {}, admin), get("/api/export/zip/1", admin), post("/api/perform_import", { importId: "x" }, admin),
    { ...post("/echo", ""), body: "echo" },
    { ...get("/http/hello") }, { ...post("/http/hello", { a: 1 }) },
    site("GET", "/hello", null), site("POST", "/hello", "text"), site("POST", "/deep/er?x=1", "more"), site("GET", "/nowhere", null),
  ];
}
