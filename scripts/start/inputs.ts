import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * One hash over the contents of files and folders, to tell whether something must be built again.
 * @param paths files or folders below `root`; what is not there counts as absent
 * @returns SHA-256 in hex
 */
export function hashOf(root: string, paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap((p) => filesBelow(root, p)).sort()) {
    hash.update(`${path}\0`).update(readFileSync(join(root, path))).update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(root: string, path: string): string[] {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(join(root, path)).flatMap((name) => filesBelow(root, join(path, name)));
}
