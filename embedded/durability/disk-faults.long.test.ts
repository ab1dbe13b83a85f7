import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { makeFunctionReference as ref } from "convex/server";
import { afterAll, expect, it } from "vitest";
import { pushSources } from "../testing.ts";
import { canCountSyncs } from "./disk-syncs.ts";
import { diskTrial } from "./disk-trial.ts";
import { problemsOf, temporaryFolder } from "./folders.ts";
import { KEY, portsOf, startServer } from "./server-process.ts";

/** Faults that need a file system of their own (root), or a tracer that lets a system call fail (strace). */

const folder = temporaryFolder();
const mounts: string[] = [];
afterAll(() => {
  for (const path of mounts) spawnSync("umount", ["-l", path]);
});

/** A file system in memory of `megabytes`; null where that is not allowed. */
function smallDisk(name: string, megabytes: number): string | null {
  const path = join(folder, name);
  mkdirSync(path);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]).status !== 0) return null;
  chmodSync(path, 0o700);
  mounts.push(path);
  return path;
}

const full = smallDisk("full", 64);
const filler = join(full ?? folder, "filler");

/** Fills the disk to its last byte. */
function fill(): void {
  const { bavail, bsize } = statfsSync(full!);
  writeFileSync(filler, "");
  try {
    // Nearly all at once, then what is left; the server may write meanwhile.
    writeFileSync(filler, Buffer.alloc(Math.max(0, (bavail - 64) * bsize)));
    for (;;) writeFileSync(filler, Buffer.alloc(bsize), { flag: "a" });
  } catch {
    // There is no byte left.
  }
}

it.skipIf(full === null)("D1, D2: a disk that is really full, and has space again", { timeout: 120_000 }, () =>
  diskTrial(join(full!, "data"), {
    fail: fill,
    mend: () => rmSync(filler),
    told: /could not be written to disk and nothing of it was kept: database or disk is full\. Reads go on; free some space/,
  }),
);

it.skipIf(full === null)("D10: on a full disk a start is refused in one sentence, and works when there is space", { timeout: 120_000 }, async () => {
  fill();
  const refused = startServer(join(full!, "other"));
  await expect(refused.ready).rejects.toThrow(/The disk of the data folder ".*other" is full; nothing was lost: free some space and start again\./);
  expect(await refused.ended).toBe(1);
  rmSync(filler);
  const server = startServer(join(full!, "other"));
  await server.ready;
  server.child.kill("SIGTERM");
  await server.ended;
});

it("D10: on a disk that is mounted for reading a start is refused in one sentence", { timeout: 120_000 }, async (test) => {
  const disk = smallDisk("read-only", 64);
  if (disk === null) return test.skip();
  const server = startServer(join(disk, "data"));
  await server.ready;
  server.child.kill("SIGTERM");
  await server.ended;
  execFileSync("mount", ["-o", "remount,ro", disk]);
  const refused = startServer(join(disk, "data"));
  await expect(refused.ready).rejects.toThrow(/The data folder ".*data" cannot be written \(EROFS\); nothing was lost: /);
});

/** Lets every synchronisation of a running process fail until the returned function is called. */
async function failSyncs(pid: number): Promise<() => Promise<void>> {
  const strace = spawn("strace", ["-f", "-p", String(pid), "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO", "-o", "/dev/null"]);
  const ended = new Promise((resolve) => strace.on("close", resolve));
  await new Promise<void>((resolve) => strace.stderr.on("data", (text: Buffer) => text.includes("attached") && resolve()));
  await new Promise((resolve) => setTimeout(resolve, 300));
  return async () => {
    strace.kill("SIGINT");
    await ended;
  };
}

it.skipIf(!canCountSyncs())("D3: while the disk confirms nothing, nothing is acknowledged; a kill then loses nothing acknowledged", { timeout: 120_000 }, async () => {
  const dir = join(folder, "unconfirmed");
  let server = startServer(dir);
  try {
    const origins = await server.ready;
    const { url } = origins;
    await pushSources({ url, adminKey: KEY }, {
      "notes.ts": `
        import { mutationGeneric, queryGeneric } from "convex/server";
        export const add = mutationGeneric({ handler: (ctx, { text }) => ctx.db.insert("notes", { text }) });
        export const all = queryGeneric({ handler: async (ctx) => (await ctx.db.query("notes").collect()).map((d) => d.text) });`,
    });
    const http = new ConvexHttpClient(url, { logger: false });
    const add = (text: string) => http.mutation(ref<"mutation">("notes:add"), { text }, { skipQueue: true });
    const all = async () => ((await http.query(ref<"query">("notes:all"), {})) as string[]).toSorted();
    const unconfirmed = /The disk did not confirm the change, which does not count unless the server ends before it can write again: disk I\/O error, 1034/;
    await add("first");
    let mend = await failSyncs(server.child.pid!);
    await expect(add("not confirmed")).rejects.toThrow(unconfirmed);
    expect(await all()).toEqual(["first"]);
    await mend();
    // The next write overwrites in the log what was not confirmed: from here on it is surely gone.
    await add("second");
    expect(await all()).toEqual(["first", "second"]);
    server.child.kill("SIGKILL");
    await server.ended;
    server = startServer(dir, portsOf(origins));
    await server.ready;
    expect(await all()).toEqual(["first", "second"]);

    mend = await failSyncs(server.child.pid!);
    await expect(add("in doubt")).rejects.toThrow(unconfirmed);
    server.child.kill("SIGKILL");
    await server.ended;
    await mend();
    server = startServer(dir, portsOf(origins));
    await server.ready;
    expect((await all()).filter((text) => text !== "in doubt")).toEqual(["first", "second"]);
    server.child.kill("SIGTERM");
    await server.ended;
    expect(problemsOf(dir)).toEqual([]);
  } finally {
    server.child.kill("SIGKILL");
  }
});
