import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleApp } from "../fixtures/bundle.ts";
import { pushBundle } from "../testing.ts";
import type { Args, Caller, Engine } from "./engine.ts";
import type { Accessor } from "./accessor.ts";
import { openTestConvex } from "./test-convex.ts";

/** A deployment of the embedded server with the fixture app; functions are called by the real client over HTTP. */
export async function embeddedEngine(): Promise<Engine> {
  const dataDir = mkdtempSync(join(tmpdir(), "embedded-contract-"));
  const t = await openTestConvex({ dataDir });
  await pushBundle(t, await bundleApp(join(import.meta.dirname, "app")));
  return {
    ...caller(t),
    withIdentity: (identity) => caller(t.withIdentity(identity)),
    fetch: (path, init) => t.fetch(path, init),
    async end() {
      await t.end();
      rmSync(dataDir, { recursive: true, force: true });
      const faults = t.takeConsole().filter((line) => line.startsWith("[FAULT]"));
      if (faults.length > 0) throw new Error(faults.join("\n"));
    },
  };
}

function caller(t: Accessor): Caller {
  return {
    query: (fn, args: Args = {}) => t.query(fn, args),
    mutation: (fn, args: Args = {}) => t.mutation(fn, args),
    action: (fn, args: Args = {}) => t.action(fn, args),
  };
}
