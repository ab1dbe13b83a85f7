import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Store } from "../storage/store.ts";
import { Transaction } from "../storage/transaction.ts";
import { seededRandom } from "../values/random-value.ts";

const FIXTURE = fileURLToPath(new URL("./kill-fixture.ts", import.meta.url));
const LENGTH = 400;
const SEED = 77;
const KILLS = 6;

/** Runs the chain and kills it when it has said `steps` numbers, or the last one. Answers the last number it said. */
function run(dir: string, steps: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [FIXTURE, dir, String(LENGTH)], { stdio: ["ignore", "pipe", "inherit"] });
    let said = 0;
    let last = 0;
    createInterface(child.stdout).on("line", (line) => {
      said++;
      last = Number(line);
      if (said === steps || last === LENGTH) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (signal === "SIGKILL") resolve(last);
      else reject(new Error(`the process ended by itself (${code ?? signal})`));
    });
  });
}

const NAME = `J1: a chain of jobs killed ${KILLS} times does every step exactly once (seed ${SEED})`;

it(NAME, { timeout: 240_000 }, async () => {
  const dir = mkdtempSync(join(tmpdir(), "kill-"));
  try {
    const random = seededRandom(SEED);
    for (let i = 0; i < KILLS; i++) expect(await run(dir, 1 + Math.floor(random() * 20))).toBeLessThan(LENGTH);
    expect(await run(dir, Infinity)).toBe(LENGTH);
    const store = new Store(dir);
    const txn = new Transaction(store, { kind: "query", nowMs: 0, ts: store.db.lastTs() });
    const cursor = txn.query(0, { source: { type: "FullTableScan", tableName: "steps", order: "asc" }, operators: [] });
    const steps: number[] = [];
    for (let doc = cursor.next(); doc !== null; doc = cursor.next()) steps.push(doc.n as number);
    // Steps of one millisecond may share their creation time, so the table's order says nothing.
    expect(steps.sort((a, b) => a - b)).toEqual(Array.from({ length: LENGTH }, (_, i) => i + 1));
    expect([store.jobs.inProgress(), store.jobs.nextDueMs()]).toEqual([[], null]);
    store.close();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
