import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { backup, restore } from "../storage/backup.ts";
import { openTestDeployment, type TestDeployment } from "../testing.ts";
import { openDeployment } from "../deployment.ts";
import { problemsOf, temporaryFolder } from "./folders.ts";

const root = temporaryFolder();
let server: TestDeployment;

beforeAll(async () => {
  server = await openTestDeployment({
    "notes.ts": `
      import { actionGeneric as action, anyApi, mutationGeneric as mutation, queryGeneric as query } from "convex/server";
      // Every commit leaves two documents and moves one number in both.
      export const add = mutation({ handler: async (ctx, { n }) => {
        for (const half of [0, 1]) await ctx.db.insert("halves", { n, half, text: "x".repeat(300) });
      } });
      export const swap = mutation({ handler: async (ctx, { storageId }) => {
        const [known] = await ctx.db.query("current").collect();
        if (known) { await ctx.storage.delete(known.storageId); await ctx.db.delete(known._id); }
        await ctx.db.insert("current", { storageId });
      } });
      export const keep = action({ handler: async (ctx, { text }) => ctx.runMutation(anyApi.notes.swap, { storageId: await ctx.storage.store(new Blob([text])) }) });
      export const count = query({ handler: async (ctx) => (await ctx.db.query("halves").collect()).length });
      export const read = action({ handler: async (ctx) => {
        const { storageId } = await ctx.runQuery(anyApi.notes.current);
        return (await ctx.storage.get(storageId)).text();
      } });
      export const current = query({ handler: (ctx) => ctx.db.query("current").first() });
    `,
  });
});
afterAll(() => server.end());

it("D15, D16: backups of a server under load are each one commit, whole, and start again", { timeout: 120_000 }, async () => {
  const over = new AbortController();
  let added = 0;
  const load = [
    (async () => {
      for (; !over.signal.aborted; added++) await server.call("mutation", "notes:add", { n: added });
    })(),
    (async () => {
      for (let i = 0; !over.signal.aborted; i++) await server.call("action", "notes:keep", { text: `file ${i}` });
    })(),
  ];
  onTestFinished(async () => {
    over.abort();
    await Promise.all(load);
  });
  await expect.poll(() => added, { timeout: 60_000 }).toBeGreaterThan(5);
  const made: string[] = [];
  for (let i = 0; i < 3; i++) {
    const before = added;
    const to = join(root, `backup-${i}`);
    const result = await backup(server.dataDir, to);
    made.push(to);
    // The one in use, and one that was stored and is not yet used.
    expect(result.files).toBeLessThanOrEqual(2);
    // Nothing that was answered before the backup began is missing in it.
    const copy = join(root, `restored-${i}`);
    restore(to, copy);
    const problems = problemsOf(copy);
    expect(problems).toEqual([]);
    const other = await openDeployment({ dataDir: copy, port: 0, sitePort: 0 });
    const ask = async (kind: string, path: string) => {
      const answer = await fetch(`${other.url}/api/${kind}`, { method: "POST", body: JSON.stringify({ path, args: {} }) });
      return ((await answer.json()) as { value?: unknown }).value;
    };
    const count = (await ask("query", "notes:count")) as number;
    expect(count % 2).toBe(0);
    expect(count / 2).toBeGreaterThanOrEqual(before);
    if ((await ask("query", "notes:current")) !== null) expect(await ask("action", "notes:read")).toMatch(/^file \d+$/);
    expect(other.adminKey).toBe(server.adminKey);
    await other.close();
  }
  expect(added).toBeGreaterThan(5);
  for (const entry of readdirSync(made[0]!, { recursive: true, withFileTypes: true })) {
    const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
    expect([entry.name, mode]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
  }
  expect(readdirSync(server.dataDir).filter((name) => name.includes("backup"))).toEqual([]);
});

it("D16: a restore goes into a new folder only, never over data, live or not", async () => {
  const to = join(root, "for-restore");
  await backup(server.dataDir, to);
  const before = readFileSync(join(to, "deployment.sqlite3"));
  expect(() => restore(to, server.dataDir)).toThrow(/^A backup is restored into a new folder, never over data, and ".*" is not empty; nothing was written\.$/);
  await expect(backup(server.dataDir, to)).rejects.toThrow(/^A backup is written to a new folder, and ".*" is not empty/);
  await expect(backup(join(root, "nowhere"), join(root, "x"))).rejects.toThrow(/^There is no data in ".*nowhere"/);
  expect(() => restore(join(root, "nowhere"), join(root, "x"))).toThrow(/^There is no backup in ".*nowhere"/);
  expect(existsSync(join(root, "x"))).toBe(false);
  expect(readFileSync(join(to, "deployment.sqlite3")).equals(before)).toBe(true);
  mkdirSync(join(root, "empty"));
  expect(restore(to, join(root, "empty")).bytes).toBeGreaterThan(0);
});

it("D16: a damaged backup is not restored", async () => {
  const to = join(root, "damaged");
  await backup(server.dataDir, to);
  const file = join(to, "deployment.sqlite3");
  const whole = readFileSync(file);
  truncateSync(file, 8192);
  expect(() => restore(to, join(root, "y"))).toThrow(/damaged/);
  chmodSync(file, 0o600);
  writeFileSync(file, whole);
  rmSync(join(to, "files"), { recursive: true });
  expect(() => restore(to, join(root, "y"))).toThrow(/lacks stored files that its data names; nothing was restored\.$/);
  expect(readdirSync(root).filter((name) => name === "y" || name.startsWith("."))).toEqual([]);
});

it("D15: the commands say what they did, and what they lack", { timeout: 120_000 }, async () => {
  const main = join(import.meta.dirname, "..", "main.ts");
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
    return { status, text: stdout + stderr };
  };
  const to = join(root, "by-command");
  expect(run("backup", "--data", server.dataDir, "--to", to)).toEqual({
    status: 0,
    text: expect.stringMatching(/^Backed up to ".*": everything until .*, 1 stored files, .* MB\.\n$/),
  });
  expect(run("restore", "--from", to, "--data", join(root, "z")).text).toMatch(/^Restored into ".*z": everything until/);
  expect(run("check", "--data", join(root, "z"))).toEqual({ status: 0, text: expect.stringMatching(/^All data in ".*" is well\.\n$/) });
  expect(run("backup", "--data", server.dataDir)).toEqual({ status: 1, text: expect.stringContaining("This command needs --to.") });
});
