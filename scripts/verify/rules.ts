import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type * as Checkpoints from "../../convex/shared/audit/checkpoint.ts";
import type * as Tools from "../../convex/shared/audit/tools.node.ts";
import type * as Verify from "../../convex/shared/audit/verify.ts";

export type Rules = Pick<typeof Verify, "createVerifier"> & Pick<typeof Tools, "nodeTools"> & Pick<typeof Checkpoints, "notesIn">;

/** The desk's own rules of what an export must be, as one module: their sources are written for a bundler. */
export async function loadRules(): Promise<Rules> {
  const resolveDir = resolve(import.meta.dirname, "../../convex/shared/audit");
  const dir = mkdtempSync(join(tmpdir(), "countersign-verify-"));
  const outfile = join(dir, "rules.mjs");
  const contents = `export { createVerifier } from "./verify"; export { nodeTools } from "./tools.node"; export { notesIn } from "./checkpoint";`;
  try {
    await build({ stdin: { contents, resolveDir, loader: "ts" }, bundle: true, format: "esm", platform: "node", outfile, logLevel: "error" });
    return (await import(pathToFileURL(outfile).href)) as Rules;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
