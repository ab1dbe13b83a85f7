import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../sync/raw-client.ts";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

const app = {
  "ops.ts": `
    import { queryGeneric as q, mutationGeneric as m, actionGeneric as a } from "convex/server";
    export const read = q({ handler: async (ctx) => { console.log("reading with", process.env.TOKEN_FOR_TESTS); return (await ctx.db.query("rows").collect()).length; } });
    export const write = m({ handler: async (ctx) => { await ctx.db.insert("rows", {}); } });
    export const fail = m({ handler: async () => { throw new Error("not today"); } });
    export const act = a({ handler: async () => "done" });
    export const hours = q({ handler: async () => [new Date(0).getHours(), new Date(0).getTimezoneOffset()] });
    export const later = m({ handler: async (ctx) => { await ctx.scheduler.runAfter(3_600_000, "ops:write", {}); } });
  `,
};
const SECRET = "token-for-tests-0123456789";

let server: TestDeployment;
const lines: string[] = [];
beforeAll(async () => {
  server = await openTestDeployment(app, { log: { level: "debug", format: "json", functions: true, write: (line) => lines.push(line) } });
  await fetch(`${server.url}/api/update_environment_variables`, {
    method: "POST",
    headers: { authorization: `Convex ${server.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ changes: [{ name: "TOKEN_FOR_TESTS", value: SECRET }] }),
  });
});
afterAll(() => server.end());

const events = () => lines.map((line) => JSON.parse(line) as { level: string; event: string; [field: string]: unknown });

/** A GET with headers that fetch would not send. */
function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    request({ hostname, port, path, headers }, (response) => {
      let body = "";
      response.on("data", (part: Buffer) => (body += part.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body }));
    })
      .on("error", reject)
      .end();
  });
}

/** The figures by name and labels, e.g. `a_total{kind="x"}`. */
async function figures(): Promise<Map<string, number>> {
  const { body } = await get("/metrics");
  const rows = body.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(rows.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

describe("logs of functions", () => {
  it("O3: every execution on request, with what it printed; O2: without the values of variables or the admin key", async () => {
    await server.call("query", "ops:read", {});
    await expect(server.call("mutation", "ops:fail", {})).rejects.toThrow("not today");
    expect(events()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: "info", event: "function", kind: "Query", function: "ops:read", ok: true, caller: "http", lines: ["[LOG] 'reading with' '***'"] }),
        expect.objectContaining({ level: "info", event: "function", kind: "Mutation", function: "ops:fail", ok: false, error: expect.stringContaining("not today") }),
      ]),
    );
    expect(lines.join("")).not.toContain(SECRET);
    expect(lines.join("")).not.toContain(server.adminKey);
  });
});

describe("GET /health", () => {
  it("O5: tells whether functions were pushed, a write reaches the disk, and jobs are late", async () => {
    await server.call("mutation", "ops:later", {});
    const { status, body } = await get("/health");
    expect([status, JSON.parse(body)]).toEqual([200, { ok: true, pushed: true, store: { writable: true }, scheduler: { lagMs: 0 } }]);
  });

  it("O5: 503 when a write is refused", async () => {
    let parts: { store: { db: { setMeta(key: string, value: string): void } } } | null = null;
    const broken = await openTestDeployment({}, { onParts: (opened) => (parts = opened), log: { write: () => undefined } });
    parts!.store.db.setMeta = () => {
      throw Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR" });
    };
    const answer = await fetch(`${broken.url}/health`);
    expect([answer.status, await answer.json()]).toEqual([503, { ok: false, pushed: false, store: { writable: false }, scheduler: { lagMs: 0 } }]);
    await broken.end();
  });
});

describe("GET /metrics", () => {
  it("O6: Prometheus text that counts functions by kind, commits, sockets, subscriptions, requests and sizes", async () => {
    const before = await figures();
    const client = await RawClient.connect(server.url);
    client.add({ 0: ["ops:hours"] });
    await client.next("Transition");
    for (let i = 0; i < 3; i++) await server.call("mutation", "ops:write", {});
    await server.call("action", "ops:act", {});
    const { type, body } = await get("/metrics");
    expect(type).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toMatch(/^# HELP deployment_function_seconds .+\n# TYPE deployment_function_seconds histogram$/m);
    const after = await figures();
    const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(grown('deployment_function_seconds_count{kind="mutation",outcome="success"}')).toBe(3);
    expect(grown('deployment_function_seconds_bucket{kind="mutation",outcome="success",le="+Inf"}')).toBe(3);
    expect(grown('deployment_function_seconds_count{kind="action",outcome="success"}')).toBe(1);
    expect(grown("deployment_commit_group_transactions_count")).toBeGreaterThanOrEqual(3);
    expect(grown('deployment_http_requests_total{listener="api",status="2xx"}')).toBeGreaterThanOrEqual(4);
    expect([after.get("deployment_sockets"), after.get("deployment_subscriptions")]).toEqual([1, 1]);
    for (const name of ["deployment_store_bytes", "process_resident_memory_bytes", "deployment_action_threads", "deployment_live_query_bytes"]) {
      expect([name, (after.get(name) ?? 0) > 0]).toEqual([name, true]);
    }
    const scopes = ["deployment_reused_scope_calls_total", "deployment_own_scope_calls_total"];
    expect(scopes.map(grown).reduce((sum, calls) => sum + calls)).toBeGreaterThanOrEqual(4);
    expect(after.get("deployment_scheduler_lag_seconds")).toBe(0);
    client.close();
  });

  it("O6: no name from outside becomes a label: thousands of them add no figure", async () => {
    const names = async () => [...(await figures()).keys()];
    await fetch(`${server.url}/api/nowhere`);
    const before = await names();
    await Promise.all(Array.from({ length: 200 }, (_, i) => fetch(`${server.url}/api/nowhere/${i}?x=${i}`)));
    await Promise.all(Array.from({ length: 50 }, (_, i) => server.call("query", `ops:none${i}`, {}).catch(() => undefined)));
    expect(await names()).toEqual(before);
  });

  it("O7: for programs on this machine, and from elsewhere with the admin key only", async () => {
    const admin = { authorization: `Convex ${server.adminKey}` };
    const status = async (headers: Record<string, string>) => (await get("/metrics", headers)).status;
    expect(await status({})).toBe(200);
    expect(await status({ "x-forwarded-for": "203.0.113.5" })).toBe(403);
    expect(await status({ "x-forwarded-for": "203.0.113.5", ...admin })).toBe(200);
    expect(await status({ origin: "https://evil.example" })).toBe(403);
    expect(await status({ host: "evil.example" })).toBe(403);
  });
});

it("O9: functions see UTC, wherever the machine stands", async () => {
  expect(await server.call("query", "ops:hours", {})).toEqual([0, 0]);
  expect(process.env["TZ"]).toBe("UTC");
});
