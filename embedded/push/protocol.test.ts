import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDeployment, type Deployment } from "../deployment.ts";
import { bundleApp } from "../fixtures/bundle.ts";

/** The endpoints of a push, asked in orders that the command line seldom asks in. */

const fixtures = join(import.meta.dirname, "../fixtures");
mkdirSync(join(fixtures, ".tmp"), { recursive: true });
const temp = mkdtempSync(join(fixtures, ".tmp/protocol-"));
const dataDir = mkdtempSync(join(tmpdir(), "embedded-protocol-"));
let deployment: Deployment;

beforeAll(async () => {
  deployment = await openDeployment({ dataDir, port: 0, sitePort: 0 });
});
afterAll(async () => {
  await deployment.close();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(temp, { recursive: true, force: true });
});

type Indexes = Record<"added_indexes" | "removed_indexes", object[]>;

/** What the tests below read of the answers. */
interface Answer {
  status: number;
  json: {
    schemaChange: { indexDiffs: Record<string, Indexes>; schemaIds: object };
    componentDiffs: Record<string, { schemaDiff: { next_schema: string | null }; indexDiff: Indexes }>;
  };
}

async function post(path: string, body: object, key = deployment.adminKey): Promise<Answer> {
  const response = await fetch(`${deployment.url}${path}`, {
    method: "POST",
    headers: { authorization: `Convex ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ adminKey: key, ...body }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? {} : JSON.parse(text) };
}

let apps = 0;

async function start(files: Record<string, string>, options: object = {}): Promise<Answer> {
  const dir = join(temp, `app${apps++}`, "convex");
  for (const [path, source] of Object.entries({ "empty.ts": "export {};", ...files })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), source);
  }
  return post("/api/deploy2/start_push", { ...(await bundleApp(dir)), ...options });
}

const wait = (started: Answer) =>
  post("/api/deploy2/wait_for_schema", { schemaChange: started.json.schemaChange, timeoutMs: 1000 });
const finish = (started: Answer, dryRun = false) =>
  post("/api/deploy2/finish_push", { startPush: started.json, dryRun, message: null });
const env = (...changes: object[]) => post("/api/update_environment_variables", { changes });
const hashes = async () => (await post("/api/get_config_hashes", { version: "1.48.0" })).json;

async function push(files: Record<string, string>): Promise<Answer> {
  const started = await start(files);
  expect([started.status, (await wait(started)).json]).toEqual([200, { type: "complete" }]);
  const finished = await finish(started);
  expect(finished.status).toBe(200);
  return finished;
}

async function call(path: string, args: object = {}): Promise<object> {
  return (await post("/api/function", { path, args })).json;
}

const schema = (field: string) => `import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({ notes: defineTable({ text: ${field} }).index("by_text", ["text"]) });`;
const NOTES = `import { mutationGeneric as mutation, queryGeneric as query } from "convex/server";
export const add = mutation({ handler: async (ctx, { text }: any) => ctx.db.insert("notes", { text }) });
export const first = query({ handler: async (ctx) => (await ctx.db.query("notes").first())?.text ?? null });
export const find = query({ handler: async (ctx, { text }: any) => {
  const found = await ctx.db.query("notes").withIndex("by_text" as any, (q: any) => q.eq("text", text)).collect();
  return found.length;
} });`;

describe("the endpoints of a push", () => {
  it("P2: nothing is answered without the admin key", async () => {
    const bad = `${deployment.adminKey}x`;
    for (const path of [
      "get_config_hashes",
      "deploy2/start_push",
      "deploy2/finish_push",
      "update_environment_variables",
    ]) {
      expect(await post(`/api/${path}`, {}, bad)).toMatchObject({ status: 403, json: { code: "BadDeployKey" } });
    }
  });

  it("P3: before the first push there are no modules", async () => {
    expect(await hashes()).toEqual({ config: { functions: "convex/" }, moduleHashes: [], udfServerVersion: null });
  });

  it("P6: finish_push tells what it changed", async () => {
    const { json } = await push({ "notes.ts": NOTES, "schema.ts": schema("v.string()") });
    expect(json.componentDiffs[""]).toMatchObject({
      diffType: { type: "modify" },
      moduleDiff: { added: ["empty.js", "notes.js"], removed: [] },
      cronDiff: { added: [], updated: [], deleted: [] },
      indexDiff: {
        added_indexes: [{ name: "notes.by_text", type: "database", fields: ["text", "_creationTime"] }],
        removed_indexes: [],
      },
      schemaDiff: { previous_schema: null, next_schema: expect.stringContaining("notes") },
    });
    expect(await call("notes:add", { text: "one" })).toMatchObject({ status: "success" });
    expect(await call("notes:find", { text: "one" })).toMatchObject({ value: 1 });
  });

  it("P6: a finished push cannot be finished again, and one the server forgot starts anew", async () => {
    const started = await start({ "notes.ts": NOTES });
    expect((await finish(started)).status).toBe(200);
    expect(await finish(started)).toMatchObject({ status: 400, json: { code: "RaceDetected" } });
  });

  it("P6: variables that change while a push is under way make it start again", async () => {
    const started = await start({ "notes.ts": NOTES, "schema.ts": schema("v.string()") });
    expect((await env({ name: "WHILE", value: "pushing" })).status).toBe(200);
    expect(await finish(started)).toMatchObject({ status: 400, json: { code: "RaceDetected" } });
    expect((await finish(await start({ "notes.ts": NOTES, "schema.ts": schema("v.string()") }))).status).toBe(200);
  });

  it("P6: of two pushes with different schemas the later one holds", async () => {
    const first = await start({ "notes.ts": NOTES, "schema.ts": schema("v.any()") });
    const second = await start({ "notes.ts": NOTES, "schema.ts": schema("v.union(v.string(), v.number())") });
    expect((await wait(first)).json).toEqual({ type: "raceDetected" });
    expect((await wait(second)).json).toEqual({ type: "complete" });
    expect(await finish(first)).toMatchObject({ status: 400, json: { code: "SchemaAlreadyOverwritten" } });
    expect((await finish(second)).status).toBe(200);
    expect(await call("notes:add", { text: 2 })).toMatchObject({ status: "success" });
    expect(await call("notes:add", { text: true })).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining("does not match the schema"),
    });
  });

  it("P6: a document written between wait and finish that the new schema refuses fails the push", async () => {
    const started = await start({
      "notes.ts": NOTES,
      "schema.ts": schema(`v.union(v.literal("one"), v.literal("two"), v.number())`),
    });
    expect((await wait(started)).json).toEqual({ type: "complete" });
    expect(await call("notes:add", { text: "three" })).toMatchObject({ status: "success" });
    expect((await wait(started)).json).toMatchObject({ type: "failed", componentPath: "", tableName: "notes" });
    expect(await finish(started)).toMatchObject({ status: 400, json: { code: "SchemaAlreadyFailed" } });
    expect(await call("notes:find", { text: "three" })).toMatchObject({ value: 1 });
  });

  it("P6: a push without a schema clears it and drops its indexes", async () => {
    const { json } = await push({ "notes.ts": NOTES });
    expect(json.componentDiffs[""]!.schemaDiff.next_schema).toBe(null);
    expect(json.componentDiffs[""]!.indexDiff.removed_indexes).toMatchObject([{ name: "notes.by_text" }]);
    expect(await call("notes:add", { text: true })).toMatchObject({ status: "success" });
    expect(await call("notes:find", { text: "one" })).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining("by_text"),
    });
    expect(await call("notes:first")).toMatchObject({ value: "one" });
  });

  it("P5: a dry run tells of documents that do not fit, and changes nothing", async () => {
    const before = await hashes();
    const started = await start({ "schema.ts": schema("v.string()") }, { dryRun: true });
    expect(started.json.schemaChange.indexDiffs[""]!.added_indexes).toMatchObject([{ name: "notes.by_text" }]);
    expect((await wait(started)).json).toMatchObject({ type: "failed", tableName: "notes" });
    expect((await finish(started, true)).json).toEqual({
      authDiff: { added: [], removed: [] },
      definitionDiffs: {},
      componentDiffs: {},
    });
    expect(await hashes()).toEqual(before);
    expect(await call("notes:first")).toMatchObject({ value: "one" });
  });

  it("P5: evaluate_push answers the same without keeping anything", async () => {
    const dir = join(temp, `app${apps++}`);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "schema.ts"), schema("v.any()"));
    const { status, json } = await post("/api/deploy2/evaluate_push", await bundleApp(dir));
    expect([status, json.schemaChange.indexDiffs[""]!.added_indexes.length, json.schemaChange.schemaIds]).toEqual([
      200,
      1,
      { "": null },
    ]);
  });

  it("P24: evaluate_schema tells what would happen to tables and indexes", async () => {
    const dir = join(temp, `app${apps++}`);
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "schema.ts"), schema("v.number()"));
    const evaluate = async () => (await post("/api/deploy2/evaluate_schema", await bundleApp(dir))).json as any; // oxlint-disable-line typescript/no-explicit-any -- looked into
    const { componentSchemaEvaluations, newComponentDefinitions } = await evaluate();
    const { tables, indexes } = componentSchemaEvaluations[""];
    const numDocs = tables[0].numDocs;
    expect(newComponentDefinitions).toEqual([]);
    expect(tables).toEqual([{ name: "notes", outcome: "mustWalk", numDocs: expect.any(Number), sizeBytes: expect.any(Number) }]);
    expect([numDocs > 3, tables[0].sizeBytes > 20 * numDocs]).toEqual([true, true]);
    expect(indexes).toMatchObject([{ name: "notes.by_text", change: "added", needsBackfill: true, numDocs }]);
    const pushed = await push({ "notes.ts": NOTES, "schema.ts": schema("v.any()") });
    expect(pushed.status).toBe(200);
    writeFileSync(join(dir, "schema.ts"), schema("v.any()").replace(`.index("by_text", ["text"])`, ""));
    const without = (await evaluate()).componentSchemaEvaluations[""];
    expect(without.tables).toMatchObject([{ outcome: "supersetOfEnforced", numDocs: 0 }]);
    expect(without.indexes).toMatchObject([{ name: "notes.by_text", change: "dropped", needsBackfill: false, numDocs }]);
    await push({ "notes.ts": NOTES });
  });

  it("P25: a staged index is built without being usable, and is enabled and disabled without being built again", async () => {
    const staged = (isStaged: boolean) => schema("v.any()").replace(`["text"])`, `{ fields: ["text"], staged: ${isStaged} })`);
    const names = (list: unknown) => (list as { name: string }[]).map(({ name }) => name);
    const pushed = async (isStaged: boolean) => {
      const { json } = await push({ "notes.ts": NOTES, "schema.ts": staged(isStaged) });
      return json.componentDiffs[""]!.indexDiff as unknown as Record<string, { name: string; staged?: boolean }[]>;
    };
    expect((await pushed(true)).added_indexes).toMatchObject([{ name: "notes.by_text", staged: true }]);
    expect(await call("notes:find", { text: "one" })).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining("staged"),
    });
    const enabled = await pushed(false);
    expect([names(enabled.enabled_indexes), enabled.added_indexes]).toEqual([["notes.by_text"], []]);
    expect(await call("notes:find", { text: "one" })).toMatchObject({ value: 1 });
    const disabled = await pushed(true);
    expect([names(disabled.disabled_indexes), disabled.removed_indexes]).toEqual([["notes.by_text"], []]);
    expect(await call("notes:find", { text: "one" })).toMatchObject({ status: "error" });
    await push({ "notes.ts": NOTES });
  });

  it("P13: a required variable must be set when the push finishes", async () => {
    const config = `import { defineApp } from "convex/server";\nimport { v } from "convex/values";
      const MODE = v.optional(v.union(v.literal("a"), v.literal("b")));
      export default defineApp({ env: { TOKEN: v.string(), MODE } });`;
    const files = { "convex.config.ts": config, "notes.ts": NOTES };
    expect(await finish(await start(files))).toMatchObject({
      status: 400,
      json: { code: "MissingEnvironmentVariables", message: expect.stringMatching(/are not set: TOKEN\./) },
    });
    await env({ name: "TOKEN", value: "t" }, { name: "MODE", value: "c" });
    expect(await finish(await start(files))).toMatchObject({
      status: 400,
      json: { code: "InvalidEnvironmentVariable" },
    });
    await env({ name: "MODE", value: "b" });
    expect((await finish(await start(files))).status).toBe(200);
    expect(await env({ name: "TOKEN", value: null })).toMatchObject({
      status: 400,
      json: { code: "RequiredEnvironmentVariable" },
    });
    expect(await env({ name: "OTHER", value: "x" }, { name: "MODE", value: "c" })).toMatchObject({ status: 400 });
    expect(await call("_system/cli/queryEnvironmentVariables:get", { name: "OTHER" })).toMatchObject({ value: null });
  });

  it("P22: system functions that are not there say so", async () => {
    expect(await call("_system/frontend/unknown:default")).toMatchObject({
      status: "error",
      errorMessage: expect.stringContaining("not supported"),
    });
  });

  it("P16: log lines of executions are in the stream", async () => {
    await push({
      "loud.ts": `import { queryGeneric as query } from "convex/server";
        export const say = query({ handler: async () => { console.log("hello", 1); } });`,
    });
    expect(await call("loud:say")).toMatchObject({ status: "success" });
    const response = await fetch(`${deployment.url}/api/stream_function_logs?cursor=0`, {
      headers: { authorization: `Convex ${deployment.adminKey}` },
    });
    const { entries, newCursor } = (await response.json()) as { entries: Record<string, unknown>[]; newCursor: number };
    expect(newCursor).toEqual(expect.any(Number));
    expect(entries.at(-1)).toMatchObject({
      kind: "Completion",
      udfType: "Query",
      identifier: "loud:say",
      logLines: ["[LOG] 'hello' 1"],
      error: null,
    });
  });
});
