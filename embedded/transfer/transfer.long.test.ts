import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { KEY, type ServerProcess, startServer } from "../durability/server-process.ts";
import { checkStore } from "../storage/check.ts";
import { Store } from "../storage/store.ts";
import { pushSources } from "../testing.ts";
import { seededRandom } from "../values/random-value.ts";

/** Files, exports and imports of hundreds of MB in a server of their own, and kill -9 in the middle of them. */

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });

const MIB = 1024 * 1024;
const SOURCES = {
  "data.ts": `
import { mutationGeneric, queryGeneric } from "convex/server";
export const uploadUrl = mutationGeneric({ handler: (ctx) => ctx.storage.generateUploadUrl() });
export const url = queryGeneric({ handler: (ctx, { id }) => ctx.storage.getUrl(id) });
export const first = queryGeneric({ handler: (ctx, { table }) => ctx.db.query(table).first() });
export const ping = mutationGeneric({ handler: (ctx) => ctx.db.insert("pings", {}) });
`,
};

const dir = mkdtempSync(join(tmpdir(), "transfer-long-"));
const seed = Date.now() % 1_000_000;
let server: ServerProcess;
let url = "";

async function start(): Promise<void> {
  server = startServer(dir);
  ({ url } = await server.ready);
}

async function kill(): Promise<void> {
  server.child.kill("SIGKILL");
  await server.ended;
}

beforeAll(async () => {
  await start();
  await pushSources({ url, adminKey: KEY }, SOURCES);
});
afterAll(async () => {
  await kill();
  rmSync(dir, { recursive: true, force: true });
});

async function post(path: string, body?: BodyInit | object): Promise<any> { // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  const isRaw = body === undefined || body instanceof Uint8Array;
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { authorization: `Convex ${KEY}` },
    body: isRaw ? ((body as BodyInit | undefined) ?? null) : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

async function call(kind: "query" | "mutation", path: string, args: object = {}): Promise<any> { // oxlint-disable-line typescript/no-explicit-any -- tests look into it
  const answer = await post(`/api/${kind}`, { path, args });
  if (answer.status !== "success") throw new Error(answer.errorMessage);
  return answer.value;
}

/** Memory of the server, MiB. */
function memory(): number {
  const [, kib = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

/** The most memory the server has while `work` runs. */
async function peakOf(work: () => Promise<void>): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, memory())), 20);
  await work().finally(() => clearInterval(timer));
  return peak;
}

function piecesOf(mib: number, hash = createHash("sha256")): { stream: ReadableStream<Uint8Array>; digest: () => string } {
  let left = mib;
  const piece = Buffer.alloc(MIB);
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left === 0) return controller.close();
      piece.fill(`${left} `);
      left -= 1;
      hash.update(piece);
      controller.enqueue(new Uint8Array(piece));
    },
  });
  return { stream, digest: () => hash.digest("hex") };
}

async function importRows(table: string, count: number, mode: string): Promise<string> {
  const { uploadToken } = await post("/api/import/start_upload");
  const partTokens: string[] = [];
  for (let from = 0; from < count; from += 20_000) {
    const rows = Array.from({ length: Math.min(20_000, count - from) }, (_, i) => `{"n":${from + i},"text":"${"x".repeat(100)}"}\n`);
    const part = `/api/import/upload_part?uploadToken=${uploadToken}&partNumber=${partTokens.length + 1}`;
    partTokens.push(await post(part, Buffer.from(rows.join(""))));
  }
  const wanted = { format: "jsonLines", mode, tableName: table };
  const { importId } = await post("/api/import/finish_upload", { import: wanted, uploadToken, partTokens });
  await until(importId, "waiting_for_confirmation");
  await post("/api/perform_import", { importId });
  return importId;
}

const stateOf = async (importId: string) =>
  (await post("/api/query", { path: "_system/cli/queryImport:default", args: [{ importId }] })).value.state;

async function until(importId: string, wanted: string): Promise<void> {
  for (;;) {
    const state = await stateOf(importId);
    if (state.state === wanted) return;
    if (state.state === "failed") throw new Error(state.error_message);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe("large files", () => {
  it("B5, B6: 400 MiB go up and down in bounded memory", async () => {
    const to = await call("mutation", "data:uploadUrl");
    const before = memory();
    const body = piecesOf(400);
    let id = "";
    const up = await peakOf(async () => {
      const answer = await fetch(to, { method: "POST", body: body.stream, duplex: "half" } as RequestInit);
      ({ storageId: id } = (await answer.json()) as { storageId: string });
    });
    const from = await call("query", "data:url", { id });
    const hash = createHash("sha256");
    const down = await peakOf(async () => {
      for await (const part of (await fetch(from)).body!) hash.update(part);
    });
    process.stdout.write(`memory: ${Math.round(before)} MiB before, ${Math.round(up)} while uploading, ${Math.round(down)} while downloading\n`);
    expect(hash.digest("hex")).toBe(body.digest());
    expect(Math.max(up, down) - before).toBeLessThan(120);
  });
});

describe("large tables", () => {
  it("X4, X6: 800,000 documents are imported and exported in bounded memory, while mutations go on", async () => {
    const before = memory();
    let slowestMs = 0;
    const peak = await peakOf(async () => {
      const importId = await importRows("big", 800_000, "replace");
      for (let done = false; !done; ) {
        const startedMs = performance.now();
        await call("mutation", "data:ping");
        slowestMs = Math.max(slowestMs, performance.now() - startedMs);
        await new Promise((resolve) => setTimeout(resolve, 20));
        const { state, ...rest } = await stateOf(importId);
        if (state === "failed") throw new Error(JSON.stringify(rest));
        done = state === "completed";
      }
    });
    await post("/api/export/request/zip?includeStorage=true");
    const latest = () => post("/api/query", { path: "_system/cli/exports:getLatest", args: [{}] });
    const exporting = await peakOf(() => vi.waitFor(async () => expect((await latest()).value.state).toBe("completed"), { timeout: 300_000, interval: 200 }));
    process.stdout.write(`memory: ${Math.round(before)} MiB before, ${Math.round(peak)} while importing, ${Math.round(exporting)} while exporting; slowest mutation ${Math.round(slowestMs)} ms\n`);
    // The store's cache of 64 MiB and the engine's young objects; a fifth more than for a quarter of the documents.
    expect(peak - before).toBeLessThan(400);
    expect((await call("query", "data:first", { table: "big" })).n).toBe(0);
  });

  it(`X7, B3: kill -9 in imports and uploads leaves nothing of them (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    for (let round = 0; round < 8; round++) {
      const importId = await importRows("killed", 20_000, "replace");
      const to = await call("mutation", "data:uploadUrl");
      fetch(to, { method: "POST", body: piecesOf(500).stream, duplex: "half" } as RequestInit).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, random() * 1500));
      await kill();
      await start();
      const { state, num_rows_written } = await stateOf(importId);
      const found = await call("query", "data:first", { table: "killed" });
      if (state === "completed") expect([num_rows_written, found.n]).toEqual(["20000", 0]);
      else expect([round, state]).toEqual([round, "failed"]);
    }
    await vi.waitFor(() => expect(stagedTables()).toBe(0), { timeout: 120_000, interval: 500 });
    await kill();
    const store = new Store(dir);
    expect(checkStore(store)).toEqual([]);
    const uuids = store.files.uuidsOf(0);
    store.close();
    await start();
    await vi.waitFor(() => expect(readdirSync(join(dir, "files")).filter((name) => name !== "incoming").sort()).toEqual(uuids.sort()));
    expect(readdirSync(join(dir, "files/incoming"))).toEqual([]);
  });
});

function stagedTables(): number {
  const sql = new DatabaseSync(join(dir, "deployment.sqlite3"), { readOnly: true });
  try {
    const row = sql.prepare("SELECT count(*) AS n FROM tables t JOIN namespaces n ON n.ns = t.ns WHERE n.path = ':import' AND t.name NOT LIKE '\\_%' ESCAPE '\\'").get();
    return Number(row?.["n"]);
  } finally {
    sql.close();
  }
}
