import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Json } from "../values/json.ts";

/** A module of the pushed code. */
export interface ModuleRow {
  definitionPath: string;
  path: string;
  source: string;
  sourceMap: string | null;
  environment: "isolate" | "node";
  sha256: string;
}

/** The active push: its modules, and JSON by name. Write in a step left for the end of a transaction. */
export class CodeRows {
  readonly #modules: StatementSync;
  readonly #putModule: StatementSync;
  readonly #deleteModule: StatementSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#modules = sql.prepare(
      `SELECT definition_path AS definitionPath, path, source, source_map AS sourceMap, environment, sha256
       FROM modules ORDER BY definition_path, path`,
    );
    this.#putModule = sql.prepare(
      `INSERT INTO modules (definition_path, path, source, source_map, environment, sha256) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (definition_path, path) DO UPDATE SET source = excluded.source, source_map = excluded.source_map,
       environment = excluded.environment, sha256 = excluded.sha256`,
    );
    this.#deleteModule = sql.prepare("DELETE FROM modules WHERE definition_path = ? AND path = ?");
    this.#get = sql.prepare("SELECT json FROM code WHERE k = ?");
    this.#put = sql.prepare(
      "INSERT INTO code (k, json) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET json = excluded.json",
    );
    this.#delete = sql.prepare("DELETE FROM code WHERE k = ?");
  }

  /** All modules, by definition and path. */
  modules(): ModuleRow[] {
    return this.#modules.all().map((row) => ({ ...row }) as unknown as ModuleRow);
  }

  /** Adds a module, or replaces the one at its place. */
  putModule(m: ModuleRow): void {
    this.#putModule.run(m.definitionPath, m.path, m.source, m.sourceMap, m.environment, m.sha256);
  }

  deleteModule(definitionPath: string, path: string): void {
    this.#deleteModule.run(definitionPath, path);
  }

  /** The JSON kept under `key`, or null. */
  get(key: string): Json {
    const row = this.#get.get(key);
    return row === undefined ? null : (JSON.parse(row["json"] as string) as Json);
  }

  put(key: string, value: Json): void {
    this.#put.run(key, JSON.stringify(value));
  }

  delete(key: string): void {
    this.#delete.run(key);
  }
}
