/**
 * From the ESM modules of a push to scripts that run in a realm: each module is turned into CommonJS on its own, once,
 * and kept on disk under the hash of its source. A start with everything in the cache never touches the compiler.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ModuleSet, StoredModule } from "./code.ts";
import { PreparedModules, writeWhole } from "./prepared-modules.ts";
import { SealableForms } from "./reuse/sealable.ts";
import { UserError } from "../values/errors.ts";

/** Part of the hash: raised when the transformation changes. */
const FORMAT = "2";
const PARALLEL = 4;

export class Loader {
  readonly #cacheDir: string;
  /** Hashes known to be on disk. */
  readonly #ready = new Set<string>();
  readonly #prepared = new WeakMap<ModuleSet, PreparedModules>();
  readonly #sealable = new SealableForms();

  /** `cacheDir` is made when missing; losing it costs time only. */
  constructor(cacheDir: string) {
    this.#cacheDir = cacheDir;
    mkdirSync(cacheDir, { recursive: true });
  }

  /** The modules of a set that `prepare` has finished, at once. */
  prepared(set: ModuleSet): PreparedModules | undefined {
    return this.#prepared.get(set);
  }

  /**
   * Makes the default-runtime modules of a set ready to run; those for Node are left out. Throws UserError
   * "InvalidModules" naming the module for syntax errors and top-level await (F3).
   */
  async prepare(set: ModuleSet): Promise<PreparedModules> {
    const known = this.#prepared.get(set);
    if (known) return known;
    const modules = [...set.modules.values()].filter((module) => module.environment === "isolate");
    const hashes = modules.map((module): [string, string] => [module.path, hashOf(module)]);
    const missing = modules.flatMap((module, i) =>
      this.#has(hashes[i]?.[1] ?? "") ? [] : [{ module, hash: hashes[i]?.[1] ?? "" }],
    );
    const next = missing.values();
    await Promise.all(
      Array.from({ length: Math.min(PARALLEL, missing.length) }, async () => {
        for (const { module, hash } of next) await this.#transform(module, hash);
      }),
    );
    const prepared = new PreparedModules({ cacheDir: this.#cacheDir, definitionPath: set.definitionPath, hashes });
    this.#prepared.set(set, prepared);
    return prepared;
  }

  /**
   * Makes the sealable form of a module of a prepared set, and of all it imports, beside the running server. Null when it
   * is there, else why it cannot be.
   */
  async makeSealable(set: ModuleSet, path: string): Promise<string | null> {
    const modules = this.#prepared.get(set);
    return modules ? this.#sealable.make(modules, path) : "the module is not prepared";
  }

  /** Ends what works beside the server. */
  close(): Promise<void> {
    return this.#sealable.close();
  }

  #has(hash: string): boolean {
    if (this.#ready.has(hash)) return true;
    if (!existsSync(join(this.#cacheDir, `${hash}.js`))) return false;
    this.#ready.add(hash);
    return true;
  }

  async #transform(module: StoredModule, hash: string): Promise<void> {
    // Loaded only when something has to be compiled: it is half of what a start costs.
    const { transform } = await import("esbuild");
    const source = module.source.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");
    const map =
      module.sourceMap === null
        ? ""
        : `//# sourceMappingURL=data:application/json;base64,${Buffer.from(module.sourceMap).toString("base64")}\n`;
    let result: { code: string; map: string };
    try {
      result = await transform(`${source}\n${map}`, {
        format: "cjs",
        target: "node24",
        platform: "neutral",
        // An import() of a chunk becomes a require, the only way to load code inside a realm.
        supported: { "dynamic-import": false },
        // The sources of a given map are taken as they are; without one the module itself is the source.
        sourcefile: map === "" ? `../convex/${module.path}` : "module.js",
        sourcemap: "external",
        sourcesContent: false,
        logLevel: "silent",
      });
    } catch (error) {
      throw new UserError("InvalidModules", `Failed to analyze ${module.path}: ${problemsOf(error)}`);
    }
    writeWhole(join(this.#cacheDir, `${hash}.js.map`), result.map);
    writeWhole(join(this.#cacheDir, `${hash}.js`), result.code);
    this.#ready.add(hash);
  }
}

function hashOf(module: StoredModule): string {
  const hash = createHash("sha256").update(`${FORMAT}\0${module.source.length}\0`);
  return hash
    .update(module.source)
    .update(module.sourceMap ?? "")
    .digest("hex");
}

function problemsOf(error: unknown): string {
  const { errors } = error as { errors?: { text: string; location: { line: number; column: number } | null }[] };
  if (!errors || errors.length === 0) return String((error as Error).message);
  return errors.map(({ text, location }) => (location ? `${text} (line ${location.line})` : text)).join("; ");
}
