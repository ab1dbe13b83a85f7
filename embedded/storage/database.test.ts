import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, vi } from "vitest";
import { UserError } from "../values/errors.ts";
import { Database } from "./database.ts";
import { FORMAT } from "./layout.ts";
import { Store } from "./store.ts";
import { scan, TestStore } from "./test-store.ts";

describe("the data folder", () => {
  it("S1: a folder that does not exist is made for its owner alone", () => {
    const test = new TestStore();
    const dir = join(test.dir, "deep", "data");
    const db = new Database(dir);
    try {
      expect(statSync(dir).mode & 0o777).toBe(0o700);
      expect(statSync(join(dir, "deployment.sqlite3")).mode & 0o777).toBe(0o600);
    } finally {
      db.close();
    }
  });

  it("S1: a folder that cannot be made is refused in one sentence", () => {
    const test = new TestStore();
    const file = join(test.dir, "file");
    writeFileSync(file, "");
    expect(() => new Database(join(file, "data"))).toThrow(UserError);
    expect(() => new Database(join(file, "data"))).toThrow(/^The data folder ".*" cannot be written \(ENOTDIR\); nothing was lost: .*\.$/);
  });

  it.skipIf(process.getuid?.() === 0)("S1: a folder without write permission is refused in one sentence", () => {
    const test = new TestStore();
    const dir = join(test.dir, "readonly");
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    expect(() => new Database(dir)).toThrow(/^The data folder ".*" cannot be written \(EACCES\); nothing was lost: .*\.$/);
  });

  it("S2: a second opener is told which process holds the folder, and gets it when that one lets go", () => {
    const test = new TestStore();
    expect(() => new Database(test.dir)).toThrow(
      `The data folder "${test.dir}" is in use by another running server (process ${process.pid}).`,
    );
    test.store.close();
    test.store = new Store(test.dir);
  });

  it("S2, S5: a killed process holds nothing, what it committed is there, and what it only flushed is not", async () => {
    const test = new TestStore();
    test.store.close();
    const child = spawn(process.execPath, [
      "--input-type=module",
      "--eval",
      `
        import { Store } from ${JSON.stringify(new URL("store.ts", import.meta.url).href)};
        import { Transaction } from ${JSON.stringify(new URL("transaction.ts", import.meta.url).href)};
        const store = new Store(${JSON.stringify(test.dir)});
        const begin = () => new Transaction(store, { kind: "mutation", nowMs: 1, ts: store.db.nextTs() });
        const first = begin();
        first.insert(0, "messages", { body: "committed" });
        store.begin(); first.flush(); store.commit();
        const second = begin();
        second.insert(0, "messages", { body: "flushed" });
        store.begin(); second.flush();
        console.log("ready");
        setInterval(() => {}, 1000);
      `,
    ]);
    const ended = new Promise((resolve) => child.on("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(() => new Database(test.dir)).toThrow(`(process ${child.pid})`);
    child.kill("SIGKILL");
    await ended;
    test.store = new Store(test.dir);
    expect(test.read().query(0, scan("messages")).collect()).toMatchObject([{ body: "committed" }]);
  });

  it("S3: data of a newer format is refused and left as it is", () => {
    const test = new TestStore();
    test.store.db.setMeta("format", "99");
    test.store.close();
    const before = readFileSync(join(test.dir, "deployment.sqlite3"));
    expect(() => new Database(test.dir)).toThrow(
      `The data in "${test.dir}" was written by a newer version of this server (format 99, known: ${FORMAT}); it was left as it is: `,
    );
    expect(readFileSync(join(test.dir, "deployment.sqlite3")).equals(before)).toBe(true);
    const sql = new DatabaseSync(join(test.dir, "deployment.sqlite3"));
    sql.exec(`UPDATE meta SET v = '${FORMAT}' WHERE k = 'format'`);
    sql.close();
    test.store = new Store(test.dir);
  });
});

describe("the commit clock", () => {
  it("S4: reserved timestamps strictly increase within one millisecond and when the clock goes back", () => {
    const test = new TestStore();
    const clock = vi.spyOn(Date, "now");
    try {
      clock.mockReturnValue(4_000_000_000_000);
      const first = test.store.db.nextTs();
      const second = test.store.db.nextTs();
      clock.mockReturnValue(1_000);
      const third = test.store.db.nextTs();
      expect([first, second, third]).toEqual([4_000_000_000_000_000_000n, first + 1n, first + 2n]);
    } finally {
      clock.mockRestore();
    }
  });

  it("S4: after a restart with the clock gone back, time goes on behind the last commit", () => {
    const test = new TestStore();
    const clock = vi.spyOn(Date, "now");
    try {
      clock.mockReturnValue(4_000_000_000_000);
      test.mutate((txn) => txn.insert(0, "t", {}));
      const last = test.store.db.lastTs();
      expect(last).toBeGreaterThanOrEqual(4_000_000_000_000_000_000n);
      clock.mockReturnValue(1_000);
      test.reopen();
      expect(test.store.db.lastTs()).toBeGreaterThan(last);
    } finally {
      clock.mockRestore();
    }
  });

  it("S4: only a transaction that wrote moves the last commit", () => {
    const test = new TestStore();
    const before = test.store.db.lastTs();
    test.mutate((txn) => txn.query(0, scan("t")).collect());
    expect(test.store.db.lastTs()).toBe(before);
    const txn = test.begin();
    txn.insert(0, "t", {});
    expect(txn.snapshotTs).toBe(before);
    test.commit(txn);
    expect(test.store.db.lastTs()).toBe(txn.ts);
  });
});
