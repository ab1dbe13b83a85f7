/**
 * Function handles: texts that stand for one function of one component over all pushes, allocated for all functions
 * when they are pushed. Only the id counts; what follows the `#` is for people.
 */
import { displayFunctionPath } from "../values/names.ts";
import type { HandleRow } from "../storage/handle-rows.ts";

const PREFIX = "function://";

/** What a handle stands for. */
export interface HandleTarget {
  componentPath: string;
  /** Canonical: "a/b.js:c". */
  path: string;
}

/** All handles in memory; `reload` after a push has added some. */
export class Handles {
  readonly #rows: { all(): HandleRow[] };
  #byId = new Map<string, HandleTarget>();
  #ids = new Map<string, string>();

  constructor(rows: { all(): HandleRow[] }) {
    this.#rows = rows;
    this.reload();
  }

  reload(): void {
    const rows = this.#rows.all();
    this.#byId = new Map(
      rows.map(({ id, componentPath, functionPath }) => [id, { componentPath, path: functionPath }]),
    );
    this.#ids = new Map(rows.map(({ id, componentPath, functionPath }) => [keyOf(componentPath, functionPath), id]));
  }

  /** "function://<id>#<mod:fn>" of a pushed function; null when it never was pushed. */
  textOf(componentPath: string, path: string): string | null {
    const id = this.#ids.get(keyOf(componentPath, path));
    return id === undefined ? null : `${PREFIX}${id}#${displayFunctionPath(path)}`;
  }

  /** What a handle stands for, or null when it is not one of ours. */
  parse(handle: string): HandleTarget | null {
    if (!handle.startsWith(PREFIX)) return null;
    const [id = ""] = handle.slice(PREFIX.length).split("#");
    return this.#byId.get(id) ?? null;
  }
}

function keyOf(componentPath: string, path: string): string {
  return `${componentPath}|${path}`;
}
