import { createHash, hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type * as Blocks from "../convex/shared/audit/blocks.ts";
import type * as Chain from "../convex/shared/audit/chain.ts";
import type * as Checkpoint from "../convex/shared/audit/checkpoint.ts";
import type * as Export from "../convex/shared/audit/export.ts";
import type { Hashing } from "../convex/shared/audit/hashing.ts";
import type * as Tiles from "../convex/shared/audit/tiles.ts";
import type * as Canonical from "../convex/shared/canonicalJson.ts";

/** The desk's own rules by which events are hashed, gathered and kept in blocks. */
export type HistoryRules = Pick<typeof Chain, "recordText" | "NOTHING_BEFORE"> &
  Pick<typeof Checkpoint, "checkpointText" | "keyIdOf" | "originOf" | "NO_CHECKPOINT"> &
  Pick<typeof Blocks, "BLOCK_EVENTS" | "blockOf"> &
  Pick<typeof Export, "eventStart" | "eventEnd"> &
  Pick<typeof Tiles, "append" | "storedTree"> &
  Pick<typeof Canonical, "canonicalJson">;

/** Bundles those rules for Node, as they are in the repository. */
export async function historyRules(): Promise<HistoryRules> {
  const shared = resolve(import.meta.dirname, "../convex/shared");
  const dir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  try {
    const outfile = join(dir, "history.mjs");
    const contents = ["audit/blocks", "audit/chain", "audit/checkpoint", "audit/export", "audit/tiles", "canonicalJson"].map((name) => `export * from "./${name}";`).join("\n");
    await build({ stdin: { contents, resolveDir: shared, loader: "ts" }, bundle: true, format: "esm", platform: "node", outfile, logLevel: "silent" });
    return (await import(pathToFileURL(outfile).href)) as HistoryRules;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Their hashing, at once by node:crypto. */
export const nodeHashing: Hashing = {
  text: (text) => hash("sha256", text),
  bytes: (digits) => hash("sha256", Buffer.from(digits, "hex")),
  leaf: (data) => createHash("sha256").update("\0").update(Buffer.from(data, "hex")).digest("hex"),
  node: (left, right) => hash("sha256", Buffer.from(`01${left}${right}`, "hex")),
};
