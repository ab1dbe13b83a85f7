import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Deployment, openDeployment } from "../deployment.ts";
import { type CommandResult, type FixtureApp, fixtureApp } from "../fixtures/cli.ts";
import { pushSources } from "../testing.ts";

/** The real command line moves a deployment's data to another one. Each test goes on from the one before. */

vi.setConfig({ testTimeout: 120_000 });

const FUNCTIONS = {
  "schema.ts": `
import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
export default defineSchema({
  notes: defineTable({ title: v.string(), owner: v.id("people"), file: v.optional(v.id("_storage")), n: v.int64() })
    .index("by_title", ["title"]).searchIndex("text", { searchField: "title" }),
  people: defineTable({ name: v.string(), data: v.any() }),
  empty: defineTable({}),
});`,
  "data.ts": `
import { actionGeneric, mutationGeneric, queryGeneric } from "convex/server";
export const all = queryGeneric({ handler: async (ctx) => ({
  notes: await ctx.db.query("notes").collect(),
  people: await ctx.db.query("people").collect(),
  free: await ctx.db.query("free").collect(),
  files: await ctx.db.system.query("_storage").collect(),
}) });
export const byTitle = queryGeneric({ handler: (ctx, { title }) => ctx.db.query("notes").withIndex("by_title", (q) => q.eq("title", title)).collect() });
export const search = queryGeneric({ handler: (ctx, { text }) => ctx.db.query("notes").withSearchIndex("text", (q) => q.search("title", text)).collect() });
export const add = mutationGeneric({ handler: async (ctx, { title, file }) => {
  const owner = await ctx.db.insert("people", { name: "Ada", data: [1, 1.5, -0, NaN, 7n, new ArrayBuffer(3), null, { "a b": "x\\n" }] });
  await ctx.db.insert("free", { big: 9007199254740993n, whole: 5, list: [1e21, 1e-7, 2n ** 63n - 1n] });
  return ctx.db.insert("notes", { title, owner, file, n: 5n });
} });
export const store = actionGeneric({ handler: (ctx, { text }) => ctx.storage.store(new Blob([text], { type: "text/plain" })) });
export const url = queryGeneric({ handler: (ctx, { id }) => ctx.storage.getUrl(id) });
`,
};

const dirs = [mkdtempSync(join(tmpdir(), "transfer-from-")), mkdtempSync(join(tmpdir(), "transfer-to-"))] as const;
let from: Deployment;
let to: Deployment;
let app: FixtureApp;
let other: FixtureApp;

beforeAll(async () => {
  from = await openDeployment({ dataDir: dirs[0], port: 0, sitePort: 0 });
  to = await openDeployment({ dataDir: dirs[1], port: 0, sitePort: 0 });
  app = fixtureApp(null, from);
  other = fixtureApp(null, to);
  await pushSources(from, FUNCTIONS);
});
afterAll(async () => {
  app.end();
  other.end();
  await from.close();
  await to.close();
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

async function call(d: Deployment, path: string, args: object = {}): Promise<any> { // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  const response = await fetch(`${d.url}/api/function`, {
    method: "POST",
    headers: { authorization: `Convex ${d.adminKey}` },
    body: JSON.stringify({ path, args, format: "convex_encoded_json" }),
  });
  const answer = (await response.json()) as { status: string; value?: unknown; errorMessage?: string };
  if (answer.status !== "success") throw new Error(JSON.stringify(answer));
  return answer.value;
}

function succeeded(result: CommandResult): CommandResult {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.stdout}\n${result.stderr}`);
  return result;
}

describe("the command line moves data", () => {
  it("X1, X4: an export that is imported elsewhere gives the same documents, ids, creation times and files", async () => {
    const text = "a stored file\n".repeat(10_000);
    const file = await call(from, "data:store", { text });
    for (const title of ["first note", "second note"]) await call(from, "data:add", { title, file });
    const { stderr } = succeeded(await app.convex("export", "--path", join(app.dir, "snapshot.zip"), "--include-file-storage"));
    expect(stderr).toContain("Created snapshot export at timestamp");

    const imported = succeeded(await other.convex("import", join(app.dir, "snapshot.zip"), "--yes"));
    expect(imported.stderr).toMatch(/notes +\| 2 +\| 0 of 0/);
    expect(imported.stderr).toMatch(/_storage +\| 1 +\| 0 of 0 files/);
    expect(imported.stderr).toContain("Added 6 documents");
    await pushSources(to, FUNCTIONS);
    const before = await call(from, "data:all");
    expect(before.notes).toHaveLength(2);
    expect(await call(to, "data:all")).toEqual(before);
    const url = await call(to, "data:url", { id: file });
    expect(url.slice(to.url.length)).toBe((await call(from, "data:url", { id: file })).slice(from.url.length));
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("base64")).toBe(before.files[0].sha256);
    expect(await call(to, "data:byTitle", { title: "second note" })).toEqual([before.notes[1]]);
    expect(await call(to, "data:search", { text: "sec" })).toEqual([before.notes[1]]);
  });

  it("X5: --replace puts the import in place of what is there", async () => {
    const before = await call(from, "data:all");
    await call(to, "data:add", { title: "only here" });
    const replaced = succeeded(await other.convex("import", join(app.dir, "snapshot.zip"), "--replace", "--yes"));
    expect(replaced.stderr).toMatch(/notes +\| 2 +\| 3 of 3/);
    expect(await call(to, "data:all")).toEqual(before);
    expect((await fetch(await call(to, "data:url", { id: before.files[0]._id }))).status).toBe(200);
  });

  it("X4: a single table is added to from a CSV file", async () => {
    other.write("free.csv", "name,n\nada,1\n");
    succeeded(await other.convex("import", "--table", "free", "--append", "free.csv"));
    expect((await call(to, "data:all")).free.at(-1)).toMatchObject({ name: "ada", n: 1 });
  });
});
