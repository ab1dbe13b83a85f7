/** `"use node"` modules as files, so that Node's own module loader can import them. */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** What is needed of a pushed module; `path` is relative with forward slashes, e.g. `mail/send.js`. */
export interface NodeModuleFile {
  path: string;
  source: string;
  sourceMap: string | null;
  sha256: string;
}

/** What a thread for Node is started with. */
export interface NodeThreadData {
  dir: string;
  /** By module path. */
  sourceMaps: Map<string, string>;
}

/** The folder of one set of node modules: same modules and project, same folder. */
export interface NodeModulesFolder {
  dir: string;
  hash: string;
}

/**
 * Writes the modules to `<cacheDir>/<hash>/`, beside a package.json that makes them ES modules and a link to the
 * project's node_modules, from where external packages are resolved. The folder appears whole or not at all, and is
 * written once. Throws when a path leaves the folder or the disk refuses.
 */
export function writeNodeModules(
  cacheDir: string,
  projectDir: string | null,
  modules: readonly NodeModuleFile[],
): NodeModulesFolder {
  const hash = hashOf(projectDir, modules);
  const dir = join(cacheDir, hash);
  if (existsSync(join(dir, "package.json"))) return { dir, hash };
  mkdirSync(cacheDir, { recursive: true });
  const draft = join(cacheDir, `.draft-${randomBytes(6).toString("hex")}`);
  try {
    for (const module of modules) {
      const file = fileOf(draft, module.path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, module.source);
    }
    mkdirSync(draft, { recursive: true });
    const packages = projectDir === null ? null : resolve(projectDir, "node_modules");
    if (packages !== null && existsSync(packages)) symlinkSync(packages, join(draft, "node_modules"), "junction");
    writeFileSync(join(draft, "package.json"), '{"type":"module","private":true}\n');
    publish(draft, dir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return { dir, hash };
}

/** The file of a module inside the folder. Throws when the path would leave it. */
export function fileOf(dir: string, path: string): string {
  const file = resolve(dir, path);
  if (path.includes("\0") || !file.startsWith(resolve(dir) + sep))
    throw new Error(`Module path ${path} is not allowed.`);
  return file;
}

/** Removes folders of earlier pushes, and drafts a killed process left. Best effort: what is in use elsewhere stays. */
export function sweepNodeModules(cacheDir: string, keep: ReadonlySet<string>): void {
  if (!existsSync(cacheDir)) return;
  for (const name of readdirSync(cacheDir)) {
    if (keep.has(name)) continue;
    try {
      rmSync(join(cacheDir, name), { recursive: true, force: true });
    } catch {
      // a folder that cannot be removed only costs space
    }
  }
}

function publish(draft: string, dir: string): void {
  try {
    renameSync(draft, dir);
  } catch (error) {
    if (!existsSync(join(dir, "package.json"))) throw error; // another writer of the same content was first
  }
}

function hashOf(projectDir: string | null, modules: readonly NodeModuleFile[]): string {
  const hash = createHash("sha256").update(JSON.stringify([projectDir && resolve(projectDir)]));
  const sorted = [...modules].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, sha256 } of sorted) hash.update(JSON.stringify([path, sha256]));
  return hash.digest("hex").slice(0, 32);
}
