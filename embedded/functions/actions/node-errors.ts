/** Errors of `"use node"` code as people see them, with the positions of the files they wrote. */
import { SourceMap } from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const CONVEX_ERROR = Symbol.for("ConvexError");

export class NodeErrors {
  readonly #dir: string;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #maps = new Map<string, SourceMap | null>();

  /** `dir` holds the modules, `sourceMaps` has the text of each one's map by module path. */
  constructor(dir: string, sourceMaps: ReadonlyMap<string, string>) {
    this.#dir = dir;
    this.#texts = sourceMaps;
  }

  /**
   * A thrown value as "Uncaught Error: boom\n    at …\n", and the JSON text of its data when it is a ConvexError.
   * Never throws.
   */
  describe(thrown: unknown): { message: string; data?: string } {
    try {
      if (!(thrown instanceof Error)) return { message: `Uncaught ${String(thrown)}` };
      const header = thrown.message ? `${thrown.name}: ${thrown.message}` : thrown.name;
      const frames = this.#frames(thrown.stack ?? "");
      const message = `Uncaught ${[header, ...frames].join("\n")}\n`;
      const { data } = thrown as { data?: unknown };
      return CONVEX_ERROR in thrown && typeof data === "string" ? { message, data } : { message };
    } catch {
      return { message: "Uncaught value that cannot be shown" };
    }
  }

  /** The frames that lie in pushed modules. */
  #frames(stack: string): string[] {
    const shown: string[] = [];
    for (const line of stack.split("\n")) {
      const found = /^\s+at .*?\(?(file:\/\/[^\s()]+):(\d+):(\d+)\)?$/.exec(line);
      const path = found?.[1] ? this.#modulePath(found[1]) : null;
      if (!found || path === null) continue;
      shown.push(
        line.replace(`${found[1]}:${found[2]}:${found[3]}`, this.#position(path, Number(found[2]), Number(found[3]))),
      );
    }
    return shown;
  }

  #modulePath(url: string): string | null {
    const file = fileURLToPath(url.replace(/\?.*$/, ""));
    return file.startsWith(this.#dir + sep) ? file.slice(this.#dir.length + 1).replaceAll(sep, "/") : null;
  }

  #position(path: string, line: number, column: number): string {
    const found = this.#map(path)?.findEntry(line - 1, column - 1);
    if (!found || !("originalSource" in found)) return `../convex/${path}:${line}:${column}`;
    const source = found.originalSource.replace(/^(?:\.\.?\/)+/, "");
    return `../${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  }

  #map(path: string): SourceMap | null {
    const known = this.#maps.get(path);
    if (known !== undefined) return known;
    const text = this.#texts.get(path);
    let map: SourceMap | null = null;
    try {
      if (text !== undefined) map = new SourceMap(JSON.parse(text));
    } catch {
      map = null; // a damaged map costs only the positions
    }
    this.#maps.set(path, map);
    return map;
  }
}
