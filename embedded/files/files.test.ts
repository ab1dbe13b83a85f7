import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Runner } from "../functions/runner.ts";
import type { Store } from "../storage/store.ts";
import { openTestDeployment, type TestDeployment } from "../testing.ts";

/** Files from functions and over HTTP, on a whole deployment. */

vi.setConfig({ testTimeout: 60_000 });
/** Waits until `check` passes: a busy machine takes its time. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

const FUNCTIONS = `
import { query, mutation, action } from "convex/server";
export const url = queryGeneric({ handler: (ctx, { id }) => ctx.storage.getUrl(id) });
export const metadata = queryGeneric({ handler: (ctx, { id }) => ctx.storage.getMetadata(id) });
export const doc = queryGeneric({ handler: (ctx, { id }) => ctx.db.system.get(id) });
export const list = queryGeneric({ handler: (ctx) => ctx.db.system.query("_storage").collect() });
export const uploadUrl = mutationGeneric({ handler: (ctx) => ctx.storage.generateUploadUrl() });
export const remove = mutationGeneric({ handler: (ctx, { id }) => ctx.storage.delete(id) });
export const removeAndFail = mutationGeneric({ handler: async (ctx, { id }) => { await ctx.storage.delete(id); throw new Error("no"); } });
export const storeHere = mutationGeneric({ handler: async (ctx, { text, sha256, fail }) => {
  const id = await ctx.storage.store(new Blob([text], { type: "text/plain" }), { sha256 });
  const back = await (await ctx.storage.get(id)).text();
  const metrics = await ctx.meta.getTransactionMetrics();
  if (fail) throw new Error("no");
  return { id, back, url: await ctx.storage.getUrl(id), files: [metrics.filesWritten.used, metrics.fileReadBytes.used] };
} });
export const uploadInQuery = queryGeneric({ handler: (ctx) => ctx.storage.generateUploadUrl?.() ?? Convex.asyncSyscall("1.0/storageGenerateUploadUrl", "{}") });
`.replace(`import { query, mutation, action } from "convex/server";`, `import { queryGeneric, mutationGeneric } from "convex/server";`);

const ACTIONS = `
import { actionGeneric } from "convex/server";
export const store = actionGeneric({ handler: (ctx, { text, type, sha256 }) => ctx.storage.store(new Blob([text], { type }), { sha256 }) });
export const storeNothing = actionGeneric({ handler: (ctx) => ctx.storage.store("text") });
export const read = actionGeneric({ handler: async (ctx, { id }) => {
  const blob = await ctx.storage.get(id);
  return blob && { text: await blob.text(), type: blob.type };
} });
export const all = actionGeneric({ handler: async (ctx, { id }) => {
  const url = await ctx.storage.getUrl(id);
  const { size } = await ctx.storage.getMetadata(id);
  const upload = await ctx.storage.generateUploadUrl();
  await ctx.storage.delete(id);
  return { url, size, upload, gone: await ctx.storage.getUrl(id) };
} });
export const forge = actionGeneric({ handler: (ctx, { uuid }) =>
  Convex.asyncSyscall("storage/storeBlob", JSON.stringify({ uuid, size: 1, sha256: "${"A".repeat(43)}=" })) });
`;

const HTTP = `
import { httpRouter, httpActionGeneric } from "convex/server";
const http = httpRouter();
http.route({ path: "/file", method: "POST", handler: httpActionGeneric(async (ctx, request) =>
  new Response(await ctx.storage.store(await request.blob()))) });
http.route({ path: "/file", method: "GET", handler: httpActionGeneric(async (ctx, request) =>
  new Response(await ctx.storage.get(new URL(request.url).searchParams.get("id")))) });
export default http;
`;

let d: TestDeployment;
let inside: { store: Store; runner: Runner };
beforeAll(async () => {
  d = await openTestDeployment({
    "files.ts": FUNCTIONS,
    "actions.ts": ACTIONS,
    "nodeActions.ts": `"use node";\n${ACTIONS}`,
    "http.ts": HTTP,
  }, { onParts: (parts) => (inside = parts) });
});
afterAll(() => d.end());

const sha256 = (bytes: string | Buffer, encoding: "hex" | "base64" = "base64") =>
  createHash("sha256").update(bytes).digest(encoding);

async function upload(body: BodyInit, headers: Record<string, string> = {}, url?: string): Promise<Response> {
  const to = url ?? ((await d.call("mutation", "files:uploadUrl", {})) as string);
  return fetch(to, { method: "POST", body, headers });
}

async function uploaded(body: BodyInit, headers: Record<string, string> = {}): Promise<{ id: string; url: string }> {
  const { storageId } = (await (await upload(body, headers)).json()) as { storageId: string };
  return { id: storageId, url: (await d.call("query", "files:url", { id: storageId })) as string };
}

const blobs = () => readdirSync(join(d.dataDir, "files"), { recursive: true }).map(String).filter((name) => name !== "incoming");

describe("files in functions", () => {
  it.each(["actions", "nodeActions"])("B1: %s store and read files", async (module) => {
    const id = await d.call("action", `${module}:store`, { text: "héllo", type: "text/plain", sha256: sha256("héllo") });
    expect(await d.call("query", "files:doc", { id })).toEqual({
      _id: id,
      _creationTime: expect.any(Number),
      contentType: "text/plain",
      sha256: sha256("héllo"),
      size: 6,
    });
    expect(await d.call("action", `${module}:read`, { id })).toEqual({ text: "héllo", type: "text/plain" });
    const all = await d.call("action", `${module}:all`, { id });
    expect(all).toMatchObject({ size: 6, gone: null });
    expect(all.url).toMatch(/\/api\/storage\/[0-9a-f-]{36}$/);
    expect(all.upload).toMatch(/\/api\/storage\/upload\?token=/);
    expect(await d.call("action", `${module}:read`, { id })).toBe(null);
  });

  it("B1: a file without a type has no contentType; what is no Blob, or has another digest, is refused", async () => {
    const id = await d.call("action", "actions:store", { text: "x" });
    expect(await d.call("query", "files:metadata", { id })).toEqual({
      storageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      contentType: null,
      sha256: sha256("x", "hex"),
      size: 1,
    });
    await expect(d.call("action", "actions:storeNothing", {})).rejects.toThrow("store() expects a Blob");
    await expect(d.call("action", "actions:store", { text: "x", sha256: sha256("y") })).rejects.toThrow("SHA-256");
    await expect(d.call("action", "actions:forge", { uuid: "../../deployment.sqlite3" })).rejects.toThrow("Invalid argument `blob`");
  });

  it("B1: HTTP actions store and serve files", async () => {
    const stored = await fetch(`${d.siteUrl}/file`, { method: "POST", body: "from outside", headers: { "content-type": "text/x-note" } });
    const id = await stored.text();
    const served = await fetch(`${d.siteUrl}/file?id=${id}`);
    expect([await served.text(), served.headers.get("content-type")]).toEqual(["from outside", "text/x-note"]);
  });

  it("B1: mutations store and read files inside their transaction, counted", async () => {
    const { id, back, url, files } = await d.call("mutation", "files:storeHere", { text: "inside", sha256: sha256("inside", "hex") });
    expect([back, files]).toEqual(["inside", [1, 6]]);
    expect(await (await fetch(url)).text()).toBe("inside");
    const before = await d.call("query", "files:list", {});
    await expect(d.call("mutation", "files:storeHere", { text: "outside", fail: true })).rejects.toThrow("no");
    expect(await d.call("query", "files:list", {})).toEqual(before);
    expect((await d.call("query", "files:doc", { id }))._id).toBe(id);
  });

  it("B1: ids of other tables and text that is none are refused, unknown files are null, deleting one is an error", async () => {
    const { id } = await uploaded("x");
    await d.call("mutation", "files:remove", { id });
    for (const path of ["files:url", "files:metadata", "files:doc"]) expect(await d.call("query", path, { id })).toBe(null);
    await expect(d.call("mutation", "files:remove", { id })).rejects.toThrow(`storage id ${id} not found`);
    await expect(d.call("query", "files:url", { id: "nonsense" })).rejects.toThrow("Invalid argument `storageId`");
    await expect(d.call("query", "files:uploadInQuery", {})).rejects.toThrow("queries are read-only");
  });

  it("B1: the older id form, the name in the link, still finds the file", async () => {
    const { id, url } = await uploaded("x");
    const uuid = url.split("/").at(-1) ?? "";
    expect(await d.call("query", "files:url", { id: uuid })).toBe(url);
    expect((await d.call("query", "files:metadata", { id: uuid })).storageId).toBe(uuid);
    await d.call("mutation", "files:remove", { id: uuid });
    expect(await d.call("query", "files:doc", { id })).toBe(null);
  });
});

describe("files of components", () => {
  it("B1: each has its own, and the same id means nothing in another", async () => {
    const { runner, store } = inside;
    const { value: ns } = await runner.transact(() => store.catalog.ensureNamespace("child"));
    const to = runner.read((txn) => txn.files.uploadUrl(ns, d.url));
    const { storageId: id } = (await (await upload("the child's", {}, to)).json()) as { storageId: string };
    const url = runner.read((txn) => txn.files.url(ns, id, d.url));
    expect(await (await fetch(url!)).text()).toBe("the child's");
    expect(await d.call("query", "files:url", { id })).toBe(null);
    expect(await d.call("query", "files:url", { id: url!.split("/").at(-1)! })).toBe(null);
    await expect(d.call("mutation", "files:remove", { id })).rejects.toThrow("not found");
    await runner.transact((txn) => txn.files.remove(ns, id));
    expect((await fetch(url!)).status).toBe(404);
  });
});

describe("files on disk", () => {
  it("B2: a file is readable by its owner only, and deleted after the commit, not before", async () => {
    const { id, url } = await uploaded("private");
    const uuid = url.split("/").at(-1) ?? "";
    const path = join(d.dataDir, "files", uuid);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await expect(d.call("mutation", "files:removeAndFail", { id })).rejects.toThrow("no");
    expect(await (await fetch(url)).text()).toBe("private");
    await d.call("mutation", "files:remove", { id });
    await eventually(() => expect(existsSync(path)).toBe(false));
    expect((await fetch(url)).status).toBe(404);
  });

  it("B3: a start removes what belongs to no document and puts in place what does", async () => {
    const { url } = await uploaded("kept");
    const uuid = url.split("/").at(-1) ?? "";
    const files = join(d.dataDir, "files");
    await d.close();
    const orphan = "00000000-0000-4000-8000-000000000000";
    writeFileSync(join(files, orphan), "orphan");
    mkdirSync(join(files, "incoming"), { recursive: true });
    writeFileSync(join(files, "incoming", orphan), "half");
    // The process ended between the COMMIT and what the disk knows of the renaming.
    const { renameSync } = await import("node:fs");
    renameSync(join(files, uuid), join(files, "incoming", uuid));
    d = await d.restart();
    expect(await (await fetch(url)).text()).toBe("kept");
    await eventually(() => expect(blobs()).not.toContain(orphan));
    expect(readdirSync(join(files, "incoming"))).toEqual([]);
    expect(await (await fetch(url)).text()).toBe("kept");
  });

  it("B4: a reader of a deleted file reads it to the end", async () => {
    const big = Buffer.alloc(8 * 1024 * 1024, "abcdefgh");
    const { id, url } = await uploaded(big);
    const response = await fetch(url);
    const reader = response.body!.getReader();
    const first = await reader.read();
    await d.call("mutation", "files:remove", { id });
    await eventually(async () => expect((await fetch(url)).status).toBe(404));
    const hash = createHash("sha256").update(first.value!);
    for (let part = await reader.read(); !part.done; part = await reader.read()) hash.update(part.value);
    expect(hash.digest("base64")).toBe(sha256(big));
  });
});

describe("uploads", () => {
  it("B5: keep bytes and type, may be repeated with one URL, and are checked by their digest", async () => {
    const url = (await d.call("mutation", "files:uploadUrl", {})) as string;
    const bytes = Buffer.from([0, 255, 10, 13]);
    const headers = { "content-type": "image/png", digest: `sha-256=${sha256(bytes)}` };
    for (let i = 0; i < 2; i++) {
      const answer = await upload(bytes, headers, url);
      const { storageId } = (await answer.json()) as { storageId: string };
      expect(await d.call("query", "files:doc", { id: storageId })).toMatchObject({ contentType: "image/png", size: 4, sha256: sha256(bytes) });
    }
    const count = (await d.call("query", "files:list", {})).length;
    const wrong = await upload(bytes, { digest: `sha-256=${sha256("other")}` }, url);
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([400, "Sha256Mismatch"]);
    expect((await upload(bytes, { digest: "md5=x" }, url)).status).toBe(400);
    expect((await upload(bytes, { "content-type": "nonsense" }, url)).status).toBe(400);
    expect(await d.call("query", "files:list", {})).toHaveLength(count);
    expect(readdirSync(join(d.dataDir, "files/incoming"))).toEqual([]);
  });

  it("B5: need a token of this deployment, made less than an hour ago, for uploads", async () => {
    const url = (await d.call("mutation", "files:uploadUrl", {})) as string;
    const status = async (to: string) => (await upload("x", {}, to)).status;
    expect(await status(url.slice(0, -1) + (url.endsWith("A") ? "B" : "A"))).toBe(403);
    expect(await status(url.replace(/token=0\./, "token=1."))).toBe(403);
    expect(await status(url.split("?", 1)[0]!)).toBe(403);
    expect((await fetch(url)).status).toBe(405);
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 61 * 60_000);
    try {
      expect(await status(url)).toBe(403);
    } finally {
      vi.restoreAllMocks();
    }
    expect(await status(url)).toBe(200);
  });

  it("B5: an upload that breaks off leaves nothing", async () => {
    const url = (await d.call("mutation", "files:uploadUrl", {})) as string;
    const count = (await d.call("query", "files:list", {})).length;
    const abort = new AbortController();
    const endless = new ReadableStream({
      async pull(controller) {
        controller.enqueue(new Uint8Array(1000));
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
    });
    const sent = fetch(url, { method: "POST", body: endless, duplex: "half", signal: abort.signal } as RequestInit);
    await eventually(() => expect(readdirSync(join(d.dataDir, "files/incoming"))).toHaveLength(1));
    abort.abort();
    await expect(sent).rejects.toThrow();
    await eventually(() => expect(readdirSync(join(d.dataDir, "files/incoming"))).toEqual([]));
    expect(await d.call("query", "files:list", {})).toHaveLength(count);
  });

  it("B5: what says that it is larger than 1 GiB is refused before it is sent", async () => {
    const to = new URL((await d.call("mutation", "files:uploadUrl", {})) as string);
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(to, { method: "POST", headers: { "content-length": String(1024 ** 3 + 1) } }, async (response) => {
        resolve({ status: response.statusCode, text: await textOf(response) });
      });
      sent.on("error", reject);
      sent.write("x");
    });
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([413, "A file may have 1024 MiB at most."]);
  });

  it("B5: pages of other origins cannot upload, allowed ones can (H2, H5)", async () => {
    const url = (await d.call("mutation", "files:uploadUrl", {})) as string;
    expect((await upload("x", { origin: "https://evil.example" }, url)).status).toBe(403);
    const own = await upload("x", { origin: d.url }, url);
    expect([own.status, own.headers.get("access-control-allow-origin")]).toEqual([200, d.url]);
  });
});

describe("downloads", () => {
  let file: { id: string; url: string };
  beforeEach(async () => {
    file ??= await uploaded("0123456789", { "content-type": "text/html" });
  });
  const get = (headers: Record<string, string> = {}, method = "GET") => fetch(file.url, { method, headers });

  it("B6: give the whole file with its type, length, digest and how long it may be kept", async () => {
    const answer = await get();
    expect([answer.status, await answer.text()]).toEqual([200, "0123456789"]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "text/html",
      "content-length": "10",
      "accept-ranges": "bytes",
      "cache-control": "private, max-age=2592000",
      digest: `sha-256=${sha256("0123456789")}`,
      etag: `"${sha256("0123456789", "hex")}"`,
    });
    const head = await get({}, "HEAD");
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
    expect((await get({}, "DELETE")).status).toBe(405);
    expect((await fetch(`${d.url}/api/storage/nonsense`)).status).toBe(400);
    expect((await fetch(`${d.url}/api/storage/00000000-0000-4000-8000-00000000000a`)).status).toBe(404);
  });

  it("B6: an empty file is an empty answer", async () => {
    const { url } = await uploaded("");
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-length"), await answer.text()]).toEqual([200, "0", ""]);
    expect((await fetch(url, { headers: { range: "bytes=0-" } })).status).toBe(416);
  });

  it.each([
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=8-", 206, "89", "bytes 8-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-30", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=5-100", 206, "56789", "bytes 5-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=0-1,4-5", 416, "", "bytes */10"],
    ["bytes=5-2", 200, "0123456789", null],
    ["bytes=-", 200, "0123456789", null],
    ["lines=0-3", 200, "0123456789", null],
  ])("B7: Range %s → %s", async (range, status, text, contentRange) => {
    const answer = await get({ range });
    expect([answer.status, await answer.text(), answer.headers.get("content-range")]).toEqual([status, text, contentRange]);
    if (status === 206) expect(answer.headers.get("content-length")).toBe(String(text.length));
  });

  it("B8: who has the bytes is told so, and a range of other bytes is the whole file", async () => {
    const etag = `"${sha256("0123456789", "hex")}"`;
    for (const known of [etag, `"x", W/${etag}`, "*"]) {
      const answer = await get({ "if-none-match": known });
      expect([answer.status, await answer.text()]).toEqual([304, ""]);
    }
    expect((await get({ "if-none-match": `"x"` })).status).toBe(200);
    expect((await get({ "if-range": etag, range: "bytes=0-1" })).status).toBe(206);
    expect((await get({ "if-range": `"x"`, range: "bytes=0-1" })).status).toBe(200);
  });

  it("B9: a page that was uploaded does not run as one of the server's", async () => {
    const { headers } = await get();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none'/);
    const pdf = await fetch((await uploaded("%PDF", { "content-type": "application/pdf" })).url);
    expect(pdf.headers.get("content-security-policy")).toBe("frame-ancestors 'self'");
  });
});
