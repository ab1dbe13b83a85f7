import type { DatabaseSync, StatementSync } from "node:sqlite";
import { encodeId, newInternalId } from "../values/ids.ts";
import { ENV_TABLE_NUMBER } from "./tables.ts";

/** A variable of the deployment. */
export interface EnvVar {
  name: string;
  value: string;
  id: string;
  /** ms since 1970. */
  creation: number;
}

/** The deployment's environment variables. Write in a step left for the end of a transaction. */
export class EnvVars {
  readonly #list: StatementSync;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#list = sql.prepare("SELECT name, value, id, creation FROM env_vars ORDER BY name");
    this.#set = sql.prepare(
      `INSERT INTO env_vars (name, value, id, creation) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    );
    this.#delete = sql.prepare("DELETE FROM env_vars WHERE name = ?");
  }

  /** All variables, by name. */
  list(): EnvVar[] {
    return this.#list.all().map((row) => ({ ...row }) as unknown as EnvVar);
  }

  /** All variables as a map from name to value. */
  values(): Record<string, string> {
    return Object.fromEntries(this.list().map(({ name, value }) => [name, value]));
  }

  /** Sets a variable; a known one keeps its id and creation time. */
  set(name: string, value: string, nowMs: number): void {
    this.#set.run(name, value, encodeId(ENV_TABLE_NUMBER, newInternalId(nowMs)), nowMs);
  }

  delete(name: string): void {
    this.#delete.run(name);
  }
}
