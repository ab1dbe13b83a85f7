import { spawn } from "node:child_process";

/**
 * For tests: leaves in `dir` what a server leaves that is killed while it has commits in its write-ahead log only. The
 * documents of table "messages" are numbered from 1 to `count` in `n`; its clock makes steps of three seconds.
 */
export async function makeCrashedFolder(dir: string, count: number): Promise<void> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script(dir, count)], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  const committed = new Promise<boolean>((resolve) => child.stdout.once("data", () => resolve(true)));
  if (!(await Promise.race([committed, ended]))) throw new Error("The process to be killed ended by itself.");
  child.kill("SIGKILL");
  await ended;
}

function script(dir: string, count: number): string {
  const module = (name: string): string => JSON.stringify(new URL(`../storage/${name}`, import.meta.url).href);
  return `
    import { Store } from ${module("store.ts")};
    import { Transaction } from ${module("transaction.ts")};
    let now = Date.now();
    Date.now = () => (now += 3000);
    const store = new Store(${JSON.stringify(dir)});
    for (let n = 1; n <= ${count}; n++) {
      const txn = new Transaction(store, { kind: "mutation", nowMs: now, ts: store.db.nextTs() });
      txn.insert(0, "messages", { n, text: "x".repeat(500) });
      store.begin(); txn.flush(); store.commit();
    }
    console.log("committed");
    setInterval(() => {}, 1000);
  `;
}
