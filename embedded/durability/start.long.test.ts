import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Store } from "../storage/store.ts";
import { Transaction } from "../storage/transaction.ts";
import { temporaryFolder } from "./folders.ts";
import { startServer } from "./server-process.ts";

const folder = temporaryFolder();
const STARTS = 5;

/** A data folder with `jobs` functions that wait for next month, and as many documents. */
function makeFolder(name: string, jobs: number): string {
  const dir = join(folder, name);
  const store = new Store(dir);
  store.db.sql.exec("PRAGMA synchronous = OFF");
  const job = { componentPath: "", path: "m.js:f", udfType: "mutation" as const, args: {} };
  for (let made = 0; made < jobs; ) {
    const txn = new Transaction(store, { kind: "mutation", nowMs: Date.now(), ts: store.db.nextTs() });
    for (let i = 0; i < 900 && made < jobs; i++, made++) {
      txn.insert(0, "events", { n: made });
      txn.schedule(0, { ...job, atMs: Date.now() + 30 * 86_400_000 + made });
    }
    store.begin();
    txn.flush();
    store.commit();
  }
  store.close();
  return dir;
}

/** Processor time in ms that a start takes until the server answers; the least of some, each after a kill. */
async function startCost(dir: string): Promise<number> {
  const costs: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const server = startServer(dir);
    const { url } = await server.ready;
    await fetch(`${url}/version`);
    const fields = readFileSync(`/proc/${server.child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
    costs.push((Number(fields[11]) + Number(fields[12])) * 10);
    server.child.kill("SIGKILL");
    await server.ended;
  }
  return Math.min(...costs);
}

it.skipIf(process.platform !== "linux")("D20: a start after a kill costs the same with 100,000 waiting jobs as with none", { timeout: 600_000 }, async () => {
  const [none, many] = [makeFolder("none", 0), makeFolder("many", 100_000)];
  const [empty, full] = [await startCost(none), await startCost(many)];
  expect(full, `processor time of a start: ${empty} ms with none, ${full} ms with many`).toBeLessThan(empty * 1.5 + 50);
});
