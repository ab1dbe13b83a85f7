import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { openDeployment } from "../deployment.ts";
import { FORMAT } from "../storage/layout.ts";
import { upgrade, UPGRADES } from "../storage/upgrade.ts";
import { problemsOf, temporaryFolder } from "./folders.ts";

const script = readFileSync(join(import.meta.dirname, "fixtures", "format-1.sql"), "utf8");
const root = temporaryFolder();
let dir: string;
let used = 0;

beforeEach(() => {
  dir = join(root, `data-${used++}`);
  mkdirSync(dir);
  const sql = new DatabaseSync(join(dir, "deployment.sqlite3"));
  sql.exec(script);
  sql.close();
});

function rows(file: string, query: string): Record<string, unknown>[] {
  const sql = new DatabaseSync(file, { readOnly: true });
  try {
    return sql.prepare(query).all();
  } finally {
    sql.close();
  }
}

const format = (file: string) => rows(file, "SELECT v FROM meta WHERE k = 'format'")[0]?.["v"];

describe("data of format 1", () => {
  it("D13: is copied, lifted, and goes on: code, documents, indexes and the job that was due", async () => {
    const deployment = await openDeployment({ dataDir: dir, port: 0, sitePort: 0 });
    const list = async () => {
      const answer = await fetch(`${deployment.url}/api/query`, { method: "POST", body: JSON.stringify({ path: "notes:list", args: {} }) });
      return ((await answer.json()) as { value: unknown }).value;
    };
    await expect.poll(list, { timeout: 25_000 }).toEqual(["one bird", "two birds", "three fish", "later"]);
    await deployment.close();
    expect(format(join(dir, "deployment.sqlite3"))).toBe(String(FORMAT));
    // The new format's own rows were made from the documents.
    expect(rows(join(dir, "deployment.sqlite3"), "SELECT count(*) AS n FROM vectors")).toEqual([{ n: 4 }]);
    expect(problemsOf(dir)).toEqual([]);

    const copy = join(dir, "before-upgrade", "format-1", "deployment.sqlite3");
    expect([format(copy), rows(copy, "SELECT count(*) AS n FROM docs")]).toEqual(["1", [{ n: 4 }]]);
    expect([statSync(copy).mode & 0o777, statSync(join(dir, "before-upgrade")).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  it("D13: stays what it was when a step fails", () => {
    const file = join(dir, "deployment.sqlite3");
    const sql = new DatabaseSync(file);
    const steps = [
      { from: 1, what: "half", run: (s: DatabaseSync) => s.exec("DELETE FROM docs; UPDATE meta SET v = 'x' WHERE k = 'lastTs'") },
      {
        from: 2,
        what: "broken",
        run: () => {
          throw new Error("no way");
        },
      },
    ];
    expect(() => upgrade(sql, dir, 1, 3, steps)).toThrow("no way");
    expect(sql.prepare("SELECT count(*) AS n FROM docs").get()).toEqual({ n: 4 });
    sql.close();
    expect(format(file)).toBe("1");
  });

  it("D13: every format has its step, and one without is refused", () => {
    expect(UPGRADES.map((step) => step.from)).toEqual(Array.from({ length: FORMAT - 1 }, (_, i) => i + 1));
    const sql = new DatabaseSync(join(dir, "deployment.sqlite3"));
    expect(() => upgrade(sql, dir, 0, FORMAT)).toThrow(/has the unknown format 0 \(known: \d+\); nothing was changed\.$/);
    sql.close();
  });
});
