/** From the modules of a push request to the sets of modules that are analysed, stored and run. */
import { createHash } from "node:crypto";
import type { ModuleSet, StoredModule } from "../functions/code.ts";
import { pushError } from "./errors.ts";
import type { DefinitionConfig, ModuleConfig } from "./wire.ts";

const MAX_MODULES = 4096;
const MAX_PART_LENGTH = 64;

/** The hash by which a push names a module it does not send again: SHA-256 of the source followed by the map (P3). */
export function moduleHashOf(source: string, sourceMap: string | null): string {
  return createHash("sha256")
    .update(source)
    .update(sourceMap ?? "")
    .digest("hex");
}

/** The path with `.js`; 400 `BadConvexModuleIdentifier` when a part has other than letters, digits, `_` and `.`. */
export function checkModulePath(path: string): string {
  const canonical = path.endsWith(".js") ? path : `${path}.js`;
  for (const part of canonical.split("/")) {
    if (part.length <= MAX_PART_LENGTH && /^[A-Za-z0-9_.]+$/.test(part) && /[A-Za-z0-9]/.test(part)) continue;
    throw pushError(
      "BadConvexModuleIdentifier",
      `${path} is not a valid path to a Convex module: path component ${JSON.stringify(part)} may only hold letters, ` +
        `digits, underscores and periods, at least one letter or digit, and at most ${MAX_PART_LENGTH} characters.`,
    );
  }
  if (canonical.startsWith("_system/")) {
    throw pushError("BadConvexModuleIdentifier", `${path} is not a valid path: _system is reserved.`);
  }
  return canonical;
}

/** A module as sent, in the form that is stored. Throws 400 `BadConvexModuleIdentifier`. */
export function toStoredModule(module: ModuleConfig): StoredModule {
  return {
    path: checkModulePath(module.path),
    source: module.source,
    sourceMap: module.sourceMap,
    environment: module.environment,
    sha256: moduleHashOf(module.source, module.sourceMap),
  };
}

/** Chunks shared by several modules: loaded by them, never functions of their own. */
export function isChunk(path: string): boolean {
  return path.startsWith("_deps/");
}

/**
 * The complete modules of a definition: those sent and, for the root, the unchanged ones of `stored` (P3). A hash that
 * the store does not hold is a 409, upon which the command line reads the hashes again.
 */
export function assembleModules(config: DefinitionConfig, stored: ModuleSet | null): ModuleSet {
  const modules = new Map<string, StoredModule>();
  for (const sent of config.functions) {
    const module = toStoredModule(sent);
    if (config.definitionPath !== "" && module.environment === "node") {
      throw pushError(
        "NodeActionsNotSupported",
        `${module.path} of component ${config.definitionPath} has "use node", which is not supported in components.`,
      );
    }
    if (module.environment === "node" && (module.path === "http.js" || module.path === "crons.js")) {
      throw pushError("InvalidModules", `"use node" is not allowed for ${module.path}.`);
    }
    modules.set(module.path, module);
  }
  for (const hash of config.unchanged) {
    const path = checkModulePath(hash.path);
    const existing = stored?.modules.get(path);
    if (!existing) throw pushError("MissingExistingModule", `Module ${path} is not on the server.`, 409);
    if (existing.sha256 !== hash.sha256) {
      throw pushError("ExistingModuleHashConflict", `Module ${path} has another hash on the server.`, 409);
    }
    if (existing.environment !== hash.environment) {
      throw pushError("ExistingModuleEnvConflict", `Module ${path} has another environment on the server.`, 409);
    }
    modules.set(path, existing);
  }
  const count = [...modules.keys()].filter((path) => !isChunk(path)).length;
  if (count > MAX_MODULES) {
    throw pushError("InvalidModules", `Too many modules: ${count} of at most ${MAX_MODULES}.`);
  }
  return { definitionPath: config.definitionPath, modules };
}
