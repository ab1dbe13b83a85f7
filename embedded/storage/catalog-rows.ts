import type { DatabaseSync, StatementSync } from "node:sqlite";
import { asArrays } from "./rows.ts";
import { fromSpec, specOf, type IndexInfo } from "./tables.ts";

/** An index as it is stored: its table is named by number. */
export type IndexRow = Omit<IndexInfo, "table"> & { tableNumber: number };

/** The rows behind namespaces, tables and indexes. */
export class CatalogRows {
  readonly #namespaces: StatementSync;
  readonly #tables: StatementSync;
  readonly #indexes: StatementSync;
  readonly #insertNamespace: StatementSync;
  readonly #insertTable: StatementSync;
  readonly #deleteTable: StatementSync;
  readonly #moveTable: StatementSync;
  readonly #moveIndexes: StatementSync;
  readonly #insertIndex: StatementSync;
  readonly #flagIndex: StatementSync;
  readonly #deleteIndex: StatementSync;
  readonly #renameIndex: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#namespaces = asArrays(sql.prepare("SELECT ns, path FROM namespaces ORDER BY ns"));
    this.#tables = asArrays(sql.prepare("SELECT ns, number, name FROM tables"));
    this.#indexes = asArrays(
      sql.prepare("SELECT id, ns, table_number, name, kind, spec, staged, ready FROM indexes ORDER BY id"),
    );
    this.#insertNamespace = sql.prepare("INSERT INTO namespaces (ns, path) VALUES (?, ?)");
    this.#insertTable = sql.prepare("INSERT INTO tables (ns, number, name) VALUES (?, ?, ?)");
    this.#deleteTable = sql.prepare("DELETE FROM tables WHERE ns = ? AND number = ?");
    this.#insertIndex = sql.prepare(
      "INSERT INTO indexes (id, ns, table_number, name, kind, spec, staged, ready) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#moveTable = sql.prepare("UPDATE tables SET ns = ?, number = ?, name = ? WHERE ns = ? AND number = ?");
    this.#moveIndexes = sql.prepare("UPDATE indexes SET ns = ?, table_number = ? WHERE ns = ? AND table_number = ?");
    this.#flagIndex = sql.prepare("UPDATE indexes SET staged = ?, ready = ? WHERE id = ?");
    this.#renameIndex = sql.prepare("UPDATE indexes SET name = ? WHERE id = ?");
    this.#deleteIndex = sql.prepare("DELETE FROM indexes WHERE id = ?");
  }

  namespaces(): { ns: number; path: string }[] {
    return (this.#namespaces.all() as unknown as [number, string][]).map(([ns, path]) => ({ ns, path }));
  }

  tables(): { ns: number; number: number; name: string }[] {
    return (this.#tables.all() as unknown as [number, number, string][]).map(([ns, number, name]) => ({
      ns,
      number,
      name,
    }));
  }

  indexes(): IndexRow[] {
    return (this.#indexes.all() as unknown as IndexTuple[]).map(
      ([id, ns, tableNumber, name, kind, spec, staged, ready]) => {
        const parts = fromSpec({ kind, ...JSON.parse(spec) });
        return { id, ns, tableNumber, name, ...parts, staged: staged === 1, ready: ready === 1 };
      },
    );
  }

  addNamespace(ns: number, path: string): void {
    this.#insertNamespace.run(ns, path);
  }

  addTable(ns: number, number: number, name: string): void {
    this.#insertTable.run(ns, number, name);
  }

  deleteTable(ns: number, number: number): void {
    this.#deleteTable.run(ns, number);
  }

  /** Gives a table and its indexes another place. */
  moveTable(from: { ns: number; number: number }, to: { ns: number; name: string; number: number }): void {
    this.#moveTable.run(to.ns, to.number, to.name, from.ns, from.number);
    this.#moveIndexes.run(to.ns, to.number, from.ns, from.number);
  }

  addIndex(tableNumber: number, index: IndexInfo): void {
    const { kind, ...spec } = specOf(index);
    const { id, ns, name, staged, ready } = index;
    this.#insertIndex.run(id, ns, tableNumber, name, kind, JSON.stringify(spec), Number(staged), Number(ready));
  }

  /** Stores new `staged` and `ready` of an index. */
  flagIndex({ id, staged, ready }: IndexInfo): void {
    this.#flagIndex.run(Number(staged), Number(ready), id);
  }

  renameIndex(id: number, name: string): void {
    this.#renameIndex.run(name, id);
  }

  deleteIndex(id: number): void {
    this.#deleteIndex.run(id);
  }
}

type IndexTuple = [
  id: number,
  ns: number,
  table: number,
  name: string,
  kind: IndexInfo["kind"],
  spec: string,
  staged: number,
  ready: number,
];
