import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { pushSources } from "./testing.ts";

const main = fileURLToPath(new URL("main.ts", import.meta.url));
let dir: string;
let running: ChildProcess[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "embedded-"));
});
afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  running = [];
  rmSync(dir, { recursive: true, force: true });
});

/** The server as a process of its own. `line` is the first line it prints, `exit` its end. */
function start(args: string[]) {
  const child = spawn(process.execPath, [main, ...args]);
  running.push(child);
  let out = "";
  let err = "";
  const line = new Promise<string>((resolve) => {
    child.stdout.on("data", (text: Buffer) => {
      out += text.toString();
      if (out.includes("\n")) resolve(out.trim());
    });
  });
  const reads = new Set<() => void>();
  child.stderr.on("data", (text: Buffer) => {
    err += text.toString();
    for (const read of reads) read();
  });
  /** Settles when it has said `text` to standard error. */
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      const read = () => err.includes(text) && resolve();
      reads.add(read);
      read();
    });
  const exit = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on("close", (code) => resolve({ code, out, err }));
  });
  return { child, line, said, exit };
}

const KEY = "convex-self-hosted|0123456789abcdef";
const app = {
  "log.ts": `
    import { queryGeneric as query, mutationGeneric as mutation } from "convex/server";
    export const add = mutation({ handler: async (ctx, { n }) => { await ctx.db.insert("log", { n }); } });
    export const all = query({ handler: async (ctx) => (await ctx.db.query("log").collect()).map((l) => l.n) });
  `,
};

describe("the command line", () => {
  it("prints one line, answers, and ends on SIGTERM with code 0", async () => {
    const server = start(["--data", dir, "--port", "0", "--admin-key", KEY]);
    const [, url = "", siteUrl = ""] =
      /^Deployment at (\S+), HTTP actions at (\S+), data in \S+\.$/.exec(await server.line) ?? [];
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true, pushed: false });
    expect((await fetch(siteUrl)).status).toBe(404);
    server.child.kill("SIGTERM");
    const { code, err } = await server.exit;
    const events = err.trim().split("\n").map((line) => JSON.parse(line) as { level: string; event: string });
    expect([code, events.map(({ level, event }) => `${level} ${event}`)]).toEqual([0, ["info started", "info stopping", "info stopped"]]);
  });

  it("O8: ends in order on SIGINT too; a second signal ends it at once", async () => {
    const calm = start(["--data", join(dir, "calm"), "--port", "0"]);
    await calm.line;
    calm.child.kill("SIGINT");
    expect((await calm.exit).code).toBe(0);

    const hasty = start(["--data", join(dir, "hasty"), "--port", "0"]);
    const port = Number(/:(\d+),/.exec(await hasty.line)?.[1]);
    // A request that never ends would be waited for.
    const request = connect(port, "127.0.0.1");
    request.on("error", () => undefined);
    request.write("POST /echo HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\nx");
    await new Promise((resolve) => request.once("data", resolve)); // "continue": the server has it
    hasty.child.kill("SIGTERM");
    await hasty.said('"stopping"');
    hasty.child.kill("SIGTERM");
    // An end in order would be 0, one that took too long 1.
    expect((await hasty.exit).code).toBe(143);
  });

  it.skipIf(process.platform === "win32")("O8: ends when the shell that npm put in between is gone: npm passes signals to that one only", async () => {
    const command = `"${process.execPath}" "${main}" --data "${dir}" --port 0; true`;
    const shell = spawn("sh", ["-c", command], { env: { ...process.env, npm_lifecycle_event: "embedded" } });
    running.push(shell);
    const line = await new Promise<string>((resolve) => shell.stdout.once("data", (text: Buffer) => resolve(text.toString())));
    const url = /at (\S+),/.exec(line)?.[1] ?? "";
    expect((await fetch(`${url}/health`)).status).toBe(200);
    shell.kill("SIGTERM");
    await expect.poll(() => fetch(`${url}/health`).then(() => "there", () => "gone"), { timeout: 25_000 }).toBe("gone");
    // It let go of the folder, so it ended in order.
    const next = start(["--data", dir, "--port", "0"]);
    expect(await Promise.race([next.line, next.exit.then(({ err }) => err)])).toMatch(/^Deployment at/);
  });

  it("O1: the level and the form of the log can be chosen", async () => {
    const server = start(["--data", dir, "--port", "0", "--log-level", "error", "--log-format", "text"]);
    await server.line;
    server.child.kill("SIGTERM");
    expect(await server.exit).toMatchObject({ code: 0, err: "" });
  });

  it("H17: a port in use, a missing folder name, a bad number or origin: one sentence and code 1", async () => {
    const taken: Server = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
    });
    const cases: [string[], string][] = [
      [["--data", dir, "--port", String(port)], `Port ${port} is already in use`],
      [["--data", dir, "--port", "0", "--site-port", String(port)], `Port ${port} is already in use`],
      [[], "--data DIR"],
      [["--data", dir, "--port", "x"], "--port takes a number"],
      [["--data", dir, "--port", "0", "--allow-origin", "localhost"], "looks like http://localhost:5173"],
      [["--data", dir, "--port", "0", "--admin-key", ""], "admin key"],
      [["--data", dir, "--log-level", "loud"], "--log-level takes one of error, warn, info, debug"],
      [["--data", "/proc/nowhere", "--port", "0"], "/proc/nowhere"],
      [["--unknown"], "--unknown"],
    ];
    const ends = await Promise.all(cases.map(([args]) => start(args).exit));
    for (const [i, { code, out, err }] of ends.entries()) {
      expect([cases[i]![0], code, out]).toEqual([cases[i]![0], 1, ""]);
      expect(err).toContain(cases[i]![1]);
      expect(err.trim().split("\n")).toHaveLength(1);
    }
    await new Promise((resolve) => taken.close(resolve));
  });

  it("a second server on the same folder is refused in one sentence", async () => {
    const first = start(["--data", dir, "--port", "0"]);
    await first.line;
    const { code, err } = await start(["--data", dir, "--port", "0"]).exit;
    expect(code).toBe(1);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toContain(dir);
  });

  it("W8: kill -9 at any moment loses nothing acknowledged and repeats no mutation", async () => {
    let server = start(["--data", dir, "--port", "0", "--admin-key", KEY]);
    const urls = /(http:\/\/\S+\d).*?(http:\/\/\S+\d)/.exec(await server.line) ?? [];
    const [, url = "", siteUrl = ""] = urls;
    const ports = ["--port", new URL(url).port, "--site-port", new URL(siteUrl).port];
    await pushSources({ url, adminKey: KEY }, app);
    const logger = { logVerbose() {}, log() {}, warn() {}, error() {} };
    const webSocketConstructor = WebSocket as unknown as typeof globalThis.WebSocket;
    const client = new ConvexClient(url, { logger, webSocketConstructor });
    const acknowledged: number[] = [];
    let total = 0;
    const over = new AbortController();
    // Eight are on their way at any time, so also when the process is killed.
    const lanes = Array.from({ length: 8 }, async () => {
      while (!over.signal.aborted) {
        const n = total++;
        await client.mutation(ref<"mutation">("log:add"), { n });
        acknowledged.push(n);
      }
    });
    for (const killAt of [8, 30]) {
      await expect.poll(() => acknowledged.length, { interval: 1, timeout: 20_000 }).toBeGreaterThanOrEqual(killAt);
      server.child.kill("SIGKILL");
      await server.exit;
      const before = [...acknowledged];
      server = start(["--data", dir, ...ports, "--admin-key", KEY]);
      await server.line;
      const kept = await new ConvexHttpClient(url, { logger: false }).query(ref<"query">("log:all"), {});
      expect(kept).toEqual(expect.arrayContaining(before));
    }
    over.abort();
    await Promise.all(lanes);
    const all = await new ConvexHttpClient(url, { logger: false }).query(ref<"query">("log:all"), {});
    expect(all).toEqual(Array.from({ length: total }, (_, n) => n));
    await client.close();
  });
});
