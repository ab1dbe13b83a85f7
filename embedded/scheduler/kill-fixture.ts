/**
 * A process to be killed: a chain of mutation jobs that each write their number and schedule the next. Arguments:
 * data folder, length. Prints each number when it is on disk.
 */
import type { Code } from "../functions/code.ts";
import { Store } from "../storage/store.ts";
import { HostRunner } from "./host-runner.ts";
import { Scheduler } from "./scheduler.ts";

const [dir, length] = [process.argv[2]!, Number(process.argv[3])];
const store = new Store(dir);
const runner = new HostRunner(store);
const next = { componentPath: "", path: "m.js:step", udfType: "mutation" as const };
runner.mutations.set("m.js:step", (txn, { n }) => {
  txn.insert(0, "steps", { n: n! });
  if ((n as number) < length) txn.schedule(0, { ...next, args: { n: (n as number) + 1 }, atMs: txn.nowMs });
  txn.atFlush(() => setImmediate(() => process.stdout.write(`${String(n)}\n`)));
});
const scheduler = new Scheduler({
  store,
  runner,
  code: () => ({ byPath: new Map() }) as unknown as Code,
  report: (error, what) => process.stderr.write(`${what}: ${String(error)}\n`),
});
await scheduler.start();
await runner.transact((txn) => {
  if (txn.count(0, "steps") === 0) txn.schedule(0, { ...next, args: { n: 1 }, atMs: txn.nowMs });
});
