import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../values/errors.ts";
import { asArrays } from "./rows.ts";
import type { SchemaJson } from "./schema-json.ts";

export type SchemaState = "pending" | "validated" | "active" | "failed" | "overwritten";

/** A schema that was handed in, and what became of it. */
export interface SchemaStatus {
  id: string;
  ns: number;
  state: SchemaState;
  schema: SchemaJson;
  /** Of a failed one: what the command line prints, and the table it is about. */
  error: string | null;
  tableName: string | null;
}

/**
 * The schemas of all namespaces: pending → validated → active, with the side exits failed and overwritten. A namespace
 * has at most one active and at most one in flight (pending or validated). Those two are kept in memory.
 */
export class SchemaStates {
  readonly #byId: StatementSync;
  readonly #live: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #active = new Map<number, SchemaStatus>();
  readonly #inFlight = new Map<number, SchemaStatus>();

  constructor(sql: DatabaseSync) {
    const columns = "SELECT id, ns, state, json, error, table_name FROM schemas";
    this.#byId = asArrays(sql.prepare(`${columns} WHERE id = ?`));
    this.#live = asArrays(sql.prepare(`${columns} WHERE state IN ('pending', 'validated', 'active')`));
    this.#insert = sql.prepare("INSERT INTO schemas (ns, state, json) VALUES (?, 'pending', ?)");
    this.#update = sql.prepare("UPDATE schemas SET state = ?, error = ?, table_name = ? WHERE id = ?");
  }

  /** Reads what is kept in memory again. */
  reload(): void {
    this.#active.clear();
    this.#inFlight.clear();
    for (const row of this.#live.all()) this.#remember(toStatus(row as unknown as SchemaTuple));
  }

  active(ns: number): SchemaStatus | null {
    return this.#active.get(ns) ?? null;
  }

  inFlight(ns: number): SchemaStatus | null {
    return this.#inFlight.get(ns) ?? null;
  }

  status(id: string): SchemaStatus | null {
    const row = /^\d{1,15}$/.test(id) ? (this.#byId.get(Number(id)) as unknown as SchemaTuple | undefined) : undefined;
    return row === undefined ? null : toStatus(row);
  }

  /** See `Catalog.submitSchema`. */
  submit(ns: number, schema: SchemaJson): string {
    const active = this.active(ns);
    const inFlight = this.inFlight(ns);
    if (inFlight !== null && isDeepStrictEqual(inFlight.schema, schema)) return inFlight.id;
    if (inFlight !== null) this.move(inFlight.id, "overwritten");
    if (active !== null && isDeepStrictEqual(active.schema, schema)) return active.id;
    const id = String(this.#insert.run(ns, JSON.stringify(schema)).lastInsertRowid);
    this.#remember(this.status(id)!);
    return id;
  }

  /** Moves a schema to another state. */
  move(id: string, state: SchemaState): void {
    this.#change(id, state, null, null);
  }

  /** See `Catalog.failSchema`. */
  fail(id: string, error: string, tableName: string | null): void {
    this.#change(id, "failed", error, tableName);
  }

  /** See `Catalog.activateSchema`. */
  activate(ns: number, id: string | null): void {
    const active = this.active(ns);
    if (active?.id === id) return;
    if (id !== null) {
      const next = this.status(id);
      if (next === null) throw new UserError("SchemaNotFound", `There is no schema ${id}.`);
      if (next.state === "failed")
        throw new UserError("SchemaAlreadyFailed", next.error ?? "Schema validation failed.");
      if (next.state === "overwritten") {
        throw new UserError("SchemaAlreadyOverwritten", "The schema was overwritten by another push.");
      }
    }
    if (active !== null) this.move(active.id, "overwritten");
    if (id !== null) this.move(id, "active");
  }

  #change(id: string, state: SchemaState, error: string | null, tableName: string | null): void {
    const before = this.status(id);
    if (before === null) return;
    this.#update.run(state, error, tableName, Number(id));
    for (const map of [this.#active, this.#inFlight]) if (map.get(before.ns)?.id === id) map.delete(before.ns);
    this.#remember({ ...before, state, error, tableName });
  }

  #remember(status: SchemaStatus): void {
    if (status.state === "active") this.#active.set(status.ns, status);
    if (status.state === "pending" || status.state === "validated") this.#inFlight.set(status.ns, status);
  }
}

type SchemaTuple = [
  id: number,
  ns: number,
  state: SchemaState,
  json: string,
  error: string | null,
  table: string | null,
];

function toStatus([id, ns, state, json, error, tableName]: SchemaTuple): SchemaStatus {
  return { id: String(id), ns, state, schema: JSON.parse(json) as SchemaJson, error, tableName };
}
