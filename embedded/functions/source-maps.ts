/** Positions in prepared code back to positions in the files people wrote. */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

const SCHEME = "convex-module:";

interface Mapped {
  /** As shown to people: "../convex/a.ts". */
  file: string;
  line: number;
  column: number;
}

const files = new Map<string, { path: string; mapFiles: string[]; maps: (SourceMap | null)[] | undefined }>();

/**
 * The name that a script of this module is compiled under; positions in it can be given to `mapPosition` from then on.
 * `key` tells modules and their forms apart; each map leads from the text of the one before to what that was made from.
 */
export function registerSourceMap(key: string, path: string, mapFiles: string[]): string {
  const [hash = "", ...form] = key.split(".");
  const name = `${SCHEME}${[hash.slice(0, 16), ...form].join(".")}/${path}`;
  if (!files.has(name)) files.set(name, { path, mapFiles, maps: undefined });
  return name;
}

/**
 * Where line and column (both from 1) of a prepared script come from; null when the script is not a prepared module, so
 * the frame is none of the user's. Without a usable map the module's own path is given.
 */
export function mapPosition(scriptName: string, line: number, column: number): Mapped | null {
  const entry = files.get(scriptName);
  if (!entry) return null;
  entry.maps ??= entry.mapFiles.map(readMap);
  let at = { file: `../convex/${entry.path}`, line, column };
  for (const map of entry.maps) {
    const found = map?.findEntry(at.line - 1, at.column - 1);
    if (!found || !("originalSource" in found)) break;
    at = { file: shown(found.originalSource), line: found.originalLine + 1, column: found.originalColumn + 1 };
  }
  return at;
}

function readMap(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** Sources are relative to the bundle's folder, however deep the module lies in it; people see them from one folder. */
function shown(source: string): string {
  return `../${source.replace(/^(?:\.\.?\/)+/, "")}`;
}
