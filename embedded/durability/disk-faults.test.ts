import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Gate, type GateTask } from "../functions/gate.ts";
import { scan, TestStore } from "../storage/test-store.ts";
import type { Transaction } from "../storage/transaction.ts";
import { diskTrial } from "./disk-trial.ts";
import { temporaryFolder } from "./folders.ts";

const folder = temporaryFolder();
const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;

/** The system refuses every write of the process to a file beyond `bytes` (EFBIG); its pipes and sockets stay as they are. */
function limitFiles(pid: number, bytes: string): void {
  execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
}

it.skipIf(!hasPrlimit)("D1, D2: while the system refuses writes reads go on, and afterwards everything does", { timeout: 120_000 }, () =>
  diskTrial(join(folder, "limited"), {
    fail: (pid) => limitFiles(pid, "0"),
    mend: (pid) => limitFiles(pid, "unlimited"),
    told: /The change could not be written to disk and nothing of it was kept: disk I\/O error, 778\. Reads go on/,
  }),
);

/** A task of the gate that inserts a document, runs `more` in between, and tells how it ended. */
function task(test: TestStore, name: string, more: () => void = () => {}): { task: GateTask; ended: Promise<string> } {
  const { promise, resolve } = Promise.withResolvers<string>();
  let txn: Transaction;
  return {
    ended: promise,
    task: {
      isBackground: false,
      session: null,
      execute() {
        txn = test.begin();
        txn.insert(0, "notes", { name });
        more();
        return null;
      },
      flush() {
        txn.flush();
        return { ts: txn.ts, writes: txn.writes(), jobs: false };
      },
      done: () => resolve("done"),
      failed: (error) => resolve(String(error)),
    },
  };
}

it("D1: when SQLite gives up a group's transaction while a task runs, all of the group fail, also if the task hides it", async () => {
  const test = new TestStore();
  test.mutate((txn) => txn.insert(0, "notes", { name: "before" }));
  const lastTs = test.store.db.lastTs();
  const { sql } = test.store.db;
  const commits: unknown[] = [];
  const gate = new Gate(test.store, (event) => commits.push(event));
  const fillDisk = () => {
    sql.exec(`PRAGMA max_page_count = ${Number(sql.prepare("PRAGMA page_count").get()!["page_count"]) + 2}`);
    try {
      sql.prepare("INSERT INTO code (k, json) VALUES ('x', ?)").run("x".repeat(1_000_000));
    } catch {
      // as code would that takes any error for its own
    }
    sql.exec("PRAGMA max_page_count = 1000000");
  };
  const tasks = [task(test, "a"), task(test, "b", fillDisk)];
  for (const { task: entered } of tasks) gate.enter(entered);
  const ended = await Promise.all(tasks.map((t) => t.ended));
  expect(ended).toEqual([expect.stringContaining("was given up"), expect.stringContaining("was given up")]);
  expect([commits, test.store.db.lastTs()]).toEqual([[], lastTs]);

  const next = task(test, "c");
  gate.enter(next.task);
  expect(await next.ended).toBe("done");
  expect(test.read().query(0, scan("notes")).collect().map((doc) => doc["name"])).toEqual(["before", "c"]);
});
