/**
 * The modules of one definition ready to run: one script each, kept in a cache folder by the hash of the source. A
 * worker thread opens the same folder with the manifest instead of getting the code.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
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

/**
 * `plain`: the module as it is. `sealable`: the same, showing its captured variables (`reuse/instrument.ts`); made only
 * for modules that are used again and again.
 */
export type ModuleForm = "plain" | "sealable";

const ENDING: Record<ModuleForm, string> = { plain: "", sealable: ".sealable" };

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

  /** Where the forms of a module lie: this path and an ending. Throws for an unknown path. */
  fileOf(path: string): string {
    const hash = this.#hashes.get(path);
    if (hash === undefined) throw new Error(`There is no module ${path}.`);
    return join(this.#cacheDir, hash);
  }

  /**
   * The compiled module: running it in a context gives a function (exports, require, module), in sealable form with the
   * sealer as a fourth argument. Throws for an unknown path and for a form that was not made.
   */
  script(path: string, form: ModuleForm = "plain"): Script {
    const base = `${this.fileOf(path)}${ENDING[form]}`;
    const key = basename(base);
    const known = scripts.get(key);
    if (known) return known;
    const maps = form === "plain" ? [`${base}.js.map`] : [`${base}.js.map`, `${base}.lowered.js.map`];
    const filename = registerSourceMap(key, path, maps);
    const code = readFileSync(`${base}.js`, "utf8");
    const cachedData = readIfThere(`${base}.${ENGINE}.bin`);
    const wrapper = form === "plain" ? WRAPPER : "";
    const script = new Script(form === "plain" ? `${WRAPPER}${code}\n})` : code, {
      filename,
      columnOffset: -wrapper.length,
      ...(cachedData ? { cachedData } : {}),
    });
    if (!cachedData || script.cachedDataRejected) withoutCodeCache.add(key);
    scripts.set(key, script);
    return script;
  }

  /** Keeps the compiled form of modules that have just run for the first time, so that the next process starts faster. */
  saveCodeCache(): void {
    const keys = [...this.#hashes.values()].flatMap((hash) => Object.values(ENDING).map((ending) => `${hash}${ending}`));
    for (const key of keys) {
      const script = scripts.get(key);
      if (!script || !withoutCodeCache.delete(key)) continue;
      try {
        writeWhole(join(this.#cacheDir, `${key}.${ENGINE}.bin`), script.createCachedData());
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
