import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AdminKey } from "../auth/admin-key.ts";
import { Store } from "../storage/store.ts";
import { scan } from "../storage/test-store.ts";
import { Transaction } from "../storage/transaction.ts";
import { makeCrashedFolder } from "./crashed-folder.ts";
import { problemsOf, temporaryFolder } from "./folders.ts";

const COUNT = 40;
const root = temporaryFolder();
/** A data folder as a kill leaves it, most of it in the log; never opened itself. */
const crashed = join(root, "crashed");
let dir: string;
let used = 0;

beforeAll(() => makeCrashedFolder(crashed, COUNT));
beforeEach(() => {
  dir = join(root, `copy-${used++}`);
  cpSync(crashed, dir, { recursive: true });
});

const file = (name: string) => join(dir, name);
const names = ["deployment.sqlite3", "deployment.sqlite3-wal", "newest-commit"];
/** A digest of each file; looking at a database leaves an empty log, which counts as none. */
const contents = () =>
  names.map((name) => {
    const bytes = existsSync(file(name)) ? readFileSync(file(name)) : Buffer.alloc(0);
    return bytes.length === 0 ? null : createHash("sha256").update(bytes).digest("hex");
  });

/** Opens the data and answers the numbers of its documents. */
function numbers(): unknown[] {
  const store = new Store(dir);
  try {
    const txn = new Transaction(store, { kind: "query", nowMs: 0, ts: store.db.lastTs() });
    const cursor = txn.query(0, scan("messages"));
    const found: unknown[] = [];
    for (let doc = cursor.next(); doc !== null; doc = cursor.next()) found.push(doc["n"]);
    return found;
  } finally {
    store.close();
  }
}

/** Opening must fail with one line that holds `told`, and change none of the data. */
function expectRefusal(told: string | RegExp): void {
  const before = contents();
  let message = "";
  try {
    new Store(dir).close();
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).toMatch(told);
  expect(message).not.toContain("\n");
  expect(contents()).toEqual(before);
  expect(existsSync(file("deployment.sqlite3"))).toBe(true);
}

const all = Array.from({ length: COUNT }, (_, i) => i + 1);

describe("a folder that was left by a kill", () => {
  it("S5: opens with everything that was committed, and all of it agrees", () => {
    expect(numbers()).toEqual(all);
    expect(problemsOf(dir)).toEqual([]);
  });

  it("D11: without its log it is refused, and goes on without it only when somebody says so", () => {
    rmSync(file("deployment.sqlite3-wal"));
    rmSync(file("deployment.sqlite3-shm"));
    expectRefusal(/^The data in ".*" ends at .*, but commits until .* were on disk: deployment\.sqlite3-wal is missing/);
    rmSync(file("newest-commit"));
    expect(numbers().length).toBeLessThan(COUNT);
  });

  it("D11: with a log that was cut short, or damaged in its middle, it is refused", () => {
    const wal = file("deployment.sqlite3-wal");
    const whole = readFileSync(wal);
    truncateSync(wal, Math.floor(whole.length / 2));
    expectRefusal("deployment.sqlite3-wal is missing, damaged or of another time");
    const damaged = Buffer.from(whole);
    damaged.fill(7, Math.floor(whole.length / 2), Math.floor(whole.length / 2) + 16);
    writeFileSync(wal, damaged);
    expectRefusal("deployment.sqlite3-wal is missing, damaged or of another time");
    writeFileSync(wal, whole);
    expect(numbers()).toEqual(all);
  });

  it("D11: a log without its data file is refused, not thrown away", () => {
    renameSync(file("deployment.sqlite3"), file("elsewhere"));
    const wal = readFileSync(file("deployment.sqlite3-wal"));
    expect(() => new Store(dir)).toThrow("has deployment.sqlite3-wal but deployment.sqlite3 is missing or empty");
    expect(readFileSync(file("deployment.sqlite3-wal")).equals(wal)).toBe(true);
    renameSync(file("elsewhere"), file("deployment.sqlite3"));
    expect(numbers()).toEqual(all);
  });
});

describe("a folder that was closed in order", () => {
  beforeEach(() => void numbers());

  it("D11: needs no log and leaves no note of one", () => {
    expect(readdirSync(dir)).not.toContain("deployment.sqlite3-wal");
    expect(readdirSync(dir)).not.toContain("newest-commit");
    expect(numbers()).toEqual(all);
  });

  it("D10: a file cut short is refused as damaged", () => {
    truncateSync(file("deployment.sqlite3"), Math.floor(statSync(file("deployment.sqlite3")).size / 2));
    expectRefusal(/^The data file ".*" is damaged \(.*\) and was left as it is: restore a backup/);
  });

  it("D10: random bytes are refused as damaged", () => {
    writeFileSync(file("deployment.sqlite3"), Buffer.alloc(50_000, "no database "));
    expectRefusal(/^The data file ".*" is damaged \(file is not a database\)/);
  });

  it("D10: the database of another program is refused", () => {
    rmSync(file("deployment.sqlite3"));
    const sql = new DatabaseSync(file("deployment.sqlite3"));
    sql.exec("CREATE TABLE addresses (name TEXT)");
    sql.close();
    expectRefusal("is not a data file of this server; it was left as it is");
  });

  it("D12: what others could read is closed to them", () => {
    chmodSync(dir, 0o755);
    chmodSync(file("deployment.sqlite3"), 0o644);
    numbers();
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(file("deployment.sqlite3")).mode & 0o777).toBe(0o600);
  });
});

it("D12: an admin key that others could read is closed to them, and the operator is told", () => {
  const told: string[] = [];
  const warn = (sentence: string) => void told.push(sentence);
  const key = AdminKey.open(dir, undefined, warn).text;
  expect(told).toEqual([]);
  chmodSync(file("admin-key"), 0o644);
  expect(AdminKey.open(dir, undefined, warn).text).toBe(key);
  expect(statSync(file("admin-key")).mode & 0o777).toBe(0o600);
  expect(told).toEqual([expect.stringMatching(/^Others on this machine could read the admin key .* the next start makes a new key\.$/)]);
});

it("D10: a data folder in the place of a file is refused", () => {
  mkdirSync(file("x"));
  rmSync(file("deployment.sqlite3"));
  renameSync(file("x"), file("deployment.sqlite3"));
  expect(() => new Store(dir)).toThrow(/^The data folder ".*" cannot be written \(EISDIR\)/);
});
