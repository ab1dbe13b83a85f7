/**
 * The modules of one definition ready to run: one script each, kept in a cache folder by the hash of the source. A
 * worker thread opens the same folder with the manifest instead of getting the code.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { threadId } from "node:worker_threads";
import { Script } from "node:vm";
import { registerSourceMap } from "./source-maps.ts";

/** What another thread needs to open the same modules. */
export interface ModulesManifest {
  cacheDir: string;
  definitionPath: string;
  /** Module path to hash. */
  hashes: [string, string][];
}

const WRAPPER = '(function(exports, require, module){"use strict";';
/** Compiled code only fits the engine that made it. */
const ENGINE = process.versions.v8.replace(/[^0-9.]/g, "");

const scripts = new Map<string, Script>();
const withoutCodeCache = new Set<string>();

export class PreparedModules {
  readonly definitionPath: string;
  readonly #cacheDir: string;
  readonly #hashes: ReadonlyMap<string, string>;

  constructor(manifest: ModulesManifest) {
    this.definitionPath = manifest.definitionPath;
    this.#cacheDir = manifest.cacheDir;
    this.#hashes = new Map(manifest.hashes);
  }

  manifest(): ModulesManifest {
    return { cacheDir: this.#cacheDir, definitionPath: this.definitionPath, hashes: [...this.#hashes] };
  }

  has(path: string): boolean {
    return this.#hashes.has(path);
  }

  /**
   * The path that `specifier` means inside the module `from`, or null. Relative ones are looked up beside the importer,
   * others must be the path of a module; the extension may be missing (F2).
   */
  resolve(from: string, specifier: string): string | null {
    const path = /^\.\.?\//.test(specifier) ? posix.normalize(posix.join(posix.dirname(from), specifier)) : specifier;
    if (this.#hashes.has(path)) return path;
    return this.#hashes.has(`${path}.js`) ? `${path}.js` : null;
  }

  /** The compiled module: running it in a context gives a function (exports, require, module). Throws for an unknown path. */
  script(path: string): Script {
    const hash = this.#hashes.get(path);
    if (hash === undefined) throw new Error(`There is no module ${path}.`);
    const known = scripts.get(hash);
    if (known) return known;
    const base = join(this.#cacheDir, hash);
    const filename = registerSourceMap(hash, path, `${base}.js.map`);
    const code = readFileSync(`${base}.js`, "utf8");
    const cachedData = readIfThere(`${base}.${ENGINE}.bin`);
    const script = new Script(`${WRAPPER}${code}\n})`, {
      filename,
      columnOffset: -WRAPPER.length,
      ...(cachedData ? { cachedData } : {}),
    });
    if (!cachedData || script.cachedDataRejected) withoutCodeCache.add(hash);
    scripts.set(hash, script);
    return script;
  }

  /** Keeps the compiled form of modules that have just run for the first time, so that the next process starts faster. */
  saveCodeCache(): void {
    for (const hash of this.#hashes.values()) {
      const script = scripts.get(hash);
      if (!script || !withoutCodeCache.delete(hash)) continue;
      try {
        writeWhole(join(this.#cacheDir, `${hash}.${ENGINE}.bin`), script.createCachedData());
      } catch {
        // A cache that cannot be written costs time at the next start, nothing else.
      }
    }
  }
}

/** Writes a file so that other processes see it whole or not at all. */
export function writeWhole(file: string, content: string | Buffer): void {
  const draft = `${file}.${process.pid}.${threadId}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

function readIfThere(file: string): Buffer | null {
  return existsSync(file) ? readFileSync(file) : null;
}
