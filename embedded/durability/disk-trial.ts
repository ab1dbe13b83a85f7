import { ConvexClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { pushSources, type Sources } from "../testing.ts";
import { problemsOf } from "./folders.ts";
import { KEY, portsOf, startServer } from "./server-process.ts";

const app: Sources = {
  "notes.ts": `
    import { actionGeneric as action, anyApi, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
    export const add = mutation({ handler: (ctx, { text }) => ctx.db.insert("notes", { text }) });
    export const all = query({ handler: async (ctx) => (await ctx.db.query("notes").collect()).map((d) => d.text) });
    export const addLater = mutation({ handler: (ctx, { text, delayMs }) => ctx.scheduler.runAfter(delayMs, anyApi.notes.add, { text }) });
    export const act = action({ handler: async (ctx) => {
      try { await ctx.runMutation(anyApi.notes.add, { text: "by an action" }); return "written"; } catch (error) { return error.message; }
    } });
    export const uploadUrl = mutation({ handler: (ctx) => ctx.storage.generateUploadUrl() });
    export const files = query({ handler: async (ctx) => (await ctx.db.system.query("_storage").collect()).length });
  `,
};

const logger = { logVerbose() {}, log() {}, warn() {}, error() {} };
const quiet = { logger, webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket };

export interface Disk {
  /** Makes every write of the process fail from now on. */
  fail(pid: number): Promise<void> | void;
  mend(pid: number): Promise<void> | void;
  /** What a refused mutation is told. */
  told: RegExp;
}

/**
 * What must hold while a server's disk refuses writes and after it takes them again (D1, D2), with a disk that really
 * does: writes fail one by one in a sentence, reads and live queries go on, nothing of what failed is ever seen, what was
 * due runs once, and a kill after it all loses nothing.
 */
export async function diskTrial(dir: string, disk: Disk): Promise<void> {
  let server = startServer(dir);
  const clients: ConvexClient[] = [];
  try {
    const origins = await server.ready;
    const { url } = origins;
    const pid = server.child.pid!;
    await pushSources({ url, adminKey: KEY }, app);
    const socket = new ConvexClient(url, quiet);
    clients.push(socket);
    let live: string[] = [];
    const seen: string[][] = [];
    socket.onUpdate(ref<"query">("notes:all"), {}, (notes: string[]) => void seen.push((live = notes)));
    const add = (text: string) => socket.mutation(ref<"mutation">("notes:add"), { text });
    const post = async (path: string, body: object, headers = {}) => {
      const answer = await fetch(`${url}/api/${path}`, { method: "POST", body: JSON.stringify(body), headers });
      return { status: answer.status, json: (await answer.json()) as { value?: unknown; errorMessage?: string; code?: string; message?: string } };
    };
    const call = (kind: string, path: string, args: object = {}) => post(kind, { path: `notes:${path}`, args });

    await add("first");
    await socket.mutation(ref<"mutation">("notes:addLater"), { text: "was due", delayMs: 300 });
    const { json: upload } = await call("mutation", "uploadUrl");

    await disk.fail(pid);
    await expect(add("refused 1")).rejects.toThrow(disk.told);
    // Many at once: the members of a group share its fate.
    const many = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => add(`refused in a group ${i}`)));
    expect(many.filter(({ status }) => status === "fulfilled")).toEqual([]);
    const overHttp = await call("mutation", "add", { text: "refused 2" });
    expect(`${overHttp.status} ${overHttp.json.errorMessage ?? overHttp.json.message}`).toMatch(disk.told);
    expect((await call("action", "act")).json.value).toMatch(/written to disk|does not count/);
    const stored = await fetch(String(upload.value), { method: "POST", body: "x".repeat(100_000) });
    expect([stored.status, ((await stored.json()) as { code: string }).code]).toEqual([503, "StorageError"]);
    const changes = { changes: [{ name: "A", value: "1" }] };
    const variables = await post("update_environment_variables", changes, { authorization: `Convex ${KEY}`, "content-type": "application/json" });
    expect([variables.status, variables.json.code]).toEqual([503, "StorageError"]);
    // Reads, live ones included, go on as if nothing had happened.
    const asked = (notes: unknown) => (notes as string[]).filter((text) => text !== "was due");
    expect(asked((await call("query", "all")).json.value)).toEqual(["first"]);
    const second = new ConvexClient(url, quiet);
    clients.push(second);
    expect(asked(await second.query(ref<"query">("notes:all"), {}))).toEqual(["first"]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(asked(live)).toEqual(["first"]);

    await disk.mend(pid);
    await add("second");
    await expect.poll(() => [...live].sort(), { timeout: 60_000 }).toEqual(["first", "second", "was due"]);
    expect(seen.flat().filter((text) => text.startsWith("refused"))).toEqual([]);
    expect((await call("action", "act")).json.value).toBe("written");
    expect((await call("query", "files")).json.value).toBe(0);

    server.child.kill("SIGKILL");
    await server.ended;
    server = startServer(dir, portsOf(origins));
    await server.ready;
    expect(((await call("query", "all")).json.value as string[]).toSorted()).toEqual(["by an action", "first", "second", "was due"]);
    server.child.kill("SIGTERM");
    await server.ended;
    expect(problemsOf(dir)).toEqual([]);
  } finally {
    server.child.kill("SIGKILL");
    await Promise.all(clients.map((client) => client.close()));
  }
}
