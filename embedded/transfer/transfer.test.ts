import { readdirSync } from "node:fs";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { ConvexClient } from "convex/browser";
import { anyApi } from "convex/server";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import yauzl from "yauzl";
import { ZipFile } from "yazl";
import type { Runner } from "../functions/runner.ts";
import { checkStore } from "../storage/check.ts";
import type { Store } from "../storage/store.ts";
import { openTestDeployment, type TestDeployment } from "../testing.ts";
import { encodeId } from "../values/ids.ts";
import { STAGING_PATH } from "./staging.ts";

/** Exports and imports by the endpoints of the command line. */

vi.setConfig({ testTimeout: 60_000 });
/** Waits until `check` passes: a busy machine takes its time. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

const SOURCES = {
  "schema.ts": `
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  notes: defineTable({ title: v.string(), tag: v.optional(v.string()), person: v.optional(v.id("people")) })
    .index("by_title", ["title"]).searchIndex("text", { searchField: "title" })
    .vectorIndex("vector", { vectorField: "v", dimensions: 2 }),
  people: defineTable({ name: v.string() }),
}, { schemaValidation: true });`.replace(`person: v.optional(v.id("people"))`, `person: v.optional(v.id("people")), v: v.optional(v.array(v.float64()))`),
  "data.ts": `
import { actionGeneric, mutationGeneric, queryGeneric } from "convex/server";
export const titles = queryGeneric({ handler: async (ctx) => (await ctx.db.query("notes").collect()).map((n) => n.title) });
export const all = queryGeneric({ handler: (ctx, { table }) => ctx.db.query(table).collect() });
export const get = queryGeneric({ handler: (ctx, { id }) => ctx.db.get(id) });
export const byTitle = queryGeneric({ handler: async (ctx, { title }) => (await ctx.db.query("notes").withIndex("by_title", (q) => q.eq("title", title)).collect()).length });
export const search = queryGeneric({ handler: async (ctx, { text }) => (await ctx.db.query("notes").withSearchIndex("text", (q) => q.search("title", text)).collect()).map((n) => n.title) });
export const near = actionGeneric({ handler: (ctx, { vector }) => ctx.vectorSearch("notes", "vector", { vector }) });
export const add = mutationGeneric({ handler: (ctx, { table, value }) => ctx.db.insert(table, value) });
export const addMany = mutationGeneric({ handler: async (ctx, { from, to }) => { for (let i = from; i < to; i++) await ctx.db.insert("notes", { title: "note " + i }); } });
export const clear = mutationGeneric({ handler: async (ctx, { table }) => { for (const d of await ctx.db.query(table).collect()) await ctx.db.delete(d._id); } });
export const store = actionGeneric({ handler: (ctx, { text }) => ctx.storage.store(new Blob([text])) });
export const remove = mutationGeneric({ handler: (ctx, { id }) => ctx.storage.delete(id) });
`,
};

let d: TestDeployment;
let inside: { store: Store; runner: Runner };
beforeAll(async () => {
  d = await openTestDeployment(SOURCES, { onParts: (parts) => (inside = parts) });
});
afterAll(() => d.end());
beforeEach(async () => {
  for (const table of ["notes", "people", "free"]) await d.call("mutation", "data:clear", { table });
});

const titles = () => d.call("query", "data:titles", {}) as Promise<string[]>;
const count = () => inside.store.db.sql.prepare("SELECT count(*) AS n FROM docs").get()?.["n"];
const staged = () => {
  const ns = inside.store.catalog.namespace(STAGING_PATH);
  return ns === undefined ? [] : [...inside.store.catalog.tables(ns)].filter(({ system }) => !system).map(({ name }) => name);
};

async function post(path: string, body?: BodyInit | object): Promise<any> { // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  const isRaw = body === undefined || Buffer.isBuffer(body) || typeof body === "string";
  const answer = await fetch(`${d.url}${path}`, {
    method: "POST",
    headers: { authorization: `Convex ${d.adminKey}` },
    body: isRaw ? (body as BodyInit | undefined) ?? null : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function system(path: string, args: object = {}): Promise<any> { // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  return (await post("/api/query", { path: `_system/cli/${path}`, args: [args] })).value;
}

interface Wanted {
  format?: string;
  mode?: string;
  tableName?: string;
  componentPath?: string;
}

/** Uploads a file in parts and answers the import's state once it waits for a confirmation or has failed. */
async function begin(content: string | Buffer, wanted: Wanted = {}): Promise<{ id: string; state: any }> { // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  const bytes = Buffer.from(content);
  const { uploadToken } = await post("/api/import/start_upload");
  const partTokens: string[] = [];
  for (let at = 0; at < bytes.length; at += 100_000) {
    const part = `uploadToken=${uploadToken}&partNumber=${partTokens.length + 1}`;
    partTokens.push(await post(`/api/import/upload_part?${part}`, bytes.subarray(at, at + 100_000)));
  }
  const format = wanted.format ?? "jsonLines";
  const options = { format, mode: "requireEmpty", ...(format === "zip" ? {} : { tableName: "notes" }), ...wanted };
  const { importId } = await post("/api/import/finish_upload", { import: options, uploadToken, partTokens });
  return { id: importId, state: await settled(importId) };
}

async function settled(importId: string) {
  return eventually(async () => {
    const { state } = await system("queryImport:default", { importId });
    expect(["waiting_for_confirmation", "completed", "failed"]).toContain(state.state);
    return state;
  });
}

/** Imports a file: what came of it. */
async function run(content: string | Buffer, wanted: Wanted = {}) {
  const { id, state } = await begin(content, wanted);
  if (state.state === "failed") return state;
  await post("/api/perform_import", { importId: id });
  const end = await eventually(async () => {
    const { state: now } = await system("queryImport:default", { importId: id });
    expect(["completed", "failed"]).toContain(now.state);
    return now;
  });
  await eventually(() => expect(staged()).toEqual([]));
  return end;
}

/**
 * Looks after the turns of the event loop: `end` gives the share of the longest in all processor time that this thread used
 * meanwhile, which is the same on slow and busy machines.
 */
function longestTurn(): { end: () => number } {
  const cpu = () => process.threadCpuUsage().user + process.threadCpuUsage().system;
  const begun = cpu();
  let [longest, last] = [0, begun];
  const timer = setInterval(() => {
    const now = cpu();
    longest = Math.max(longest, now - last);
    last = now;
  }, 0);
  return {
    end() {
      clearInterval(timer);
      return longest / (cpu() - begun);
    },
  };
}

const lines = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

function zipOf(files: Record<string, string>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return new Response(zip.outputStream as unknown as BodyInit).arrayBuffer().then((bytes) => Buffer.from(bytes));
}

/** Exports and gives the files of the zip as text. */
async function exported(includeStorage = false): Promise<{ files: Record<string, string>; zip: Buffer }> {
  await post(`/api/export/request/zip?includeStorage=${includeStorage}`);
  const latest = await eventually(async () => {
    const now = (await system("exports:getLatest")) as { state: string; start_ts: string };
    expect(now.state).toBe("completed");
    return now;
  });
  const answer = await fetch(`${d.url}/api/export/zip/${latest.start_ts}`, { headers: { authorization: `Convex ${d.adminKey}` } });
  expect(answer.headers.get("content-disposition")).toBe(`attachment; filename=snapshot_${latest.start_ts}.zip`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { files: await unzip(bytes), zip: bytes };
}

async function unzip(bytes: Buffer): Promise<Record<string, string>> {
  const { fromBufferPromise } = yauzl as unknown as { fromBufferPromise: (b: Buffer, o: object) => ReturnType<typeof yauzl.openPromise> };
  const zip = await fromBufferPromise(bytes, { lazyEntries: true });
  const files: Record<string, string> = {};
  const each = zip.eachEntry()[Symbol.asyncIterator]();
  for (let step = await each.next(); step.done !== true; step = await each.next()) {
    files[step.value.fileName] = await textOf(await zip.openReadStreamPromise(step.value));
  }
  return files;
}

describe("exports", () => {
  it("X1, X2: a zip holds tables with their numbers and documents, and files when asked for", async () => {
    const id = await d.call("mutation", "data:add", { table: "people", value: { name: "Ada" } });
    const file = await d.call("action", "data:store", { text: "content" });
    const { files } = await exported(true);
    const { people } = { people: inside.store.catalog.table(0, "people")! };
    expect(files["_tables/documents.jsonl"]).toContain(`{"name":"people","id":${people.number}}\n`);
    expect(files["people/generated_schema.jsonl"]).toBe(`"uniform"\n`);
    expect(files["people/documents.jsonl"]).toMatch(new RegExp(`^{"_creationTime":[\\d.]+,"_id":"${id}","name":"Ada"}\n$`));
    expect(files[`_storage/${file}`]).toBe("content");
    expect(JSON.parse(files["_storage/documents.jsonl"]!)).toMatchObject({ _id: file, size: 7, contentType: null, internalId: expect.any(String) });
    expect(Object.keys((await exported()).files).filter((name) => name.startsWith("_storage"))).toEqual([]);
    await d.call("mutation", "data:remove", { id: file });
  });

  it("X3: an export is of one moment, whatever is written and deleted meanwhile", async () => {
    await d.call("mutation", "data:addMany", { from: 0, to: 1000 });
    const file = await d.call("action", "data:store", { text: "deleted meanwhile" });
    await post("/api/export/request/zip?includeStorage=true");
    await eventually(async () => expect((await system("exports:getLatest")).start_ts).toBeDefined());
    await d.call("mutation", "data:remove", { id: file });
    await d.call("mutation", "data:addMany", { from: 1000, to: 1200 });
    await eventually(async () => expect((await system("exports:getLatest")).state).toBe("completed"));
    const { start_ts } = await system("exports:getLatest");
    const answer = await fetch(`${d.url}/api/export/zip/${start_ts}`, { headers: { authorization: `Convex ${d.adminKey}` } });
    const files = await unzip(Buffer.from(await answer.arrayBuffer()));
    expect(files["notes/documents.jsonl"]!.split("\n")).toHaveLength(1001);
    expect(files[`_storage/${file}`]).toBe("deleted meanwhile");
    await eventually(() => expect(readdirSync(join(d.dataDir, "files")).filter((name) => name !== "incoming")).toEqual([]));
  });

  it("X1: one at a time, for admins only, and only the newest can be fetched", async () => {
    const begun = await Promise.allSettled([post("/api/export/request/zip"), post("/api/export/request/zip")]);
    expect(begun.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: { message: expect.stringContaining("ExportInProgress") } }]);
    await eventually(async () => expect((await system("exports:getLatest")).state).toBe("completed"));
    for (const [path, method] of [["export/request/zip", "POST"], ["export/zip/1", "GET"], ["import/start_upload", "POST"]] as const) {
      expect((await fetch(`${d.url}/api/${path}`, { method })).status).toBe(403);
    }
    const old = await fetch(`${d.url}/api/export/zip/1`, { headers: { authorization: `Convex ${d.adminKey}` } });
    expect(old.status).toBe(404);
  });
});

describe("imports of a table", () => {
  it("X4: from lines, an array and CSV; ids and creation times are kept or made", async () => {
    const { number } = inside.store.catalog.table(0, "notes")!;
    const id = encodeId(number, Buffer.alloc(16, 7));
    expect(await run(lines({ _id: id, _creationTime: 1234.5, title: "kept" }, { title: "made" }))).toEqual({ state: "completed", num_rows_written: "2" });
    const [kept, made] = await d.call("query", "data:all", { table: "notes" });
    expect(kept).toEqual({ _id: id, _creationTime: 1234.5, title: "kept" });
    expect(made._creationTime).toBeGreaterThan(Date.now() - 60_000);
    await run(`[{"title":"array"}]`, { format: "jsonArray", mode: "append" });
    await run("title,tag\ncsv,\n", { format: "csv", mode: "append" });
    const [, , array, csv] = await d.call("query", "data:all", { table: "notes" });
    expect([array.title, csv]).toEqual(["array", { _id: csv._id, _creationTime: csv._creationTime, title: "csv" }]);
  });

  it("X5: says what it will change, and asks before anything is deleted", async () => {
    await d.call("mutation", "data:addMany", { from: 0, to: 3 });
    const { state } = await begin(lines({ title: "x" }), { mode: "replace" });
    expect(state).toMatchObject({ state: "waiting_for_confirmation", require_manual_confirmation: true });
    expect(state.message_to_confirm).toBe(
      "Import change summary:\n" +
        "table | create | delete |\n" +
        "-------------------------\n" +
        "notes | 1      | 3 of 3 |\n" +
        "Once the import has started, it will run in the background.\nInterrupting `npx convex import` will not cancel it.",
    );
    expect((await begin(lines({ title: "x" }), { mode: "append" })).state.require_manual_confirmation).toBe(false);
    expect(await titles()).toHaveLength(3);
  });

  it.each([
    ["an unreadable row", `{"title":"a"}\nnonsense\n`, {}, "Row 2 wasn't valid JSON"],
    ["a row without end", `{"title":"a"}\n${"[".repeat(200_000)}${"]".repeat(200_000)}\n`, {}, "Row 2 wasn't valid JSON: It is nested too deep."],
    ["what is no object", `{"title":"a"}\n[1]\n`, {}, "Row 2 wasn't an object"],
    ["a field the schema forbids", lines({ title: "a" }, { title: 5 }), {}, `Row 2 of table "notes" does not match the schema`],
    ["a value that is none", `{"title":"a","tag":{"$x":1}}\n`, {}, "Row 1 wasn't a valid Convex value"],
    ["an id of another table", lines({ title: "a" }, { _id: encodeId(99, Buffer.alloc(16)), title: "b" }), {}, "does not belong to the table"],
    ["an id twice", "dup", {}, `Objects in table "notes" have duplicate _id fields`],
    ["no array", "{}", { format: "jsonArray" }, "Not a JSON array"],
    ["a file that is no zip", "nonsense", { format: "zip" }, "invalid zip file"],
  ])("X6: %s changes nothing", async (_, content, wanted, message) => {
    await d.call("mutation", "data:add", { table: "notes", value: { title: "before" } });
    const before = count();
    const { number } = inside.store.catalog.table(0, "notes")!;
    const twice = { _id: encodeId(number, Buffer.alloc(16, 1)), title: "x" };
    const state = await run(content === "dup" ? lines(twice, twice) : content, { mode: "replace", ...wanted });
    expect(state).toEqual({ state: "failed", error_message: expect.stringMatching(/^Hit an error while importing:\n/) });
    expect(state.error_message).toContain(message);
    expect(await titles()).toEqual(["before"]);
    expect(count()).toBe(before);
  });

  it("X5: into a table that has documents only when asked to", async () => {
    await d.call("mutation", "data:addMany", { from: 0, to: 1 });
    expect((await run(lines({ title: "x" }))).error_message).toContain("Table notes already exists.");
    const { id } = await begin(lines({ name: "x" }), { tableName: "people", mode: "requireEmpty" });
    await d.call("mutation", "data:add", { table: "people", value: { name: "came meanwhile" } });
    await post("/api/perform_import", { importId: id });
    const ended = await eventually(async () => {
      const { state } = await system("queryImport:default", { importId: id });
      expect(state.state).toBe("failed");
      return state;
    });
    expect(ended.error_message).toContain("Table people already exists.");
  });

  it("X6: a large table takes its place in one commit, indexes and live queries with it, while others write", async () => {
    await d.call("mutation", "data:addMany", { from: 0, to: 600 });
    const client = new ConvexClient(d.url);
    const seen: number[] = [];
    client.onUpdate(anyApi["data"]!["titles"]!, {}, (now: string[]) => void seen.push(now.length));
    await eventually(() => expect(seen).toEqual([600]));
    const rows = Array.from({ length: 1500 }, (_, i) => ({ title: `imported ${i}`, v: [i, 1] }));
    const { id } = await begin(lines(...rows), { mode: "replace" });
    const turns = longestTurn();
    const { ts } = await post("/api/query_ts");
    await post("/api/perform_import", { importId: id });
    for (let i = 0; ; i++) {
      await d.call("mutation", "data:add", { table: "people", value: { name: `p${i}` } });
      if ((await system("queryImport:default", { importId: id })).state.state === "completed") break;
    }
    await eventually(() => expect(seen.at(-1)).toBe(1500));
    expect(new Set(seen)).toEqual(new Set([600, 1500]));
    expect(turns.end()).toBeLessThan(0.6);
    expect(await d.call("query", "data:byTitle", { title: "imported 7" })).toBe(1);
    await expect(post("/api/query_at_ts", { path: "data:titles", args: {}, ts })).rejects.toThrow("TimestampTooOld");
    expect(await d.call("query", "data:byTitle", { title: "note 7" })).toBe(0);
    expect(await d.call("query", "data:search", { text: "1499" })).toEqual(["imported 1499"]);
    expect(await d.call("action", "data:near", { vector: [0, 1] })).toHaveLength(10);
    await client.close();
    await eventually(() => expect(staged()).toEqual([]));
    const people = (await d.call("query", "data:all", { table: "people" })).length;
    expect(count()).toBe(1500 + people);
  });

  it("X6: appended documents are found by every index, and an id that is there already is refused", async () => {
    await d.call("mutation", "data:add", { table: "notes", value: { title: "old one", v: [1, 0] } });
    await run(lines(...Array.from({ length: 300 }, (_, i) => ({ title: `new ${i}`, v: [0, 1 + i] }))), { mode: "append" });
    expect(await titles()).toHaveLength(301);
    expect(await d.call("query", "data:byTitle", { title: "new 299" })).toBe(1);
    expect(await d.call("query", "data:search", { text: "old" })).toEqual(["old one"]);
    expect(await d.call("query", "data:search", { text: "299" })).toEqual(["new 299"]);
    expect(await d.call("action", "data:near", { vector: [1, 0] })).toHaveLength(10);
    const [{ _id }] = await d.call("query", "data:all", { table: "notes" });
    expect((await run(lines({ _id, title: "again" }), { mode: "append" })).error_message).toContain("duplicate _id fields");
    expect(await titles()).toHaveLength(301);
  });
});

describe("imports beside a push", () => {
  const withIndex = { ...SOURCES, "schema.ts": SOURCES["schema.ts"].replace(`.index("by_title", ["title"])`, `.index("by_title", ["title"]).index("by_tag", ["tag"])`) };

  it("X6: a push that finishes in between fails the import", async () => {
    const { id } = await begin(lines(...Array.from({ length: 5000 }, (_, i) => ({ title: `t${i}` }))), { mode: "replace" });
    await post("/api/perform_import", { importId: id });
    await eventually(() => expect(staged()).toHaveLength(1));
    // What finish_push does, in the midst of it.
    const schema = inside.store.catalog.schema(0)!;
    const notes = schema.tables.find(({ tableName }) => tableName === "notes")!;
    const changed = { ...schema, tables: schema.tables.map((t) => (t === notes ? { ...t, indexes: [...t.indexes, { indexDescriptor: "by_tag", fields: ["tag"] }] } : t)) };
    await inside.runner.transact(() => inside.store.catalog.applySchema(0, changed));
    const ended = await eventually(async () => {
      const { state } = await system("queryImport:default", { importId: id });
      expect(["completed", "failed"]).toContain(state.state);
      return state;
    });
    expect(ended.error_message).toContain("Could not complete import because schema changed.");
    expect(await titles()).toEqual([]);
    await inside.runner.transact(() => inside.store.catalog.applySchema(0, schema));
  });

  it("X6: an import that finishes in between fails the push, which may be done again", async () => {
    await inside.runner.transact(() => {
      const active = inside.store.catalog.schema(0)!;
      const next = { ...active, tables: [...active.tables, { tableName: "later", indexes: [{ indexDescriptor: "by_x", fields: ["x"] }] }] };
      inside.store.catalog.prepareIndexes(0, next);
      inside.store.catalog.submitSchema(0, next);
    });
    const pending = inside.store.catalog.inFlightSchema(0)!;
    expect((await run(lines({ title: "imported" }), { mode: "replace" })).state).toBe("completed");
    expect(inside.store.catalog.schemaStatus(pending.id)).toMatchObject({
      state: "failed",
      error: "Data was imported while the schema was checked; push again.",
    });
    await d.push(withIndex);
    expect(await titles()).toEqual(["imported"]);
    expect((await run(lines({ title: "again", tag: "x" }), { mode: "append" })).state).toBe("completed");
    expect(inside.store.catalog.table(0, "notes")!.indexes.has("by_tag")).toBe(true);
  });
});

describe("imports of a snapshot", () => {
  it("X4: tables by the numbers of the file, of components too, below a folder and beside other things", async () => {
    const id = (number: number, byte: number) => encodeId(number, Buffer.alloc(16, byte));
    const zip = await zipOf({
      "README.md": "hello",
      "snap/_tables/documents.jsonl": lines({ name: "people", id: 20_000 }, { name: "void", id: 20_002 }),
      "snap/_scheduled_functions/documents.jsonl": "nonsense",
      "snap/people/generated_schema.jsonl": `"uniform"\n`,
      "snap/people/documents.jsonl": `{"_id":"${id(20_000, 1)}","_creationTime":5.0,"name":"Ada"}\n`,
      "snap/free/documents.jsonl": `{"_id":"${id(20_001, 2)}","n":5}\n`,
      "snap/_components/sub/_components/deep/t/documents.jsonl": lines({ _id: id(10_001, 3) }),
    });
    expect(await run(zip, { format: "zip" })).toEqual({ state: "completed", num_rows_written: "3" });
    expect(await d.call("query", "data:all", { table: "people" })).toEqual([{ _id: id(20_000, 1), _creationTime: 5, name: "Ada" }]);
    expect((await d.call("query", "data:get", { id: id(20_001, 2) })).n).toBe(5);
    expect(inside.store.catalog.table(0, "void")?.number).toBe(20_002);
    const deep = inside.store.catalog.namespace("sub/deep")!;
    expect(inside.store.rows.count(inside.store.catalog.table(deep, "t")!.indexes.get("by_id")!.id)).toBe(1);
    const below = await zipOf({ "t/documents.jsonl": lines({ _id: id(10_001, 4) }) });
    expect((await run(below, { format: "zip", componentPath: "sub/deep", mode: "replace" })).state).toBe("completed");
    expect(inside.store.rows.count(inside.store.catalog.table(deep, "t")!.indexes.get("by_id")!.id)).toBe(1);
  });

  it("X5: a number that another table has, or that others refer to, is refused", async () => {
    const { number } = inside.store.catalog.table(0, "notes")!;
    const taken = await zipOf({ "free/documents.jsonl": lines({ _id: encodeId(number, Buffer.alloc(16)) }) });
    expect((await run(taken, { format: "zip", mode: "replace" })).error_message).toContain("New table free has IDs that conflict with existing table notes");
    const person = await d.call("mutation", "data:add", { table: "people", value: { name: "Ada" } });
    await d.call("mutation", "data:add", { table: "notes", value: { title: "hers", person } });
    const moved = await zipOf({ "people/documents.jsonl": lines({ _id: encodeId(30_000, Buffer.alloc(16)), name: "Bob" }) });
    expect((await run(moved, { format: "zip", mode: "replace" })).error_message).toContain("Import changes table 'people' which is referenced by 'notes' in the schema");
    expect((await d.call("query", "data:get", { id: person })).name).toBe("Ada");
  });

  it("X5: a table without a number gets one that no table made meanwhile has", async () => {
    const { id } = await begin(lines(...Array.from({ length: 600 }, (_, n) => ({ n }))), { tableName: "numbered" });
    await post("/api/perform_import", { importId: id });
    for (let i = 0; i < 5; i++) await d.call("mutation", "data:add", { table: `meanwhile${i}`, value: {} });
    const ended = await eventually(async () => {
      const { state } = await system("queryImport:default", { importId: id });
      expect(["completed", "failed"]).toContain(state.state);
      return state;
    });
    expect(ended).toEqual({ state: "completed", num_rows_written: "600" });
  });

  it("X5: replaceAll empties the tables of the schema that the file lacks, and removes the others", async () => {
    await d.call("mutation", "data:addMany", { from: 0, to: 2 });
    await d.call("mutation", "data:add", { table: "free", value: {} });
    const { number } = inside.store.catalog.table(0, "notes")!;
    const zip = await zipOf({ "people/documents.jsonl": lines({ name: "only" }) });
    expect((await run(zip, { format: "zip", mode: "replaceAll" })).state).toBe("completed");
    expect([await titles(), (await d.call("query", "data:all", { table: "people" })).length]).toEqual([[], 1]);
    expect(inside.store.catalog.table(0, "notes")?.number).toBe(number);
    expect(inside.store.catalog.table(0, "free")).toBeUndefined();
    await d.call("mutation", "data:addMany", { from: 0, to: 1 });
    expect(await d.call("query", "data:byTitle", { title: "note 0" })).toBe(1);
  });

  it("X4: files come with their ids and, when the name is free, their links; a damaged one changes nothing", async () => {
    const kept = await d.call("action", "data:store", { text: "kept" });
    const { files, zip } = await exported(true);
    const gone = await d.call("action", "data:store", { text: "gone" });
    expect((await run(zip, { format: "zip", mode: "replace" })).state).toBe("completed");
    const all = () => inside.store.files.uuidsOf(0);
    const { internalId } = JSON.parse(files["_storage/documents.jsonl"]!);
    expect(all()).toEqual([internalId]);
    expect(await (await fetch(`${d.url}/api/storage/${internalId}`)).text()).toBe("kept");
    const onDisk = () => readdirSync(join(d.dataDir, "files")).filter((name) => name !== "incoming");
    await eventually(() => expect(onDisk()).toEqual([internalId]));
    const sound = encodeId(inside.store.catalog.table(0, "_storage")!.number, Buffer.alloc(16, 8));
    const damaged = await zipOf({ [`_storage/${sound}`]: "sound", ...files, [`_storage/${kept}`]: "other bytes" });
    expect((await run(damaged, { format: "zip", mode: "replace" })).error_message).toContain("SHA-256");
    expect(readdirSync(join(d.dataDir, "files/incoming"))).toEqual([]);
    expect(await (await fetch(`${d.url}/api/storage/${internalId}`)).text()).toBe("kept");
    const foreign = encodeId(540, Buffer.alloc(16, 9));
    const elsewhere = await zipOf({ "_storage/documents.jsonl": lines({ _id: foreign, contentType: "text/plain" }), [`_storage/${foreign}.txt`]: "from Convex" });
    expect((await run(elsewhere, { format: "zip", mode: "replace" })).state).toBe("completed");
    expect((await d.call("query", "data:all", { table: "notes" })).length).toBe(0);
    expect(inside.store.files.byId(0, foreign)?.uuid).toBe(all()[0]);
    expect(await (await fetch(`${d.url}/api/storage/${all()[0]}`)).text()).toBe("from Convex");
    expect(gone).not.toBe(kept);
    await eventually(() => expect(onDisk()).toEqual(all()));
    expect(readdirSync(join(d.dataDir, "files/incoming"))).toEqual([]);
  });

  it("X4: exports of older versions are read where they lost no types", async () => {
    const old = (shape: string) =>
      zipOf({ "free/generated_schema.jsonl": `${JSON.stringify(shape)}\n`, "free/documents.jsonl": `{"_creationTime":5.0,"n":"7","x":1.0}\n` });
    expect((await run(await old(`{"_creationTime": normalfloat64, "n": string, "int64": normalfloat64}`), { format: "zip", mode: "replace" })).state).toBe("completed");
    expect((await d.call("query", "data:all", { table: "free" }))[0]).toMatchObject({ _creationTime: 5, n: "7", x: 1 });
    expect((await run(await old(`{"n": int64}`), { format: "zip", mode: "replace" })).error_message).toContain("which is not supported by this server yet");
  });
});

it("X6: after all these imports everything that is stored fits together", () => {
  expect(checkStore(inside.store)).toEqual([]);
});

it("X7: an import that a stop interrupts is told as failed, and nothing of it stays", async () => {
  await d.call("mutation", "data:addMany", { from: 0, to: 2 });
  const waiting = await begin(lines({ title: "never confirmed" }), { mode: "append" });
  const { id } = await begin(lines(...Array.from({ length: 20_000 }, (_, i) => ({ title: `t${i}` }))), { mode: "replace" });
  await post("/api/perform_import", { importId: id });
  await eventually(() => expect(staged()).toHaveLength(1));
  d = await d.restart();
  for (const importId of [id, waiting.id]) {
    expect((await system("queryImport:default", { importId })).state).toEqual({
      state: "failed",
      error_message: "The server was stopped during the import; nothing of it was kept.",
    });
  }
  expect(await titles()).toEqual(["note 0", "note 1"]);
  await eventually(() => expect(staged()).toEqual([]));
  expect(readdirSync(join(d.dataDir)).filter((name) => name === "imports")).toEqual([]);
  expect(checkStore(inside.store)).toEqual([]);
});
