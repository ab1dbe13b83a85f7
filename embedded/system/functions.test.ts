import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { bundleApp } from "../fixtures/bundle.ts";
import { encodeInt64 } from "../values/json.ts";
import { UNDEFINED_PLACEHOLDER } from "./filters.ts";
import { SYSTEM_PATHS } from "./functions.ts";

/** What the dashboard and tools ask and write, over HTTP with the admin key; each test brings what it looks at. */

const dataDir = mkdtempSync(join(tmpdir(), "embedded-tools-"));
let deployment: Deployment;
let visitsId: string;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
  const body = await bundleApp(join(import.meta.dirname, "../fixtures/apps/plain/convex"));
  const started = await post("/api/deploy2/start_push", { adminKey: deployment.adminKey, ...body });
  await post("/api/deploy2/finish_push", { adminKey: deployment.adminKey, startPush: started.json, dryRun: false });
  const components = await call("frontend/components:list");
  visitsId = components.find(({ path }: { path: string }) => path === "visits").id;
});
afterAll(async () => {
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
});

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers
async function request(method: string, path: string, body?: object): Promise<{ status: number; json: any }> {
  const response = await fetch(`${deployment.url}${path}`, {
    method,
    headers: { authorization: `Convex ${deployment.adminKey}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? null : JSON.parse(text) };
}
const post = (path: string, body: object) => request("POST", path, body);

/** The value of `_system/<path>`; throws what the function throws. */
async function call(path: string, args: object = {}) {
  const { json } = await post("/api/function", { path: `_system/${path}`, args, format: "convex_encoded_json" });
  if (json.status !== "success") throw new Error(json.errorMessage ?? json.message, { cause: json.errorData });
  return json.value;
}
const page = (filters: object | null, table = "notes", numItems = 10) =>
  call("frontend/paginatedTableDocuments:default", {
    table,
    filters: filters && Buffer.from(JSON.stringify(filters)).toString("base64"),
    paginationOpts: { cursor: null, numItems, id: 1 },
  });
const bodies = (result: { page: { body: string }[] }) => result.page.map(({ body }) => body);
const all = (table: string) => call("cli/tableData", { table, order: "asc", paginationOpts: { cursor: null, numItems: 100 } });

describe("documents as tools write them", () => {
  it("P21: documents are added, replaced, patched and deleted", async () => {
    const documents = ["a", "b", "c"].map((body) => ({ body, n: 1 }));
    expect(await call("frontend/addDocument:default", { table: "notes", documents })).toEqual({ success: true });
    const [a, b, c] = (await all("notes")).page;
    await call("frontend/replaceDocument:default", { id: a._id, document: { body: "A" } });
    const fields = { n: UNDEFINED_PLACEHOLDER, seen: true };
    await call("frontend/patchDocumentsFields:default", { table: "notes", ids: [b._id], fields });
    expect((await all("notes")).page).toMatchObject([{ body: "A" }, { body: "b", seen: true }, { body: "c", n: 1 }]);
    expect((await all("notes")).page[1]).not.toHaveProperty("n");
    await call("frontend/patchDocumentsFields:default", { table: "notes", fields: { all: 1 } });
    expect((await all("notes")).page.map(({ all: n }: { all: number }) => n)).toEqual([1, 1, 1]);
    expect(await call("frontend/deleteDocuments:default", { toDelete: [{ id: c._id, tableName: "notes" }] })).toEqual({
      success: true,
    });
    expect(await call("frontend/getById:default", { id: c._id })).toBe(null);
    expect(await call("frontend/getById:default", { id: a._id })).toMatchObject({ body: "A" });
    const ids = [a, c, { _id: "none" }].map(({ _id }) => ({ id: _id, tableName: "notes" }));
    expect(await call("frontend/listById:default", { ids })).toMatchObject([{ body: "A" }, null, null]);
    expect(await call("frontend/replaceDocument:default", { id: c._id, document: {} })).toEqual({
      success: false,
      error: "Document does not exist.",
    });
  });

  it("P21: what a schema refuses is told as data, and nothing of the call stays", async () => {
    const documents = [{ author: "ada", body: "ok" }, { author: "ada" }];
    const refused = await call("frontend/addDocument:default", { table: "messages", documents }).catch((e) => e);
    expect(refused.cause).toContain("does not match the schema");
    expect((await all("messages")).page).toEqual([]);
  });

  it("P21: filters, sorting and indexes choose what a page shows, newest first", async () => {
    const documents = ["x", "y", "z"].map((body, n) => ({ author: n < 2 ? "ada" : "bob", body }));
    await call("frontend/addDocument:default", { table: "messages", documents });
    const shown = async (filters: object | null) => bodies(await page(filters, "messages"));
    const clause = (field: string, op: string, value?: unknown) => ({ field, op, value });
    expect(await shown(null)).toEqual(["z", "y", "x"]);
    expect(await shown({ clauses: [clause("author", "eq", "ada")] })).toEqual(["y", "x"]);
    expect(await shown({ clauses: [clause("author", "neq", "ada")], order: "asc" })).toEqual(["z"]);
    expect(await shown({ clauses: [clause("body", "anyOf", ["x", "z"])] })).toEqual(["z", "x"]);
    expect(await shown({ clauses: [clause("body", "noneOf", ["x", "z"])] })).toEqual(["y"]);
    expect(await shown({ clauses: [clause("body", "gte", "y"), { ...clause("body", "eq", "q"), enabled: false }] })).toEqual(
      ["z", "y"],
    );
    expect(await shown({ clauses: [clause("replyTo", "type", "unset")] })).toEqual(["z", "y", "x"]);
    expect(await shown({ clauses: [clause("body", "notype", "string")] })).toEqual([]);
    const index = { name: "by_author", clauses: [{ type: "indexEq", enabled: true, value: "ada" }] };
    expect(await shown({ clauses: [], index, order: "asc" })).toEqual(["x", "y"]);
    expect((await page({ clauses: [clause("body", "eq", { $bad: 1 })] }, "messages")).page).toEqual([
      { filter: 0, error: `Invalid value: {"$bad":1}.` },
    ]);
    expect(bodies({ page: await call("frontend/listTableScan:default", { table: "messages", limit: 2 }) })).toEqual([
      "z",
      "y",
    ]);
  });

  it("P21: a table is made, cleared page by page, and works inside a component", async () => {
    const componentId = visitsId;
    await call("frontend/createTable:default", { table: "extra", componentId });
    const documents = Array.from({ length: 30 }, (_, n) => ({ n }));
    await call("frontend/addDocument:default", { table: "extra", documents, componentId });
    expect(await call("frontend/tableSize:default", { tableName: "extra", componentId })).toBe(30);
    expect(await call("frontend/tableSize:default", { tableName: "extra" })).toBe(0);
    expect(Object.values(await call("frontend/getTableMapping:default", { componentId }))).toEqual(["counts", "extra"]);
    const cleared = await call("frontend/clearTablePage:default", { tableName: "extra", cursor: null, componentId });
    expect(cleared).toMatchObject({ deleted: 30, hasMore: false });
    expect(await call("frontend/tableSize:default", { tableName: "extra", componentId })).toBe(0);
    await expect(call("frontend/createTable:default", { table: "_mine" })).rejects.toThrow("reserved");
    await expect(call("frontend/createTable:default", { table: "a", componentId: "99" })).rejects.toThrow("no component");
  });

  it("P23: tables are deleted with what they hold, but not those of the schema", async () => {
    await call("frontend/addDocument:default", { table: "heap", documents: Array.from({ length: 700 }, () => ({})) });
    expect(await post("/api/delete_tables", { tableNames: ["heap", "unknown"] })).toEqual({ status: 200, json: null });
    expect((await call("cli/tables", { paginationOpts: {} })).page).not.toContainEqual({ name: "heap" });
    expect(await post("/api/delete_tables", { tableNames: ["messages"] })).toMatchObject({
      status: 400,
      json: { code: "TableInUse" },
    });
    await call("frontend/addDocument:default", { table: "heap", documents: [{ again: true }] });
    expect((await all("heap")).page).toMatchObject([{ again: true }]);
  });
});

describe("what is there", () => {
  it("P22: schemas, indexes, modules, variables and the deployment", async () => {
    expect(await call("frontend/indexes:default", { tableName: "messages", tableNamespace: null })).toEqual([
      { name: "by_author", staged: false, fields: ["author", "_creationTime"], backfill: { state: "done" } },
      {
        name: "search_body",
        staged: false,
        fields: { searchField: "body", filterFields: ["author"] },
        backfill: { state: "done" },
      },
    ]);
    const counts = await call("frontend/indexes:default", { tableName: "counts", tableNamespace: visitsId });
    expect(counts).toMatchObject([{ name: "by_name" }]);
    expect(await call("frontend/getSchemas:default", { componentId: visitsId })).toEqual({
      active: expect.stringContaining("counts"),
    });
    const modules = new Map(await call("frontend/modules:list"));
    expect(modules.get("messages.js")).toMatchObject({
      functions: expect.arrayContaining([
        expect.objectContaining({ name: "count", udfType: "Query", visibility: { kind: "internal" } }),
      ]),
    });
    expect(modules.get("http.js")).toMatchObject({ functions: [{ name: "GET /ping", udfType: "HttpAction" }, {}] });
    const everywhere = await call("frontend/modules:listForAllComponents");
    expect(everywhere.map(([id]: [string | null]) => id)).toEqual([null, visitsId]);
    expect(await call("frontend/listAuthProviders:default")).toMatchObject([{ applicationID: "convex" }]);
    expect(await call("frontend/deploymentState:deploymentState")).toEqual({ state: "running" });
    expect(await call("frontend/convexCloudUrl:default")).toBe(deployment.url);
    await post("/api/update_environment_variables", { changes: [{ name: "STAGE", value: "test" }] });
    expect(await call("frontend/listEnvironmentVariables:default")).toMatchObject([{ name: "STAGE", value: "test" }]);
  });

  it("P22: crons with their next times", async () => {
    const crons = await call("frontend/listCronJobs:default");
    const nightly = crons.find(({ name }: { name: string }) => name === "nightly");
    expect(nightly.cronSpec.cronSchedule).toEqual({
      type: "daily",
      hourUTC: encodeInt64(3n),
      minuteUTC: encodeInt64(15n),
    });
    const nextMs = Number(Buffer.from(nightly.nextRun.nextTs.$integer, "base64").readBigInt64LE() / 1_000_000n);
    expect(new Date(nextMs).toISOString()).toMatch(/T03:15:00/);
  });

  it("P22, P23: scheduled jobs are listed page by page and canceled", async () => {
    const jobs = (cursor: string | null, udfPath?: string) =>
      call("frontend/paginatedScheduledJobs:default", { paginationOpts: { cursor, numItems: 2 }, udfPath });
    const states = async () => (await all("_scheduled_functions")).page.map(({ state }: any) => state.kind); // oxlint-disable-line typescript/no-explicit-any -- of a job
    const next = () => call("frontend/scheduler:nextScheduledJobTimestamp");
    expect([await next(), await jobs(null)]).toEqual([null, { page: [], isDone: true, continueCursor: "end" }]);

    const ids: string[] = [];
    for (const ms of [300_000, 100_000, 200_000]) {
      const { json } = await post("/api/mutation", { path: "messages:later", args: { author: `in ${ms}`, ms } });
      ids.push(json.value);
    }
    const [last, first, second] = ids;
    const one = await jobs(null);
    expect(one.page.map(({ _id }: { _id: string }) => _id)).toEqual([first, second]);
    expect(one.page[0]).toMatchObject({ udfPath: "messages.js:tick", state: { type: "pending" }, nextTs: await next() });
    expect(Buffer.from(one.page[0].udfArgs.$bytes, "base64").toString()).toBe(`[{"author":"in 100000"}]`);
    const two = await jobs(one.continueCursor);
    expect([two.page.map(({ _id }: { _id: string }) => _id), two.isDone]).toEqual([[last], true]);
    expect((await jobs(null, "messages.js:other")).page).toEqual([]);

    expect(await post("/api/cancel_job", { id: second })).toEqual({ status: 200, json: null });
    expect(await states()).toEqual(["pending", "pending", "canceled"]);
    expect(await post("/api/cancel_all_jobs", { udfPath: "messages:tick" })).toEqual({ status: 200, json: null });
    expect([await states(), await next()]).toEqual([["canceled", "canceled", "canceled"], null]);
    expect(await post("/api/cancel_job", { id: "none" })).toMatchObject({ status: 400 });
  });

  it("P22: files are uploaded, listed with their links, and deleted, also of a component", async () => {
    const componentId = visitsId;
    const upload = async (text: string) => {
      const url = await call("frontend/fileStorageV2:generateUploadUrl", { componentId });
      const response = await fetch(url, { method: "POST", body: text, headers: { "content-type": "text/plain" } });
      return ((await response.json()) as { storageId: string }).storageId;
    };
    const [first, second] = [await upload("one"), await upload("three")];
    expect(await call("frontend/fileStorageV2:numFiles", { componentId })).toBe(2);
    expect(await call("frontend/fileStorageV2:numFiles")).toBe(0);
    const list = (filters: object) =>
      call("frontend/fileStorageV2:fileMetadata", { componentId, filters, paginationOpts: { cursor: null, numItems: 10 } });
    const { page: files } = await list({});
    expect(files).toMatchObject([{ size: 5, contentType: "text/plain" }, { size: 3 }]);
    expect(await (await fetch(files[1].url)).text()).toBe("one");
    expect((await list({ order: "asc", minCreationTime: files[0]._creationTime })).page).toMatchObject([{ size: 5 }]);
    expect(await call("frontend/fileStorageV2:getFile", { componentId, storageId: first })).toEqual(files[1]);
    await call("frontend/fileStorageV2:deleteFile", { componentId, storageId: first });
    await call("frontend/fileStorageV2:deleteFiles", { componentId, storageIds: [second] });
    expect((await list({})).page).toEqual([]);
    expect(await call("frontend/fileStorageV2:getFile", { componentId, storageId: first })).toBe(null);
  });

  it("P20: a query given as source runs once, reads only, and may call the app's functions", async () => {
    const run = (source: string, more: object = {}) => {
      const bundle = { path: "testQuery.js", source: `import { query } from "convex:/_system/repl/wrappers.js";\n${source}` };
      return post("/api/run_test_function", { adminKey: deployment.adminKey, args: { n: 2 }, bundle, ...more });
    };
    const counting = `export default query({ handler: async (ctx, { n }) => {
      console.log("asked", n);
      const list = await ctx.runQuery("messages:list", {});
      return { n, own: (await ctx.db.query("messages").collect()).length === list.length, site: process.env.CONVEX_SITE_URL };
    } });`;
    expect((await run(counting)).json).toEqual({
      status: "success",
      value: { n: 2, own: true, site: deployment.siteUrl },
      logLines: ["[LOG] 'asked' 2"],
    });
    const inside = `export default query(async (ctx) => (await ctx.db.query("counts").collect()).map((c) => c.name));`;
    const inVisits = await run(inside, { componentId: visitsId });
    expect(inVisits.json).toMatchObject({ status: "success", value: expect.arrayContaining(["cron"]) });
    const big = `export default query(async () => 2n);`;
    expect((await run(big, { format: "convex_encoded_json" })).json.value).toEqual(encodeInt64(2n));
    const writing = `export default query(async (ctx) => ctx.db.insert("messages", {}));`;
    expect((await run(writing)).json).toMatchObject({ status: "error", errorMessage: expect.stringContaining("insert") });
    expect((await run("export default 1;")).json.code).toBe("InvalidModules");
    expect((await run("export default query(async () => {;")).json.code).toBe("InvalidModules");
    const mutation = `export default { isMutation: true, isPublic: true, _handler() {} };`;
    expect((await run(mutation)).json.code).toBe("WrongFunctionType");
    expect((await run(inside, { componentId: "99" })).json.code).toBe("ComponentNotFound");
    expect((await run(inside, { adminKey: "wrong" })).status).toBe(403);
    expect((await post("/api/query", { path: "testQuery:default", args: {} })).json.errorMessage).toContain("Could not find");
  });

  it("P23: shapes, indexes and the endpoints that tools ask before they begin", async () => {
    await call("frontend/addDocument:default", { table: "shaped", documents: [{ a: 1, b: [true] }, { a: null }] });
    const shapes = (await request("GET", "/api/shapes2")).json;
    const system = ["_creationTime", "_id"].map((fieldName) => expect.objectContaining({ fieldName, optional: false }));
    expect(shapes.shaped).toEqual({
      type: "Object",
      fields: [
        ...system,
        { fieldName: "a", optional: false, shape: { type: "Union", shapes: [{ type: "Null" }, { type: "Float64" }] } },
        { fieldName: "b", optional: true, shape: { type: "Array", shape: { type: "Boolean" } } },
      ],
    });
    expect(shapes.shaped.fields[1].shape).toEqual({ type: "Id", tableName: "shaped" });
    expect((await request("GET", "/api/get_indexes")).json.indexes).toContainEqual({
      table: "messages",
      name: "by_author",
      fields: ["author", "_creationTime"],
      backfill: { state: "done" },
    });
    expect((await request("GET", "/api/check_admin_key")).json).toEqual({ success: true });
    const stranger = { headers: { authorization: "Bearer anything" }, method: "HEAD" };
    expect((await fetch(`${deployment.url}/api/authorize`, stranger)).status).toBe(200);
    expect((await fetch(`${deployment.url}/api/shapes2`)).status).toBe(403);
  });

  it("P22: every function that is said to be supported answers something else than that it is not", async () => {
    for (const path of SYSTEM_PATHS) {
      const { json } = await post("/api/function", { path: `_system/${path}`, args: {} });
      expect(JSON.stringify(json), path).not.toContain("is not supported");
    }
    await expect(call("frontend/unknown:default")).rejects.toThrow("_system/frontend/unknown:default is not supported");
  });

  it("P21: system functions are for admins only, and a query is no mutation", async () => {
    const anonymous = await fetch(`${deployment.url}/api/mutation`, {
      method: "POST",
      body: JSON.stringify({ path: "_system/frontend/createTable", args: { table: "x" } }),
    });
    expect(await anonymous.json()).toMatchObject({ status: "error", errorMessage: expect.stringContaining("Could not find") });
    const wrong = await post("/api/query", { path: "_system/frontend/createTable", args: { table: "x" } });
    expect(wrong.json.errorMessage).toContain("it cannot be run as a query");
  });
});
