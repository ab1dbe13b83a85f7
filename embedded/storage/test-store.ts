import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { QueryJson, RangeJson } from "../query/plan.ts";
import type { Json, JsonObject } from "../values/json.ts";
import type { DatabaseIndexJson, SchemaJson, TableSchemaJson } from "./schema-json.ts";
import { Store } from "./store.ts";
import { Transaction } from "./transaction.ts";

const open = new Set<TestStore>();

afterEach(() => {
  for (const store of open) store.dispose();
});

/** A store in a folder of its own for one test, which closes and removes it afterwards. */
export class TestStore {
  readonly dir = mkdtempSync(join(tmpdir(), "store-"));
  store = new Store(this.dir);
  nowMs = 1_700_000_000_000;

  constructor() {
    open.add(this);
  }

  /** A mutation that nobody flushes yet. */
  begin(): Transaction {
    return new Transaction(this.store, { kind: "mutation", nowMs: this.nowMs, ts: this.store.db.nextTs() });
  }

  /** A query over what is committed. */
  read(): Transaction {
    return new Transaction(this.store, { kind: "query", nowMs: this.nowMs, ts: this.store.db.lastTs() });
  }

  /** Flushes and commits a mutation as a group of its own. */
  commit(txn: Transaction): void {
    this.store.begin();
    txn.flush();
    this.store.commit();
  }

  /** Runs and commits a mutation. */
  mutate<T>(fn: (txn: Transaction) => T): T {
    const txn = this.begin();
    const result = fn(txn);
    this.commit(txn);
    return result;
  }

  /** Closes the store without another word, as a crash would, and opens it again. */
  reopen(): void {
    this.store.close();
    this.store = new Store(this.dir);
  }

  dispose(): void {
    this.store.close();
    rmSync(this.dir, { recursive: true });
    open.delete(this);
  }
}

/** A schema of tables whose indexes are given as name → fields. */
export function schemaOf(
  tables: Record<string, Partial<Omit<TableSchemaJson, "indexes">> & { indexes?: Record<string, string[]> }>,
  schemaValidation = true,
): SchemaJson {
  return {
    schemaValidation,
    tables: Object.entries(tables).map(([tableName, { indexes, ...rest }]) => ({
      tableName,
      indexes: databaseIndexes(indexes),
      ...rest,
    })),
  };
}

/** A query over a whole table. */
export function scan(
  tableName: string,
  order: "asc" | "desc" | null = null,
  ...operators: QueryJson["operators"]
): QueryJson {
  return { source: { type: "FullTableScan", tableName, order }, operators };
}

/** A query over a range of an index, each bound as `["Eq", "field", value]`. */
export function range(
  indexName: string,
  bounds: readonly (readonly [RangeJson["type"], string, Json])[] = [],
  order: "asc" | "desc" | null = null,
  ...operators: QueryJson["operators"]
): QueryJson {
  const json = bounds.map(([type, fieldPath, value]) => ({ type, fieldPath, value }));
  return { source: { type: "IndexRange", indexName, range: json, order }, operators };
}

/** A text search, with equality filters by field. */
export function search(
  indexName: string,
  fieldPath: string,
  value: string,
  equal: Record<string, Json> = {},
): QueryJson {
  const filters = Object.entries(equal).map(([field, v]) => ({ type: "Eq", fieldPath: field, value: v }) as const);
  return {
    source: { type: "Search", indexName, filters: [{ type: "Search", fieldPath, value }, ...filters] },
    operators: [],
  };
}

/** One field of each document. */
export function pluck(docs: readonly JsonObject[], field: string): (Json | undefined)[] {
  return docs.map((doc) => doc[field]);
}

function databaseIndexes(indexes: Record<string, string[]> = {}): DatabaseIndexJson[] {
  return Object.entries(indexes).map(([indexDescriptor, fields]) => ({ indexDescriptor, fields }));
}
