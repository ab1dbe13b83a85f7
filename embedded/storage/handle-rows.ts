import type { DatabaseSync, StatementSync } from "node:sqlite";

/** A function handle: one per component and function path, for ever. */
export interface HandleRow {
  id: string;
  componentPath: string;
  /** Canonical: "a/b.js:c". */
  functionPath: string;
}

/** All function handles. Write in a step left for the end of a transaction. */
export class HandleRows {
  readonly #all: StatementSync;
  readonly #insert: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#all = sql.prepare(
      "SELECT id, component_path AS componentPath, function_path AS functionPath FROM function_handles",
    );
    this.#insert = sql.prepare(
      "INSERT INTO function_handles (id, component_path, function_path) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
  }

  all(): HandleRow[] {
    return this.#all.all().map((row) => ({ ...row }) as unknown as HandleRow);
  }

  /** Adds a handle; does nothing when the function has one already. */
  add({ id, componentPath, functionPath }: HandleRow): void {
    this.#insert.run(id, componentPath, functionPath);
  }
}
