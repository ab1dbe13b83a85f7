/**
 * The compiled form of the server's own files, kept from start to start: without it a start takes twice as long (D20).
 * Plain JavaScript on purpose: what is loaded before the cache is in use would bring the TypeScript compiler in. Loaded with
 * `node --import`, this file switches the cache on by itself, before the first TypeScript file.
 */
import { constants, enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";

const CACHE_DIR = join(import.meta.dirname, "..", "node_modules", ".cache", "embedded-server");
/** When a start has loaded what it needs, ms; a process that is killed writes nothing at its end. */
const SAVE_AFTER_MS = 1_500;

/**
 * Uses and fills the cache beside the installed packages, for what is loaded from now on. Where that folder cannot be
 * written (or NODE_COMPILE_CACHE names another) nothing is kept, and everything works the same, only slower.
 */
export function keepCompiled() {
  const { status } = enableCompileCache(CACHE_DIR);
  if (status === constants.compileCacheStatus.ENABLED) setTimeout(flushCompileCache, SAVE_AFTER_MS).unref();
}

keepCompiled();
